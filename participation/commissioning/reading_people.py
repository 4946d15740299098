"""Who took part, as the summary's page shows it: a table for each activity and grouping, with bars and shades for the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from participation.commissioning import figure_words as say
from participation.needs.evidence import AGE, SEX, WARD
from participation.needs.figures import HIDDEN, Figure
from participation.needs.summary import ParticipationRow, ParticipationTable, Summary
from participation.needs.taking_part import NOT_STATED, TOGETHER
from participation.web.charts import Entry, bars

STANDINGS = {"under": "Heard less than we should", "in line": "As many as expected", "over": "More than their share"}
_GROUPINGS = {WARD: "ward", AGE: "age", SEX: "sex"}


@dataclass(frozen=True, slots=True)
class TakingPartRow:
    """One group: words for the table, and the lengths of its two bars in per cent ("" = nothing to draw).

    `shade` is how the group is drawn on a map: under, in-line, over, hidden, or "" where it cannot be said.
    """

    code: str
    name: str
    people: str
    rate: str
    share: str
    residents: str
    gap: str
    standing: str
    shade: str
    bar: str
    residents_bar: str


@dataclass(frozen=True, slots=True)
class TakingPart:
    """Who took part in one activity by one grouping."""

    activity: str
    dimension: str
    anchor: str
    title: str
    people: str
    likeness: str
    source: str
    rows: tuple[TakingPartRow, ...]
    hides: bool
    known: bool

    @property
    def shades(self) -> dict[str, str]:
        """How each group is drawn on a map, by its code."""
        return {row.code: row.shade for row in self.rows}

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each group, from 1: wards have the same ones on the map."""
        return {row.code: place for place, row in enumerate(self.rows, 1) if row.code not in (NOT_STATED, TOGETHER)}


def taking_part(summary: Summary) -> list[TakingPart]:
    """Who took part, one table for each activity and grouping."""
    return [_taking_part(table) for table in summary.participation]


def _taking_part(table: ParticipationTable) -> TakingPart:
    lengths = widths([figure for row in table.rows for figure in (row.share, row.population_share)], 1000)
    rows = [_taking_part_row(row, lengths[2 * place], lengths[2 * place + 1]) for place, row in enumerate(table.rows)]
    if table.together is not None:
        # No bar: many groups as one would dwarf every other.
        together = replace(table.together, name=f"All hidden together: {table.together.name}")
        rows.append(_taking_part_row(together, "", ""))
    return TakingPart(
        activity=table.activity,
        dimension=table.dimension,
        anchor=f"{table.activity}-{table.dimension}".replace("_", "-"),
        title=f"{table.activity_name}, by {_GROUPINGS.get(table.dimension, table.dimension_name.lower())}",
        people=say.number(table.people),
        likeness=_likeness(table),
        source=_source(table),
        rows=tuple(rows),
        hides=any(row.people.status == HIDDEN for row in table.rows),
        # An imported election may say nothing of its voters: a table of zeros would read as if nobody had come.
        known=any(row.people.value != 0 for row in table.rows if row.code != NOT_STATED),
    )


def _taking_part_row(row: ParticipationRow, bar: str, residents_bar: str) -> TakingPartRow:
    return TakingPartRow(
        code=row.code,
        name=row.name,
        people=say.number(row.people),
        rate=_rate(row.rate),
        share=say.share(row.share),
        residents=say.share(row.population_share) if row.population_share.shown else say.missing(row.population_share),
        gap=say.points(row.gap),
        standing=STANDINGS.get(row.standing, ""),
        shade="hidden" if row.people.status == HIDDEN else row.standing.replace(" ", "-"),
        bar=bar,
        residents_bar=residents_bar,
    )


def widths(figures: Sequence[Figure], scale: int = 1) -> list[str]:
    """The lengths of bars in per cent of the longest; "" where a figure has no number to draw."""
    drawn = bars(Entry("", round((figure.value or 0) * scale), "") for figure in figures)
    return [bar.width if figure.shown else "" for bar, figure in zip(drawn, figures, strict=True)]


def _rate(figure: Figure) -> str:
    """People out of every 1,000 residents, because one in a hundred is already many."""
    if figure.value is None:
        return say.missing(figure)
    in_thousand = figure.value * 1000
    return "Fewer than 1" if 0 < in_thousand < 1 else f"{round(in_thousand):,}"


def _likeness(table: ParticipationTable) -> str:
    likeness, luck = table.representativeness.value, table.chance_shortfall.value
    if likeness is None or luck is None:
        return ""
    return (
        f"Likeness of the people who took part to the people who live here: {round(likeness * 100)} out of 100. By luck "
        f"alone it would be about {round((1 - luck) * 100)}."
    )


def _source(table: ParticipationTable) -> str:
    if not table.population_date:
        return table.population_source
    return f"{table.population_source}. They are for {say.day(table.population_date)}"
