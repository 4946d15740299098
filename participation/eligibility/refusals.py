"""What is refused about eligibility and codes, in words for the person."""

from __future__ import annotations

from participation.errors import Conflict, InvalidInput, NotAllowed, NotFound


class NotEligibleHere(NotAllowed):
    """A rule of this consultation is not met. Fact: `rule`."""

    title = "You cannot take part in this one"
    public = "You cannot take part in this one."


class CodeRefused(InvalidInput):
    """Unknown, used, void, returned or old: the five are not told apart, so that nobody learns codes by trying."""

    title = "This code does not work"
    public = "This code is not right, was used, or is no longer valid. Check it, or ask us for a new one."


class TooManyCodes(CodeRefused):
    status = 429
    title = "Too many codes"
    public = "You tried five codes today. Try again tomorrow, or ask us for help."


class HouseholdTookPart(Conflict):
    title = "Your household has taken part"
    public = "This consultation takes one answer from each household, and somebody at your address has used a code."


class RuleRefused(InvalidInput):
    title = "These rules cannot be used"


class BatchNotFound(NotFound):
    title = "Codes not found"
    public = "We cannot find these codes. Go back to the list and choose again."


class BatchRefused(InvalidInput):
    title = "The codes could not be made"
