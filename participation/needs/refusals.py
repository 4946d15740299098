"""What the needs engine refuses, with wording fit to be shown."""

from __future__ import annotations

from participation.errors import InvalidInput


class EvidenceRefused(InvalidInput):
    """The evidence contradicts itself, so no summary can be made of it. `problem` says where."""

    title = "The evidence does not add up"
    public = "We could not make a summary: {problem}"


class WeightingRefused(InvalidInput):
    """The answers cannot be adjusted to the population. `problem` is the reason that is published."""

    title = "The answers cannot be adjusted"
    public = "The answers cannot be adjusted: {problem}"


class SummaryUnreadable(InvalidInput):
    """A stored summary is not canonical JSON of a version this engine reads."""

    title = "We cannot read that summary"
    public = "We cannot read that summary: {problem}"


class RepublicationRefused(InvalidInput):
    """Next to what was published before, this summary would give away a number that has to stay hidden."""

    title = "This would give away small numbers"
    public = (
        "Next to the versions published before, this summary would let people work out small numbers ({place}). Wait "
        "until more people have taken part."
    )
