"""The checker itself: an honest history passes, and each kind of broken promise is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.faults.checker import CLOSED, Case, Stored, Violation, summary, violations
from tests.faults.history import FAIL, INFO, OK, History, Operation, Window

FIRST, SECOND, THIRD = "a" * 32, "b" * 32, "c" * 32


def told(voter: int, nonce: str, seen: int, at: float, outcome: str = OK, **more: object) -> Operation:
    kind = str(more.pop("kind", "cast"))
    answer: dict[str, object] = {"invoked": at, "returned": at + 0.1, "outcome": outcome}
    if outcome == OK:
        answer |= {"revision": seen + 1, "tracker": f"T-{nonce[:4]}", "receipt": f"R-{nonce[:4]}", "said": "You voted"}
    return Operation(client=0, voter=voter, kind=kind, nonce=nonce, seen=seen, **{**answer, **more})  # type: ignore[arg-type]


def honest() -> Case:
    """Voter 1 casts and revises, its answer lost once; voter 2 casts twice at once; voter 3 is too late."""
    history = [
        told(1, FIRST, 0, 1.0),
        told(1, SECOND, 1, 2.0, INFO, said="no answer"),
        told(1, SECOND, 1, 3.0, replayed=True),
        told(2, THIRD, 0, 1.0),
        told(2, THIRD, 0, 1.05, replayed=True),
        told(2, "e" * 32, 0, 1.0, FAIL, said="Your vote was changed somewhere else"),
        told(3, "d" * 32, 0, 9.5, FAIL, said=CLOSED),
    ]
    box = [Stored(1, 2, SECOND), Stored(2, 1, THIRD)]
    return Case(
        history=history, box=box, closed_at=9.0, at_close=tuple(box), windows=[Window("worker killed", 1.9, 2.6)],
        trackers={nonce: f"T-{nonce[:4]}" for nonce in (FIRST, SECOND, THIRD)}, board=["T-cccc", "T-bbbb"],
    )  # fmt: skip


def test_an_honest_run_breaks_nothing() -> None:
    assert violations(honest()) == []


def with_history(case: Case, *more: Operation) -> Case:
    return replace(case, history=[*case.history, *more])


def with_box(case: Case, *box: Stored) -> Case:
    """The box was like this already when the vote was closed, and nothing was opened."""
    return replace(case, box=box, at_close=box, board=None)


BROKEN: dict[str, tuple[Callable[[Case], Case], list[tuple[str, int]]]] = {
    "an acknowledged ballot is gone": (lambda case: with_box(case, Stored(1, 2, SECOND)), [("lost", 2)]),
    "the box holds the revision before": (
        lambda case: with_box(case, Stored(1, 1, FIRST), Stored(2, 1, THIRD)), [("went back", 1)],
    ),
    "another attempt took the place silently": (
        lambda case: with_box(case, Stored(1, 2, SECOND), Stored(2, 1, "e" * 32)),
        [("lost", 2), ("refused but stored", 2)],
    ),
    "a voter has two ballots": (
        lambda case: with_box(case, Stored(1, 2, SECOND), Stored(2, 1, THIRD), Stored(2, 1, THIRD)),
        [("twice", 2), ("twice", 0)],
    ),
    "both windows were told yes": (
        lambda case: with_history(case, told(2, "f" * 32, 0, 1.0)), [("twice", 2)],
    ),
    "a ballot nobody sent": (
        lambda case: with_box(case, *case.box, Stored(7, 1, "")), [("ghost", 7)],
    ),
    "a ballot under a later revision than was sent": (
        lambda case: with_box(case, Stored(1, 3, SECOND), Stored(2, 1, THIRD)), [("ghost", 1)],
    ),
    "the page shows an older revision than before": (
        lambda case: with_history(case, told(1, "", 0, 4.0, kind="read")), [("went back", 1)],
    ),
    "a ballot after the closing transaction": (
        lambda case: replace(
            with_history(case, told(3, FIRST[::-1].replace("a", "9"), 0, 8.95)),
            box=[*case.box, Stored(3, 1, "9" * 32)], board=None,
        ), [("late", 3)],
    ),
    "a first answer after the close": (
        lambda case: with_history(case, told(2, THIRD, 0, 9.4)), [("late", 2)],
    ),
    "refused while open": (
        lambda case: with_history(case, told(3, "d" * 32, 0, 5.0, FAIL, said=CLOSED)), [("refused early", 3)],
    ),
    "a replay with another tracker": (
        lambda case: with_history(case, told(1, SECOND, 1, 4.0, replayed=True, tracker="T-zzzz")),
        [("another receipt", 1), ("another receipt", 1)],
    ),
    "a replay with another receipt": (
        lambda case: with_history(case, told(1, SECOND, 1, 4.0, replayed=True, receipt="R-zzzz")),
        [("another receipt", 1)],
    ),
    "no answer though nothing was broken": (
        lambda case: with_history(case, told(4, "8" * 32, 0, 5.0, INFO, said="503")), [("unanswered", 4)],
    ),
    "no answer because Redis was away": (
        lambda case: replace(
            with_history(case, told(4, "8" * 32, 0, 5.0, INFO, said="500")),
            windows=[*case.windows, Window("redis killed", 4.5, 6.0, excuses=False)],
        ), [("unanswered", 4)],
    ),
    "a ballot is missing on the board": (lambda case: replace(case, board=["T-cccc"]), [("lost", 1)]),
    "the board has one more": (lambda case: replace(case, board=["T-bbbb", "T-cccc", "T-qqqq"]), [("ghost", 0)]),
    "the board has one twice": (lambda case: replace(case, board=["T-bbbb", "T-cccc", "T-cccc"]), [("twice", 0)]),
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_each_broken_promise_is_named(broken: str) -> None:
    change, expected = BROKEN[broken]
    assert [(one.rule, one.voter) for one in violations(change(honest()))] == expected


def test_a_lost_answer_may_have_been_a_ballot_or_not() -> None:
    lost_answer = told(5, "7" * 32, 0, 2.1, INFO, said="no answer")
    case = with_history(honest(), lost_answer)
    assert violations(case) == []
    assert violations(with_box(case, *case.box, Stored(5, 1, "7" * 32))) == []


def test_a_withdrawn_ballot_is_not_on_the_board() -> None:
    case = with_history(honest(), told(2, "6" * 32, 1, 3.0, kind="withdraw", tracker="", receipt=""))
    case = replace(case, box=[case.box[0], Stored(2, 2, "6" * 32, "withdrawn")], at_close=None, board=["T-bbbb"])
    assert violations(case) == []


def test_acknowledged_counts_acts_and_not_answers() -> None:
    assert History(honest().history).acknowledged() == 3


def test_the_summary_counts_and_shows() -> None:
    text = summary([Violation("lost", 3, "gone"), Violation("late", 4, "so late")])
    assert text == "1 × late; 1 × lost\n  lost: voter 3: gone\n  late: voter 4: so late"
