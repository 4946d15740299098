"""What the feed refuses."""

from __future__ import annotations

from participation.errors import InvalidInput, NotAllowed, NotFound, Refusal


class KeyNeeded(Refusal):
    status = 401
    title = "A key is needed"
    public = "Send a key of the feed in the header: Authorization: Bearer KEY. It may have expired or been taken back."


class OutOfScope(NotAllowed):
    """Fact: `scope`."""

    title = "This key may not read that"
    public = "The key does not have the scope “{scope}”."


class BadQuestion(InvalidInput):
    """Fact: `name`."""

    title = "That cannot be asked"
    public = "“{name}” is not what it should be. The description of the feed says what it takes."


class HostNotAllowed(InvalidInput):
    title = "That host is not allowed"
    public = "Enter an https address on a host that the service’s settings allow for webhooks"


class FeedItemNotFound(NotFound):
    title = "Not found"
    public = "We cannot find that key or address."
