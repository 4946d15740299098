"""The same figures for readers with a form of their own: the equality assessment, and the Joint Strategic Needs Assessment.

Each is a document like the whole summary, made from the same tables: it shows no figure that the summary does not.
"""

from __future__ import annotations

from dataclasses import replace

from participation.commissioning import document_groups
from participation.commissioning.document_cells import HIDDEN_NOTE, RANK_NOTE, SHARE_NOTE, cell, text
from participation.commissioning.documents import document_of
from participation.exports import Column, Document, Missing, Table, Value
from participation.needs.evidence import AGE, PRIORITIES
from participation.needs.figures import HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, Figure
from participation.needs.summary import BreakdownRow, PriorityRow, Summary

# The life course of a needs assessment (UK notes, section 2, "JSNA"), by the age band of the people who say it.
LIFE_STAGES = {
    "16-24": "Start well",
    "25-34": "Live well",
    "35-49": "Live well",
    "50-64": "Live well",
    "65+": "Age well",
}
EVERYBODY = "All ages"
JSNA_WORDS = (
    (
        "This is the community’s voice for a Joint Strategic Needs Assessment (section 116 of the Local Government and Public "
        "Involvement in Health Act 2007). One row is one need among everybody, or among the people of one age band, whose "
        "stage of life it then stands for."
    ),
    (
        "Residents were not asked over which years a need will last. Whoever writes the assessment fills in the time horizon: "
        "3 to 5 years, or 5 to 10."
    ),
)


def equality_document(summary: Summary) -> Document:
    """Only the input for the equality impact assessment, with the same cover and notes."""
    table = document_groups.equality_input(summary)
    whole = document_of(summary)
    return replace(
        whole,
        title=f"Equality input: {summary.subject.title}",
        tables=() if table is None else (table,),
        file_stem=f"{whole.file_stem}_equality",
    )


def jsna_document(summary: Summary) -> Document:
    """Needs by stage of life, with the method."""
    whole = document_of(summary)
    return replace(
        whole,
        title=f"Community voice for the needs assessment: {summary.subject.title}",
        tables=(_community_voice(summary),),
        paragraphs=(*JSNA_WORDS, *whole.paragraphs),
        file_stem=f"{whole.file_stem}_jsna",
    )


def _community_voice(summary: Summary) -> Table:
    rows = [_everybody(summary, row) for row in summary.priorities]
    areas = {row.code: row for row in summary.priorities}
    for table in summary.breakdowns:
        if (table.activity, table.dimension) == (PRIORITIES, AGE):
            for row in table.rows:
                rows += _stages(areas[row.code], row, [head.code for head in table.heads])
    return Table(
        name="community_voice",
        title="What people say they need, by stage of life",
        columns=(
            Column("need_id", "Need code"),
            Column("need_statement", "Need"),
            Column("service_group_code", "Service code"),
            Column("service", "Service"),
            Column("area_code", "Area code"),
            Column("area_name", "Area"),
            Column("group", "Age band"),
            Column("life_stage", "Stage of life"),
            Column("time_horizon", "Time horizon"),
            Column("strength_measure", "What is measured"),
            Column("people", "People who support it", "number", notes=(HIDDEN_NOTE,)),
            Column("value_unweighted", "Share of the people who took part", "share", notes=(SHARE_NOTE,), places=1),
            Column("value_weighted", "Share adjusted to the population", "share", places=1),
            Column("base", "People the share is of", "number"),
            Column("rank", "Rank", "number", notes=(RANK_NOTE,)),
            Column("rank_low", "Highest rank it might have", "number"),
            Column("rank_high", "Lowest rank it might have", "number"),
            Column("confidence", "How sure we are"),
        ),
        rows=tuple(rows),
        key=("need_id", "group"),
        label="need_statement",
    )


def _everybody(summary: Summary, row: PriorityRow) -> tuple[Value, ...]:
    return (
        *_need(row),
        EVERYBODY,
        Missing(NOT_APPLICABLE),
        *_measured(row.supporters, row.share),
        cell(row.weighted_share),
        cell(summary.people_with_priorities),
        cell(row.rank),
        cell(row.rank_low),
        cell(row.rank_high),
        text(row.confidence, HIDDEN),
    )


def _stages(need: PriorityRow, row: BreakdownRow, bands: list[str]) -> list[tuple[Value, ...]]:
    none = Missing(NOT_APPLICABLE)
    return [
        (
            *_need(need), band, LIFE_STAGES.get(band, Missing(NOT_APPLICABLE)), *_measured(people, share),
            none, Missing(HIDDEN) if share.status == HIDDEN else share.base or Missing(NOT_AVAILABLE), none, none, none, none,
        )
        for band, people, share in zip(bands, row.people, row.shares, strict=True)
    ]  # fmt: skip


def _need(row: PriorityRow) -> tuple[Value, ...]:
    whole = Missing(NOT_APPLICABLE)
    return (
        row.code, row.title, text(row.service_code), text(row.service), row.area_code or whole, row.area or "Whole council",
    )  # fmt: skip


def _measured(people: Figure, share: Figure) -> tuple[Value, ...]:
    return Missing(NOT_AVAILABLE), "Share of people who support it", cell(people), cell(share)
