"""The tables about groups in a summary's document: breakdowns, comparisons, the equality table, the adjustment."""

from __future__ import annotations

from collections.abc import Sequence

from participation.commissioning.document_cells import (
    HIDDEN_NOTE,
    RANGE_NOTE,
    SHARE_NOTE,
    cell,
    high,
    low,
    lower,
    name_of,
    reliability,
)
from participation.exports import Across, Column, Missing, Table, Value
from participation.needs.comparisons import CLEAR, TOO_FEW
from participation.needs.evidence import PRIORITIES
from participation.needs.figures import NOT_AVAILABLE
from participation.needs.summary import (
    BreakdownTable,
    ComparisonRow,
    ParticipationRow,
    ParticipationTable,
    Summary,
    WeightingReport,
)


def breakdown(table: BreakdownTable) -> Table:
    """One row for each choice and group: tidy, and never wider than a screen reader follows."""
    rows = tuple(
        (
            row.code,
            row.title,
            head.code,
            head.name,
            cell(people),
            cell(head.people),
            cell(share),
            low(share),
            high(share),
            reliability(share),
        )
        for row in table.rows
        for head, people, share in zip(table.heads, row.people, row.shares, strict=True)
    )
    columns = (
        Column("code", "Code"),
        Column("choice", "Need" if table.activity == "priorities" else "Option"),
        Column("group_code", "Group code"),
        Column("group", table.dimension_name),
        Column("people", "People of the group who chose it", "number", notes=(HIDDEN_NOTE,)),
        Column("group_people", "People of the group who took part", "number"),
        Column("share", "Share of the group", "share", notes=(SHARE_NOTE,), places=1),
        Column("share_low", "Lower end of the range of the share", "share", notes=(RANGE_NOTE,), places=1),
        Column("share_high", "Upper end of the range of the share", "share", notes=(RANGE_NOTE,), places=1),
        Column("reliability", "What the share is based on"),
    )
    what = "Needs" if table.activity == "priorities" else "Options"
    return Table(
        name=f"{what.lower()}_by_{name_of(table.dimension)}",
        title=f"{what} by {lower(table.dimension_name)}",
        columns=columns,
        rows=rows,
        key=("code", "group_code"),
        label="group",
        across=Across("code", "choice", "group", ("people", "share")),
    )


def comparisons(rows: Sequence[ComparisonRow]) -> Table:
    tested = sum(1 for row in rows if row.p_adjusted.value is not None)
    return Table(
        name="group_differences",
        title="Groups compared with everybody else",
        description=(
            f"{tested:,} comparisons were made. A difference is called clear when it is 10 percentage points or more, both "
            "sides have 30 people or more, and it stands after correcting for the number of comparisons."
        ),
        columns=(
            Column("code", "Code"),
            Column("choice", "Need or option"),
            Column("dimension", "Grouping"),
            Column("group_code", "Group code"),
            Column("group", "Group"),
            Column("share", "Share of the group", "share", places=1),
            Column("rest", "Share of everybody else", "share", places=1),
            Column("difference", "Difference", "share", places=1),
            Column(
                "difference_low", "Lower end of the range of the difference", "share", notes=(RANGE_NOTE,), places=1
            ),
            Column(
                "difference_high", "Upper end of the range of the difference", "share", notes=(RANGE_NOTE,), places=1
            ),
            Column("p_adjusted", "Adjusted p-value", "number", places=4),
            Column("verdict", "What it says"),
        ),
        rows=tuple(
            (
                row.code,
                row.title,
                row.dimension_name,
                row.group_code,
                row.group_name,
                cell(row.share),
                cell(row.rest),
                cell(row.difference),
                low(row.difference),
                high(row.difference),
                cell(row.p_adjusted),
                row.verdict,
            )
            for row in rows
        ),
        key=("code", "dimension", "group_code"),
        on_paper=("verdict", "clear difference"),
        label="group",
    )


def weighting(report: WeightingReport) -> Table:
    return Table(
        name=f"adjustment_{name_of(report.activity)}",
        title=f"How shares were adjusted to the population: {lower(report.activity)}",
        description=(
            f"{report.people:,} people weigh as much as {report.effective_base:,} equally weighted people. Design effect "
            f"{report.design_effect}, weights from {report.lowest_weight} to {report.highest_weight}, trimmed for "
            f"{report.trimmed} people. Groups with too few people are taken together."
        ),
        columns=(
            Column("dimension", "Grouping"),
            Column("group", "Group"),
            Column("target", "Share of residents", "share", places=1),
            Column("before", "Share of people before adjusting", "share", places=1),
            Column("after", "Share of people after adjusting", "share", places=1),
        ),
        rows=tuple((row.dimension, row.group, row.target, row.before, row.after) for row in report.fit),
        key=("dimension", "group"),
    )


def equality_input(summary: Summary) -> Table | None:
    """What an equality impact assessment needs of every group, also of those nobody came from (UK notes, section 4).

    The decision about due regard is a named person's; this is what they look at. None without participation tables.
    """
    made = [table for table in summary.participation if table.activity == PRIORITIES]
    rows = tuple(_equality_row(summary, table, row) for table in made for row in table.rows)
    if not rows:
        return None
    return Table(
        name="equality_input",
        title="Input for the equality impact assessment",
        description=(
            "Every group, also those nobody took part from. A group differs where a difference on any need is clear (see "
            "the table of group differences); otherwise there is no clear difference, or too few people to say."
        ),
        columns=(
            Column("grouping", "Grouping"),
            Column("group_code", "Group code"),
            Column("group", "Group"),
            Column("base", "People who took part", "number", notes=(HIDDEN_NOTE,)),
            Column("population_share", "Share of residents", "share", places=1),
            Column("participants_share", "Share of the people who took part", "share", notes=(SHARE_NOTE,), places=1),
            Column("representation_gap", "Share of people who took part, less share of residents", "share", places=1),
            Column("top_need", "Need with the most support that can be shown"),
            Column("differs_from_all", "Differs from everybody else"),
        ),
        rows=rows,
        key=("grouping", "group_code"),
        label="group",
    )


def _equality_row(summary: Summary, table: ParticipationTable, row: ParticipationRow) -> tuple[Value, ...]:
    return (
        table.dimension_name,
        row.code,
        row.name,
        cell(row.people),
        cell(row.population_share),
        cell(row.share),
        cell(row.gap),
        _top_need(summary, table.dimension, row),
        _differs(summary, table.dimension, row.code),
    )


def _top_need(summary: Summary, dimension: str, row: ParticipationRow) -> Value:
    if row.people.value is None:
        return cell(row.people)
    shown = [
        (-int(figure.value), each.code, each.title)
        for made in summary.breakdowns
        if (made.activity, made.dimension) == (PRIORITIES, dimension)
        for each in made.rows
        for head, figure in zip(made.heads, each.people, strict=True)
        if head.code == row.code and figure.value
    ]
    return min(shown)[2] if shown else Missing(NOT_AVAILABLE)


def _differs(summary: Summary, dimension: str, code: str) -> str:
    verdicts = {
        row.verdict
        for row in summary.comparisons
        if (row.activity, row.dimension, row.group_code) == (PRIORITIES, dimension, code)
    } - {TOO_FEW}
    return "yes" if CLEAR in verdicts else "no" if verdicts else "too few to say"
