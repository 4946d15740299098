"""Where a consultation stands: a pure function of what people decided, its phases and the clock.

Nothing is scheduled: a phase is open from its first moment until just before its last, whoever looks. What a phase allows
comes from `PHASE_TYPES`; what staff may do at which stage from `MOVES`. Staff are not exempt from either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Protocol


class PhaseLike(Protocol):
    """A stretch of time: open from `opens_at` until before `closes_at`."""

    @property
    def kind(self) -> str: ...
    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...


class ConsultationLike(Protocol):
    """What the stage follows from; `consultations.models.Consultation` has it."""

    @property
    def state(self) -> str: ...
    @property
    def phases(self) -> Sequence[PhaseLike]: ...
    @property
    def result_published_at(self) -> datetime | None: ...
    @property
    def response(self) -> object | None: ...
    @property
    def archived_at(self) -> datetime | None: ...


class Feature(StrEnum):
    """What residents may do: all but the last while a phase is open, the last once a result is published."""

    SUBMIT = "submit"
    SUPPORT = "support"
    DISCUSS = "discuss"
    DISCUSS_OPTIONS = "discuss-options"
    VOTE = "vote"
    SEE_RESULTS = "see-results"


@dataclass(frozen=True, slots=True)
class PhaseType:
    """One kind of phase: its code, what it is called, what residents do in it, and what that allows."""

    kind: str
    name: str
    what_residents_do: str
    features: frozenset[Feature]


PHASE_TYPES: tuple[PhaseType, ...] = (
    PhaseType(
        "gather",
        "Say what matters",
        "Tell us what you need, and support what others need.",
        frozenset({Feature.SUBMIT, Feature.SUPPORT, Feature.DISCUSS}),
    ),
    PhaseType(
        "shape",
        "Discuss the options",
        "Read the options, and say what speaks for and against each.",
        frozenset({Feature.DISCUSS_OPTIONS}),
    ),
    PhaseType("vote", "Vote", "Choose between the options.", frozenset({Feature.VOTE})),
)
"""The kinds of phases, in the order in which a consultation may have them."""
PHASE_TYPE: dict[str, PhaseType] = {phase_type.kind: phase_type for phase_type in PHASE_TYPES}


class Stage(StrEnum):
    """The stages in the order in which a consultation passes through them.

    `between` comes wherever a phase is over and the next not open yet; `withdrawn` can follow any before `answered`.
    """

    DRAFT = "draft"
    UPCOMING = "upcoming"
    GATHERING = "gathering"
    BETWEEN = "between"
    SHAPING = "shaping"
    VOTING = "voting"
    COUNTING = "counting"
    RESULTS = "results"
    CLOSED = "closed"
    ANSWERED = "answered"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class StageWords:
    """How a stage is said: the `tag` in lists (with the colour of the GOV.UK tag) and one `sentence` on its page."""

    tag: str
    colour: str
    sentence: str


STAGE_WORDS: dict[Stage, StageWords] = {
    Stage.DRAFT: StageWords("Draft", "grey", "Only council staff can see this."),
    Stage.UPCOMING: StageWords("Opening soon", "blue", "You cannot take part yet."),
    Stage.GATHERING: StageWords("Open: say what matters", "green", "You can tell us what you need."),
    Stage.BETWEEN: StageWords("Next step soon", "blue", "We are reading what residents said."),
    Stage.SHAPING: StageWords(
        "Open: discuss the options", "green", "You can say what speaks for and against each option."
    ),
    Stage.VOTING: StageWords("Open: vote now", "green", "You can vote."),
    Stage.COUNTING: StageWords("Being counted", "yellow", "The vote has closed. We have not published the result yet."),
    Stage.RESULTS: StageWords(
        "Result published", "purple", "You can see the result. The council has not answered yet."
    ),
    Stage.CLOSED: StageWords("Closed", "grey", "You can no longer take part. The council has not answered yet."),
    Stage.ANSWERED: StageWords("Answered", "turquoise", "The council has said what it did."),
    Stage.ARCHIVED: StageWords("Finished", "grey", "The council has said what it did, and what became of everything."),
    Stage.WITHDRAWN: StageWords("Withdrawn", "red", "The council stopped this consultation."),
}


class Move(StrEnum):
    """What staff may do to a consultation."""

    EDIT = "edit"
    LAUNCH = "launch"
    RECALL = "recall"
    CLOSE_PHASE = "close-phase"
    EXTEND = "extend"
    WITHDRAW = "withdraw"
    RESPOND = "respond"
    ARCHIVE = "archive"


MOVES: dict[Stage, frozenset[Move]] = {
    Stage.DRAFT: frozenset({Move.EDIT, Move.LAUNCH, Move.WITHDRAW}),
    Stage.UPCOMING: frozenset({Move.RECALL, Move.WITHDRAW}),
    Stage.GATHERING: frozenset({Move.CLOSE_PHASE, Move.EXTEND, Move.WITHDRAW}),
    Stage.BETWEEN: frozenset({Move.WITHDRAW}),
    Stage.SHAPING: frozenset({Move.CLOSE_PHASE, Move.EXTEND, Move.WITHDRAW}),
    Stage.VOTING: frozenset({Move.CLOSE_PHASE, Move.WITHDRAW}),
    Stage.COUNTING: frozenset({Move.WITHDRAW}),
    Stage.RESULTS: frozenset({Move.RESPOND}),
    Stage.CLOSED: frozenset({Move.RESPOND}),
    Stage.ANSWERED: frozenset({Move.RESPOND, Move.ARCHIVE}),
    Stage.ARCHIVED: frozenset(),
    Stage.WITHDRAWN: frozenset(),
}


# The stages in which residents can take part.
OPEN_STAGES = frozenset({Stage.GATHERING, Stage.SHAPING, Stage.VOTING})
# What a published result allows at the stages that come after it; there is no phase then, and no closing date.
AFTERWARDS: dict[Stage, frozenset[Feature]] = {
    stage: frozenset({Feature.SEE_RESULTS}) for stage in (Stage.RESULTS, Stage.ANSWERED, Stage.ARCHIVED)
}


def stage_of(consultation: ConsultationLike, now: datetime) -> Stage:
    """The stage at an aware moment. What people decided goes first, then the clock."""
    if consultation.state == "draft":
        return Stage.DRAFT
    if consultation.state == "withdrawn":
        return Stage.WITHDRAWN
    if consultation.response is not None:
        return Stage.ANSWERED if consultation.archived_at is None else Stage.ARCHIVED
    if consultation.result_published_at is not None:
        return Stage.RESULTS
    return _stage_by_clock(consultation.phases, now)


def _stage_by_clock(phases: Sequence[PhaseLike], now: datetime) -> Stage:
    features = _features(phases, now)
    if Feature.VOTE in features:
        return Stage.VOTING
    if Feature.DISCUSS_OPTIONS in features:
        return Stage.SHAPING
    if features:
        return Stage.GATHERING
    if any(now < phase.opens_at for phase in phases):
        return Stage.BETWEEN if any(phase.closes_at <= now for phase in phases) else Stage.UPCOMING
    return Stage.COUNTING if any(phase.kind == "vote" for phase in phases) else Stage.CLOSED


def open_phases(phases: Iterable[PhaseLike], now: datetime) -> list[PhaseLike]:
    """The phases that are open at a moment; dates that do not overlap leave at most one."""
    return [phase for phase in phases if phase.opens_at <= now < phase.closes_at]


def _features(phases: Iterable[PhaseLike], now: datetime) -> frozenset[Feature]:
    return frozenset().union(*(PHASE_TYPE[phase.kind].features for phase in open_phases(phases, now)))


def allows(consultation: ConsultationLike, feature: Feature, now: datetime) -> bool:
    """Whether residents may do this now.

    While they can take part (launched, without a result or an answer) the phase says so; afterwards `AFTERWARDS` does.
    """
    stage = stage_of(consultation, now)
    if stage in OPEN_STAGES:
        return feature in _features(consultation.phases, now)
    return consultation.result_published_at is not None and feature in AFTERWARDS.get(stage, frozenset())


def takes_priorities(consultation: ConsultationLike, now: datetime) -> bool:
    """Whether residents may submit priorities and support those of others."""
    return allows(consultation, Feature.SUBMIT, now)


def takes_votes(consultation: ConsultationLike, now: datetime) -> bool:
    """Whether residents may cast or change a ballot, as far as the dates go."""
    return allows(consultation, Feature.VOTE, now)


def takes_comments_on_options(consultation: ConsultationLike, now: datetime) -> bool:
    """Whether residents may say what speaks for and against an option."""
    return allows(consultation, Feature.DISCUSS_OPTIONS, now)


def shows_results(consultation: ConsultationLike, now: datetime) -> bool:
    """Whether the result of the vote is there to be seen, by residents and staff alike."""
    return allows(consultation, Feature.SEE_RESULTS, now)


def may_move(consultation: ConsultationLike, move: Move, now: datetime) -> bool:
    """Whether staff may do this at the consultation's stage."""
    return move in MOVES[stage_of(consultation, now)]


def phase_of(consultation: ConsultationLike, kind: str) -> PhaseLike | None:
    """The phase of a kind; a consultation has at most one of each."""
    return next((phase for phase in consultation.phases if phase.kind == kind), None)


def last_close(phases: Iterable[PhaseLike]) -> datetime | None:
    """When residents can no longer take part; None without phases."""
    return max((phase.closes_at for phase in phases), default=None)


def first_open(phases: Iterable[PhaseLike]) -> datetime | None:
    """When residents can first take part; None without phases."""
    return min((phase.opens_at for phase in phases), default=None)


def overlapping(phases: Iterable[PhaseLike]) -> bool:
    """Whether two phases are open at the same moment. One may open at the very moment another closes."""
    ordered = sorted(phases, key=lambda phase: phase.opens_at)
    return any(later.opens_at < earlier.closes_at for earlier, later in pairwise(ordered))
