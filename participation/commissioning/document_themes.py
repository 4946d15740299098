"""The tables about residents' words in a summary's document: themes, quotes that were cleared, and earlier rounds."""

from __future__ import annotations

from participation.commissioning.document_cells import RANGE_NOTE, SHARE_NOTE, cell, high, low, text
from participation.exports import Column, Table
from participation.needs.figures import NOT_APPLICABLE
from participation.needs.summary import Summary


def themes(summary: Summary) -> Table:
    return Table(
        name="themes",
        title="Themes in residents’ own words",
        description=(
            f"People put published needs under themes; a need can be under up to three. Numbers of people are rounded to the "
            f"nearest {summary.method.threshold}. The checked share is the share of needs that a person read one by one."
        ),
        columns=(
            Column("code", "Theme code"),
            Column("theme", "Theme"),
            Column("theme_cy", "Theme in Welsh"),
            Column("service", "Service"),
            Column("needs", "Published needs", "number"),
            Column("checked", "Share checked by a person", "share"),
            Column("supporters", "People who support any of them", "number"),
            Column("share", "Share of the people who took part", "share", notes=(SHARE_NOTE,)),
            Column("share_low", "Lower end of the range of the share", "share", notes=(RANGE_NOTE,)),
            Column("share_high", "Upper end of the range of the share", "share", notes=(RANGE_NOTE,)),
        ),
        rows=tuple(
            (
                row.code, row.name, text(row.name_cy), text(row.service), cell(row.needs), cell(row.checked),
                cell(row.supporters), cell(row.share), low(row.share), high(row.share),
            )
            for row in summary.themes
        ),
        key=("code",),
        label="theme",
        short=("theme", "supporters", "share", "needs", "checked"),
    )  # fmt: skip


def quotes(summary: Summary) -> Table | None:
    rows = tuple(
        (row.code, number, row.name, words) for row in summary.themes for number, words in enumerate(row.quotes, 1)
    )
    if not rows:
        return None
    return Table(
        name="quotes",
        title="What some residents wrote",
        description="Some residents’ own words, cleared by a moderator. They show what a theme is about, not how many say so.",
        columns=(
            Column("code", "Theme code"),
            Column("number", "Quote", "number"),
            Column("theme", "Theme"),
            Column("words", "Words"),
        ),
        rows=rows,
        key=("code", "number"),
        label="theme",
    )


def trends(summary: Summary) -> Table:
    return Table(
        name="earlier_rounds",
        title="Now and in earlier rounds of the same question",
        description="A rise or fall is said only where it stands after correcting for the number of comparisons.",
        columns=(
            Column("kind", "Theme, need, option or answer"),
            Column("code", "Code"),
            Column("record", "Earlier record"),
            Column("name", "Name"),
            Column("linked", "Name then, where a person said that it is the same"),
            Column("round", "Earlier round"),
            Column("closed_on", "Earlier round closed"),
            Column("before", "Share then", "share"),
            Column("now", "Share now", "share"),
            Column("difference", "Difference", "share"),
            Column("difference_low", "Lower end of the range of the difference", "share", notes=(RANGE_NOTE,)),
            Column("difference_high", "Upper end of the range of the difference", "share", notes=(RANGE_NOTE,)),
            Column("verdict", "What it says"),
        ),
        rows=tuple(
            (
                row.kind, row.theme, row.record, row.name, text(row.linked, NOT_APPLICABLE),
                row.round, text(row.closed_on), cell(row.before), cell(row.now),
                cell(row.difference), low(row.difference), high(row.difference), row.verdict,
            )
            for row in summary.trends
        ),
        key=("kind", "code", "record"),
        label="name",
        short=("name", "kind", "round", "before", "now", "verdict"),
    )  # fmt: skip
