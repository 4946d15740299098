"""What the codebook refuses."""

from __future__ import annotations

from participation.errors import Conflict, InvalidInput, NotFound


class ThemeNotFound(NotFound):
    title = "Theme not found"
    public = "We cannot find that theme."


class NameTaken(InvalidInput):
    """A name means one theme of a service, also after that theme was merged or retired."""

    title = "That name is taken"
    public = "There is or was a theme with this name. Choose another name"


class ThemeMoved(Conflict):
    """Somebody else changed the theme while it was on the screen."""

    title = "Somebody else changed this theme"
    public = "Somebody else changed this theme while you were looking at it. Look at it again."


class TooManyThemes(Conflict):
    """Fact: `most`."""

    title = "That need has enough themes"
    public = "A need can be under {most} themes. Take it out of one first."


class NothingChosen(InvalidInput):
    title = "Nothing was chosen"
    public = "Choose at least one need"


class QuoteNotFound(NotFound):
    title = "Quote not found"
    public = "We cannot find that quote. It may have been withdrawn, or the need was changed."


class NotInTheNeed(InvalidInput):
    """A quote is the resident's own words, or some of them."""

    title = "Those are not the resident’s words"
    public = "Copy the words from the need. Leave out what you do not want with […]"


class OwnQuote(Conflict):
    """Two people: one asks, another clears."""

    title = "Somebody else has to decide"
    public = "You asked for this quote, so somebody else has to decide about it."
