"""Balanced budgets: what residents do with each line, and from where to where the money would go (needs notes, 4.5).

A ballot names an amount for every line. What it spends more than today on one line it takes from others, from income, or from
what was left; that last is a line of its own here, so that every ballot adds up.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from participation.needs.budget_answers import mean_flows, slider
from participation.needs.evidence import BudgetLine, VoteEvidence
from participation.needs.figures import NOT_AVAILABLE, Figure, not_available, ratio, rounded, share_status
from participation.needs.ranges import wilson
from participation.needs.summary import BudgetRow, FlowRow

SPENDING, INCOME = "spending", "income"
LEFT_OVER = ("left_over", "What is left over")


def budget_rows(vote: VoteEvidence) -> tuple[BudgetRow, ...]:
    """Every line, those that most ballots change first."""
    numbers = [one.ballots for one in vote.budgets]
    if not sum(numbers):
        return ()
    rows = [
        _row(line, [dict(one.marks).get(line.code, line.today) for one in vote.budgets], numbers) for line in vote.lines
    ]
    return tuple(sorted(rows, key=lambda row: (float(row.kept.value or 0), row.code)))


def _row(line: BudgetLine, amounts: Sequence[int], numbers: Sequence[int]) -> BudgetRow:
    people = sum(numbers)
    found = slider([amount - line.today for amount in amounts], numbers, base=people)
    return BudgetRow(
        code=line.code,
        title=line.title,
        service=line.service,
        kind=INCOME if line.income else SPENDING,
        today=line.today,
        change=Figure(int(found.median), "", people, int(found.lower), int(found.upper)),
        mean_change=Figure(round(found.mean), "", people),
        raised=_share(found.raised, people),
        kept=_share(1 - found.raised - found.cut, people),
        cut=_share(found.cut, people),
    )


def _share(part: Fraction, base: int) -> Figure:
    status = share_status(base)
    if status == NOT_AVAILABLE:
        return not_available()
    low, high = wilson(float(part), base)
    return Figure(ratio(part, 1), status, base, rounded(low), rounded(high))


def flow_rows(vote: VoteEvidence) -> tuple[FlowRow, ...]:
    """Whole pence of an average ballot from line to line, the largest first; less than half a penny is nothing."""
    if not sum(one.ballots for one in vote.budgets):
        return ()
    names = [*((line.code, line.title) for line in vote.lines), LEFT_OVER]
    flows = mean_flows(
        [_uses(vote.lines, dict(one.marks)) for one in vote.budgets], [one.ballots for one in vote.budgets]
    )
    found = [
        FlowRow(*names[giver], *names[taker], Figure(round(amount)))
        for giver, row in enumerate(flows)
        for taker, amount in enumerate(row)
        if round(amount)
    ]
    return tuple(sorted(found, key=lambda flow: (-int(flow.pence.value or 0), flow.giver_code, flow.taker_code)))


def _uses(lines: Sequence[BudgetLine], amounts: dict[str, int]) -> list[int]:
    """What a ballot puts into each line more than today; income that rises is money taken from it. They add up to nothing."""
    changes = [(amounts.get(line.code, line.today) - line.today) * (-1 if line.income else 1) for line in lines]
    return [*changes, -sum(changes)]
