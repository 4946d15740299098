"""Where groups agree and where they are divided, from the figures that are shown of them and the comparisons that were made.

Adds nothing that is not in those rows. "Shared" does not say that groups are equal, only that none differs clearly, after
correcting for the number of comparisons (needs notes, 4.7 and 4.10).
"""

from __future__ import annotations

from collections.abc import Sequence

from participation.needs.comparisons import CLEAR, TOO_FEW
from participation.needs.figures import HIDDEN, Figure, hidden, not_available
from participation.needs.summary import BreakdownRow, BreakdownTable, ComparisonRow, ConsensusRow
from participation.needs.taking_part import NOT_STATED

SHARED, DIVIDED, CANNOT_SAY = "shared", "divided", "too few to say"


def consensus_rows(tables: Sequence[BreakdownTable], comparisons: Sequence[ComparisonRow]) -> tuple[ConsensusRow, ...]:
    """One row for each choice and grouping: divided ones first, those of which nothing can be said last."""
    verdicts: dict[tuple[str, str, str], list[str]] = {}
    for row in comparisons:
        if row.verdict != TOO_FEW:
            verdicts.setdefault((row.activity, row.dimension, row.code), []).append(row.verdict)
    rows = [
        _row(table, row, verdicts.get((table.activity, table.dimension, row.code), []))
        for table in tables
        for row in table.rows
    ]
    return tuple(
        sorted(rows, key=lambda row: -_gap(row) if row.verdict == DIVIDED else 2 if not row.lowest_group else 1)
    )


def _row(table: BreakdownTable, row: BreakdownRow, verdicts: Sequence[str]) -> ConsensusRow:
    shown = [
        (share.value, head.name, share)
        for head, share in zip(table.heads, row.shares, strict=True)
        if share.value is not None and head.code != NOT_STATED
    ]
    if len(shown) < 2:
        # With fewer than two groups there is no lowest and no highest: nothing to be said, and the row says so.
        missing = hidden() if any(share.status == HIDDEN for share in row.shares) else not_available()
        return ConsensusRow(
            activity=table.activity,
            dimension=table.dimension,
            dimension_name=table.dimension_name,
            code=row.code,
            title=row.title,
            lowest_group="",
            lowest=missing,
            highest_group="",
            highest=missing,
            compared=0,
            verdict=CANNOT_SAY,
        )
    lowest, highest = min(shown, key=lambda one: one[:2]), max(shown, key=lambda one: (one[0], one[1]))
    return ConsensusRow(
        activity=table.activity,
        dimension=table.dimension,
        dimension_name=table.dimension_name,
        code=row.code,
        title=row.title,
        lowest_group=lowest[1],
        lowest=lowest[2],
        highest_group=highest[1],
        highest=highest[2],
        compared=len(verdicts),
        verdict=DIVIDED if CLEAR in verdicts else SHARED if len(verdicts) > 1 else CANNOT_SAY,
    )


def _gap(row: ConsensusRow) -> float:
    return _value(row.highest) - _value(row.lowest)


def _value(figure: Figure) -> float:
    return float(figure.value or 0)
