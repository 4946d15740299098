"""What divides and unites in a summary: agreement between groups, votes of yes or no with opinion groups, balanced budgets."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from participation.needs import Summary, summarise
from participation.needs.evidence import (
    Ballots,
    BudgetLine,
    Evidence,
    OptionEvidence,
    Subject,
    VoteEvidence,
)
from participation.needs.refusals import EvidenceRefused
from tests.pure.needs import town

CODES = tuple(f"o{number}" for number in range(12))


def voted(vote: VoteEvidence) -> Summary:
    return summarise(Evidence(Subject("c", "T", "C"), vote=vote))


def views(*kinds: tuple[dict[str, int], int]) -> VoteEvidence:
    """A vote of yes or no: (what is marked, how many ballots)."""
    ballots = tuple(Ballots(tuple(sorted(marks.items())), number) for marks, number in kinds)
    codes = sorted({code for marks, _ in kinds for code in marks})
    return VoteEvidence(
        ballots=sum(number for _, number in kinds),
        options=tuple(
            OptionEvidence(code, code.upper(), 0, sum(b.ballots for b in ballots if (code, 1) in b.marks))
            for code in codes
        ),
        ballot_type="views",
        views=ballots,
    )


def test_yes_no_and_no_view_add_up_to_the_ballots() -> None:
    summary = voted(views(({"a": 1, "b": -1}, 60), ({"a": 1}, 30), ({"b": 1}, 10)))
    first, second = summary.statements
    assert (first.agree.value, first.disagree.value, first.no_view.value) == (90, 0, 10)
    assert (second.agree.value, second.disagree.value, second.no_view.value) == (10, 60, 30)
    assert (first.support.value, second.support.value) == (0.9, 0.1)
    assert (first.verdict, second.verdict) == ("leans for", "leans against")
    assert summary.opinion_groups == ()
    assert "GROUPS_UNSTABLE" not in {limit.code for limit in summary.limits}


def two_camps(apart: float) -> VoteEvidence:
    """240 ballots on 12 options: half say yes to the first six and no to the rest with this chance, the others reversed."""
    chance, kinds = random.Random(4), []
    for person in range(240):
        marks = {
            code: 1 if (chance.random() < apart) == ((place < 6) == (person % 2 == 0)) else -1
            for place, code in enumerate(CODES)
        }
        kinds.append((marks, 1))
    return views(*kinds)


def test_two_camps_are_found_and_said_apart() -> None:
    summary = voted(two_camps(0.96))
    assert [group.label for group in summary.opinion_groups] == ["A", "B"]
    assert sum(int(group.ballots.value or 0) for group in summary.opinion_groups) == 240
    for row in summary.statements:
        low, high = sorted(float(share.value or 0) for share in row.by_group)
        assert low < 0.25 < 0.75 < high
        assert row.verdict == "opposed sides"


def test_without_camps_no_groups_are_shown_and_that_is_said() -> None:
    summary = voted(two_camps(0.5))
    assert summary.opinion_groups == ()
    assert "GROUPS_UNSTABLE" in {limit.code for limit in summary.limits}


LINES = (
    BudgetLine("care", "Care", 100_000_00),
    BudgetLine("parks", "Parks", 50_000_00),
    BudgetLine("fees", "Fees", 20_000_00, income=True),
)


def budgets(*kinds: tuple[tuple[int, int, int], int]) -> VoteEvidence:
    """Ballots by what they put into care, parks and fees, in pounds."""
    return VoteEvidence(
        ballots=sum(number for _, number in kinds),
        options=(),
        ballot_type="balance",
        lines=LINES,
        budgets=tuple(
            Ballots(tuple((line.code, amount * 100) for line, amount in zip(LINES, amounts, strict=True)), number)
            for amounts, number in kinds
        ),
    )


def test_a_balanced_budget_says_what_is_raised_and_who_pays() -> None:
    """60 ballots take £10,000 from parks for care, 30 raise fees by £4,000 for parks, 10 leave all as it is."""
    summary = voted(
        budgets(((110_000, 40_000, 20_000), 60), ((100_000, 54_000, 24_000), 30), ((100_000, 50_000, 20_000), 10))
    )
    rows = {row.code: row for row in summary.budget}
    assert (rows["care"].change.value, rows["parks"].change.value, rows["fees"].change.value) == (
        10_000_00,
        -10_000_00,
        0,
    )
    assert (rows["care"].raised.value, rows["care"].kept.value, rows["care"].cut.value) == (0.6, 0.4, 0.0)
    assert (rows["fees"].kind, rows["fees"].raised.value) == ("income", 0.3)
    # 60 of 100 move £10,000, 30 of 100 move £4,000.
    assert [(flow.giver, flow.taker, flow.pence.value) for flow in summary.flows] == [
        ("Parks", "Care", 6_000_00),
        ("Fees", "Parks", 1_200_00),
    ]
    assert rows["care"].mean_change.value == 6_000_00


def test_money_that_is_not_spent_is_left_over() -> None:
    summary = voted(budgets(((90_000, 50_000, 20_000), 40)))
    assert [(flow.giver, flow.taker, flow.pence.value) for flow in summary.flows] == [
        ("Care", "What is left over", 10_000_00)
    ]


def test_shares_of_few_budgets_are_not_given() -> None:
    summary = voted(budgets(((110_000, 40_000, 20_000), 12)))
    assert {row.raised.status for row in summary.budget} == {"x"}


def test_a_mark_on_something_unknown_is_refused() -> None:
    vote = replace(budgets(((110_000, 40_000, 20_000), 12)), lines=LINES[:2])
    with pytest.raises(EvidenceRefused, match="marks something that is not asked about"):
        voted(vote)


def test_groups_are_divided_only_where_a_comparison_says_so() -> None:
    summary = summarise(town.evidence(900, 7))
    clear = {(r.dimension, r.code) for r in summary.comparisons if r.verdict == "clear difference"}
    divided = {(r.dimension, r.code) for r in summary.consensus if r.verdict == "divided"}
    every = {(t.dimension, row.code) for t in summary.breakdowns for row in t.rows}
    assert {(r.dimension, r.code) for r in summary.consensus} == every
    told = {(r.dimension, r.code) for r in summary.consensus if r.lowest.shown}
    assert divided == clear & told
    for row in summary.consensus:
        assert float(row.lowest.value or 0) <= float(row.highest.value or 0)
    assert {r.verdict for r in summary.consensus} >= {"shared"}


def test_a_grouping_of_which_nothing_can_be_shown_says_so_in_its_own_row() -> None:
    summary = summarise(town.evidence(60, 3))
    untold = [row for row in summary.consensus if not row.lowest.shown]
    assert untold
    assert {row.verdict for row in untold} == {"too few to say"}
    assert all(row.lowest.status in ("c", "x") and row.highest.value is None for row in untold)
    assert list(summary.consensus[-len(untold) :]) == untold
