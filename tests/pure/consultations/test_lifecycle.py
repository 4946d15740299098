"""Where a consultation stands follows from its state, its phases and the clock, to the second and across clock changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.consultations import lifecycle
from participation.consultations.lifecycle import Move, Stage, StageWords, stage_of

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class APhase:
    kind: str
    opens_at: datetime
    closes_at: datetime


@dataclass
class AConsultation:
    state: str = "launched"
    phases: list[APhase] = field(default_factory=list)
    result_published_at: datetime | None = None
    response: object | None = None
    archived_at: datetime | None = None


def gather(opens: float, closes: float) -> APhase:
    return APhase("gather", NOON + opens * HOUR, NOON + closes * HOUR)


def shape(opens: float, closes: float) -> APhase:
    return APhase("shape", NOON + opens * HOUR, NOON + closes * HOUR)


def vote(opens: float, closes: float) -> APhase:
    return APhase("vote", NOON + opens * HOUR, NOON + closes * HOUR)


@pytest.mark.parametrize(
    ("phases", "stage"),
    [
        ([gather(1, 2), vote(3, 4)], Stage.UPCOMING),
        ([gather(-1, 1), vote(3, 4)], Stage.GATHERING),
        ([gather(-2, -1), vote(3, 4)], Stage.BETWEEN),
        ([gather(-2, 0), vote(0, 4)], Stage.VOTING),
        ([gather(-2, 0), shape(0, 1), vote(1, 4)], Stage.SHAPING),
        ([gather(-2, -1), shape(1, 2), vote(2, 4)], Stage.BETWEEN),
        ([shape(-2, 0), vote(0, 4)], Stage.VOTING),
        ([shape(-2, -1)], Stage.CLOSED),
        ([gather(-4, -3), vote(-2, -1)], Stage.COUNTING),
        ([gather(-4, -3)], Stage.CLOSED),
        ([vote(-4, 0)], Stage.COUNTING),
        ([vote(1, 2)], Stage.UPCOMING),
        ([], Stage.CLOSED),
    ],
)
def test_the_stage_follows_the_clock(phases: list[APhase], stage: Stage) -> None:
    assert stage_of(AConsultation(phases=phases), NOON) is stage


def test_what_people_decided_goes_before_the_clock() -> None:
    open_now = [vote(-1, 1)]
    assert stage_of(AConsultation("draft", open_now), NOON) is Stage.DRAFT
    assert stage_of(AConsultation("withdrawn", open_now, NOON, object()), NOON) is Stage.WITHDRAWN
    assert stage_of(AConsultation("launched", open_now, NOON), NOON) is Stage.RESULTS
    assert stage_of(AConsultation("launched", open_now, NOON, object()), NOON) is Stage.ANSWERED
    assert stage_of(AConsultation("launched", open_now, NOON, object(), NOON), NOON) is Stage.ARCHIVED
    for state, result in (("draft", None), ("withdrawn", None), ("launched", NOON)):
        assert not lifecycle.takes_votes(AConsultation(state, open_now, result), NOON)


def test_a_phase_is_open_from_its_first_moment_until_just_before_its_last() -> None:
    consultation = AConsultation(phases=[gather(0, 1)])
    instant = timedelta(microseconds=1)
    assert not lifecycle.takes_priorities(consultation, NOON - instant)
    assert lifecycle.takes_priorities(consultation, NOON)
    assert lifecycle.takes_priorities(consultation, NOON + HOUR - instant)
    assert not lifecycle.takes_priorities(consultation, NOON + HOUR)


def test_each_phase_allows_its_own_thing_only() -> None:
    for phase in (gather, shape, vote):
        allowed = {
            one for one in lifecycle.Feature if lifecycle.allows(AConsultation(phases=[phase(-1, 1)]), one, NOON)
        }
        assert allowed == lifecycle.PHASE_TYPE[phase(0, 1).kind].features
    gathering, voting = AConsultation(phases=[gather(-1, 1)]), AConsultation(phases=[vote(-1, 1)])
    assert (lifecycle.takes_priorities(gathering, NOON), lifecycle.takes_votes(gathering, NOON)) == (True, False)
    assert (lifecycle.takes_priorities(voting, NOON), lifecycle.takes_votes(voting, NOON)) == (False, True)


def test_results_are_seen_once_they_are_published_and_not_before() -> None:
    over = [vote(-4, -1)]
    assert not lifecycle.shows_results(AConsultation(phases=over), NOON)
    assert lifecycle.shows_results(AConsultation(phases=over, result_published_at=NOON), NOON)
    assert lifecycle.shows_results(AConsultation(phases=over, result_published_at=NOON, response=object()), NOON)
    assert not lifecycle.shows_results(AConsultation(phases=over, response=object()), NOON)
    assert not lifecycle.shows_results(AConsultation("withdrawn", over, NOON), NOON)


def test_phases_may_touch_but_not_overlap() -> None:
    assert not lifecycle.overlapping([vote(1, 2), gather(0, 1)])
    assert lifecycle.overlapping([gather(0, 1.5), vote(1, 2)])


def test_every_stage_has_words_and_moves_and_every_kind_of_phase_a_type() -> None:
    assert set(lifecycle.STAGE_WORDS) == set(lifecycle.MOVES) == set(Stage)
    assert all(
        isinstance(words, StageWords) and words.sentence.endswith(".") for words in lifecycle.STAGE_WORDS.values()
    )
    assert list(lifecycle.PHASE_TYPE) == ["gather", "shape", "vote"]


def test_only_a_draft_is_edited_and_nothing_follows_a_withdrawal() -> None:
    assert [stage for stage in Stage if Move.EDIT in lifecycle.MOVES[stage]] == [Stage.DRAFT]
    assert [stage for stage in Stage if Move.LAUNCH in lifecycle.MOVES[stage]] == [Stage.DRAFT]
    assert lifecycle.MOVES[Stage.WITHDRAWN] == frozenset()
    assert Move.RESPOND not in lifecycle.MOVES[Stage.COUNTING]


@given(
    st.lists(st.integers(-100, 100), min_size=4, max_size=4, unique=True).map(sorted),
    st.lists(st.integers(-150, 150), min_size=2, max_size=30).map(sorted),
)
def test_a_launched_consultation_only_ever_moves_forward(dates: list[int], moments: list[int]) -> None:
    consultation = AConsultation(phases=[gather(dates[0], dates[1]), vote(dates[2], dates[3])])
    order = list(Stage)
    places = [order.index(stage_of(consultation, NOON + hours * HOUR)) for hours in moments]
    assert places == sorted(places)
