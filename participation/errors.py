"""The tree of named refusals.

Everything the product refuses on purpose is one class here: it carries the HTTP status, a title and a
sentence fit to be shown to the public. Anything that is not in this tree is a bug and becomes a 500.

A module raises a refusal with the facts of the case (`OutsideCouncil(postcode="SE1 0HL")`); the web edge turns it
into a page, the command line into one line on standard error and exit code 2.
"""

from __future__ import annotations


class Refusal(Exception):
    """Base of all expected refusals.

    `status`   HTTP status of the page that shows it.
    `title`    short heading, sentence case, no full stop.
    `public`   one plain sentence; may use the keyword facts given on raising, `str.format` style.
    """

    status = 400
    title = "There is a problem"
    public = "We could not do that."

    def __init__(self, public: str | None = None, /, **facts: object) -> None:
        self.facts = facts
        self.message = public if public is not None else type(self).public.format(**facts)
        super().__init__(self.message)


class NotFound(Refusal):
    status = 404
    title = "Page not found"
    public = "We cannot find that page. If you typed the address, check it is correct."


class NotAllowed(Refusal):
    """Signed in, but without the right to do this."""

    status = 403
    title = "You cannot see this page"
    public = "Your account does not have permission to do this."


class SentFromElsewhere(Refusal):
    """A form of another website."""

    status = 403
    title = "This was sent from another website"
    public = "Nothing was changed. Open the page here, and send it from there."


class SignInNeeded(Refusal):
    status = 401
    title = "Sign in to continue"
    public = "You need to sign in to do this."


class SecondStepNeeded(Refusal):
    """Staff signed in with a password alone, or too long ago for what they are about to do."""

    status = 401
    title = "Confirm that it is you"
    public = "Enter a code of your authenticator app to do this."


class Conflict(Refusal):
    """The thing changed, or is no longer in a state that allows this."""

    status = 409
    title = "This has changed"
    public = "This changed while you were looking at it. Check what it says now and try again."


class InvalidInput(Refusal):
    """What was sent breaks a rule. `field`, `row` or `line` name the place where one is known."""

    status = 422
    title = "There is a problem with what was sent"
    public = "Check what you entered and try again."


class SettingsError(Refusal):
    """The environment does not allow a safe start."""

    status = 500
    title = "The service is not set up correctly"
    public = "The service is not set up correctly."


class ImportRefused(InvalidInput):
    """A file could not be imported; nothing of it was kept. Names the file and, where known, the line."""

    title = "We could not import that file"
    public = "{file}: {problem}"
