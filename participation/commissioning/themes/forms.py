"""What staff fill in about themes and quotes."""

from __future__ import annotations

from participation.web.fields import VersionField
from participation.web.forms import Form, at_most, long_text, needed, select, submit, text

NAME_LIMIT, WORDS_LIMIT = 80, 600
_NAME = [needed("Enter a name for the theme"), at_most(NAME_LIMIT, f"Enter {NAME_LIMIT} characters or fewer")]


class ThemeForm(Form):
    """A theme's names and what belongs under it."""

    version = VersionField()
    name = text("Name", hint="A few words that residents would use, for example safe crossings", rules=_NAME)
    name_cy = text("Name in Welsh (optional)", rules=[at_most(NAME_LIMIT, f"Enter {NAME_LIMIT} characters or fewer")])
    definition = long_text(
        "What belongs under it (optional)", hint="Words that people use for it help the suggestions", limit=500
    )
    save = submit("Save")


class MergeForm(Form):
    version = VersionField()
    into = select("Put all its needs under", rules=[needed("Choose the theme to keep")])
    merge = submit("Merge")


class SplitForm(Form):
    version = VersionField()
    name = text("Name of the new theme", rules=_NAME)
    split = submit("Move the ticked needs to a new theme")


class QuoteForm(Form):
    words = long_text(
        "Words to quote",
        hint="Copy the resident’s own words. Leave parts out with […]. A moderator decides before they are used.",
        rules=[needed("Enter the words to quote")],
        limit=WORDS_LIMIT,
    )
    ask = submit("Ask a moderator")
