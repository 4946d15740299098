"""The main tables of a summary's document: how many took part, who, what they need, what they chose."""

from __future__ import annotations

from collections.abc import Sequence

from participation.commissioning.document_cells import (
    APART_NOTE,
    HIDDEN_NOTE,
    RANGE_NOTE,
    RANK_NOTE,
    SHARE_NOTE,
    cell,
    high,
    low,
    lower,
    name_of,
    reliability,
    text,
)
from participation.exports import Column, Table, Value
from participation.needs.figures import HIDDEN, NOT_APPLICABLE, Figure
from participation.needs.summary import OptionRow, ParticipationTable, PriorityRow, Summary


def at_a_glance(summary: Summary) -> Table:
    figures: list[tuple[str, str, Figure]] = [
        ("people_with_priorities", "People who said what matters", summary.people_with_priorities),
        ("people_apart", "People whom this was not for who said what matters, counted apart", summary.people_apart),
        ("ballots", "Ballots counted", summary.ballots),
        ("ballots_not_counted", "Ballots not counted", summary.ballots_not_counted),
    ]
    figures += [
        (f"left_out_{number}", f"Left out of every figure: {reason}", figure)
        for number, (reason, figure) in enumerate(summary.exclusions, 1)
    ]
    return Table(
        name="at_a_glance",
        title="How many people took part",
        columns=(Column("code", "Code"), Column("measure", "Measure"), Column("number", "Number", "number")),
        rows=tuple((code, name, cell(figure)) for code, name, figure in figures),
        key=("code",),
        label="measure",
    )


def participation(table: ParticipationTable) -> Table:
    columns = (
        Column("code", "Code"),
        Column("group", table.dimension_name),
        Column("people", "People who took part", "number", notes=(HIDDEN_NOTE,)),
        Column("population", "People who live here", "number"),
        Column("rate", "People who took part as a share of residents", "share", places=2),
        Column("share", "Share of the people who took part", "share", notes=(SHARE_NOTE,), places=1),
        Column("population_share", "Share of residents", "share", places=1),
        Column("gap", "Share of people who took part, less share of residents", "share", places=1),
        Column("ratio", "Share of people who took part, divided by share of residents", "number", places=2),
        Column("ratio_low", "Lower end of the range of that ratio", "number", notes=(RANGE_NOTE,), places=2),
        Column("ratio_high", "Upper end of the range of that ratio", "number", notes=(RANGE_NOTE,), places=2),
        Column("standing", "Standing"),
        Column("more_needed", "More people needed to reach four fifths of their share", "number"),
        Column("reliability", "What the share is based on"),
    )
    rows = tuple(
        (
            row.code,
            row.name,
            cell(row.people),
            cell(row.population),
            cell(row.rate),
            cell(row.share),
            cell(row.population_share),
            cell(row.gap),
            cell(row.ratio),
            low(row.ratio),
            high(row.ratio),
            text(row.standing, HIDDEN if row.people.status == HIDDEN else NOT_APPLICABLE),
            cell(row.more_needed),
            reliability(row.share),
        )
        for row in table.rows
    )
    source = ", ".join(part for part in (table.population_source, table.population_date) if part)
    return Table(
        name=f"who_took_part_{name_of(table.activity)}_{name_of(table.dimension)}",
        title=f"Who took part by {lower(table.dimension_name)}: {lower(table.activity_name)}",
        description=_participation_words(table),
        columns=columns,
        rows=rows,
        key=("code",),
        label="group",
        short=("group", "people", "share", "population_share", "standing"),
        source=source,
    )


def _participation_words(table: ParticipationTable) -> str:
    if table.people.value is None:
        return "The number of people is hidden, and so is every figure about them."
    words = f"{table.people.value:,} people took part."
    likeness = table.representativeness.value
    if likeness is None:
        return words
    return (
        f"{words} Likeness to the population, from 0 to 1: {likeness:.2f}. By luck alone it would be about "
        f"{1 - (table.chance_shortfall.value or 0):.2f}."
    )


def priorities(summary: Summary) -> Table:
    columns = (
        Column("rank", "Rank", "number", notes=(RANK_NOTE,)),
        Column("rank_low", "Highest rank it might have", "number"),
        Column("rank_high", "Lowest rank it might have", "number"),
        Column("code", "Need code"),
        Column("need", "Need"),
        Column("service", "Service"),
        Column("area", "Area"),
        Column("supporters", "People who support it", "number", notes=(HIDDEN_NOTE,)),
        Column("share", "Share of the people who took part", "share", notes=(SHARE_NOTE,), places=1),
        Column("share_low", "Lower end of the range of the share", "share", notes=(RANGE_NOTE,), places=1),
        Column("share_high", "Upper end of the range of the share", "share", notes=(RANGE_NOTE,), places=1),
        Column("score", "Priority score from 0 to 100", "number", places=2),
        Column("weighted_share", "Share adjusted to the population", "share", places=1),
        Column("confidence", "How sure we are"),
        Column("apart", "People whom this was not for who support it, counted apart", "number", notes=(APART_NOTE,)),
        Column("reliability", "What the share is based on"),
    )
    return Table(
        name="priorities",
        title="Needs in order of the people who support them",
        description="The priority score is 100 times the lower end of the range of the share.",
        columns=columns,
        rows=tuple(_priority(row) for row in summary.priorities),
        key=("code",),
        label="need",
        short=("need", "supporters", "share", "rank", "rank_low", "rank_high", "confidence"),
        short_rows=10,
    )


def _priority(row: PriorityRow) -> tuple[Value, ...]:
    return (
        cell(row.rank),
        cell(row.rank_low),
        cell(row.rank_high),
        row.code,
        row.title,
        text(row.service),
        row.area or "Whole council",
        cell(row.supporters),
        cell(row.share),
        low(row.share),
        high(row.share),
        cell(row.score),
        cell(row.weighted_share),
        text(row.confidence, HIDDEN),
        cell(row.apart),
        reliability(row.share),
    )


def options(options: Sequence[OptionRow]) -> Table:
    columns = (
        Column("rank", "Rank", "number", notes=(RANK_NOTE,)),
        Column("rank_low", "Highest rank it might have", "number"),
        Column("rank_high", "Lowest rank it might have", "number"),
        Column("code", "Option code"),
        Column("option", "Option"),
        Column("service", "Service"),
        Column("area", "Area"),
        Column("votes", "Ballots that chose it", "number"),
        Column("points", "Points given to it", "number"),
        Column("share", "Share of ballots", "share", notes=(SHARE_NOTE,), places=1),
        Column("share_low", "Lower end of the range of the share", "share", notes=(RANGE_NOTE,), places=1),
        Column("share_high", "Upper end of the range of the share", "share", notes=(RANGE_NOTE,), places=1),
        Column("weighted_share", "Share adjusted to the population", "share", places=1),
        Column("cost", "Cost", "pence"),
        Column("funded", "Funded in the published count"),
        Column("reliability", "What the share is based on"),
    )
    return Table(
        name="options",
        title="Options in order of votes",
        description="Every ballot is counted once. Adjusted shares and ranges are for information: they decide nothing.",
        columns=columns,
        rows=tuple(_option(row) for row in options),
        key=("code",),
        label="option",
        short=("option", "votes", "share", "rank", "rank_low", "rank_high", "funded"),
    )


def _option(row: OptionRow) -> tuple[Value, ...]:
    return (
        cell(row.rank),
        cell(row.rank_low),
        cell(row.rank_high),
        row.code,
        row.title,
        text(row.service),
        row.area or "Whole council",
        cell(row.votes),
        cell(row.points),
        cell(row.share),
        low(row.share),
        high(row.share),
        cell(row.weighted_share),
        row.cost_pence,
        row.funded or "not yet counted",
        reliability(row.share),
    )
