"""A needs summary as a document: which tables there are, what their columns are called, what the cover says.

The only place that knows both `needs` and `exports`. It adds no figure and hides none: a hidden figure of the summary
becomes `[c]` here and cannot become anything else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from participation.exports import Column, Document, Missing, Note, Table, Value
from participation.needs.figures import FEW, HIDDEN, NOT_APPLICABLE, NOT_AVAILABLE, Figure
from participation.needs.summary import (
    BreakdownTable,
    ComparisonRow,
    OptionRow,
    ParticipationTable,
    PriorityRow,
    Summary,
    WeightingReport,
)

LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
SHARE_NOTE, RANGE_NOTE, HIDDEN_NOTE, RANK_NOTE = 1, 2, 3, 4


def document_of(summary: Summary) -> Document:
    """The whole summary as titled tables with a cover and notes, ready for any writer."""
    tables = [_at_a_glance(summary)]
    tables += [_participation(table) for table in summary.participation]
    if summary.priorities:
        tables.append(_priorities(summary))
    if summary.options:
        tables.append(_options(summary.options))
    tables += [_breakdown(table) for table in summary.breakdowns]
    if summary.comparisons:
        tables.append(_comparisons(summary.comparisons))
    tables += [_weighting(report) for report in summary.weighting if report.used]
    subject = summary.subject
    return Document(
        title=f"Resident needs summary: {subject.title}",
        made_on=date.fromisoformat(subject.produced_on) if subject.produced_on else date(1970, 1, 1),
        tables=tuple(tables),
        facts=_facts(summary),
        paragraphs=_paragraphs(summary),
        notes=_notes(summary),
        publisher=subject.council,
        licence=subject.licence,
        licence_url=LICENCE_URL,
        version_id=f"{summary.method.version}, SHA-256 {summary.digest}",
        file_stem=file_stem(summary),
    )


def file_stem(summary: Summary) -> str:
    """`<council>_<exercise>_needs_<yyyy-mm-dd>_v<n>`, lower case (UK notes, section 9)."""
    subject = summary.subject
    parts = [subject.council, subject.title, "needs", subject.produced_on, f"v{subject.version}"]
    slugs = [re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-")[:60].rstrip("-") for part in parts]
    return "_".join(slug for slug in slugs if slug)


def _facts(summary: Summary) -> tuple[tuple[str, str], ...]:
    subject = summary.subject
    period = (
        f"{_day(subject.opened_on)} to {_day(subject.closed_on)}" if subject.opened_on and subject.closed_on else ""
    )
    facts = (
        ("Council", subject.council),
        ("Question", subject.question),
        ("Services", ", ".join(subject.services)),
        ("Dates of the consultation", period),
        ("Figures taken on", _day(subject.produced_on)),
        ("Status", f"{subject.status}, version {subject.version}"),
        ("Contact", subject.contact),
        ("Figures include everything up to", subject.cut_off),
        ("Counting rule", summary.rule),
        ("Count run", summary.count_run),
    )
    return tuple((label, value) for label, value in facts if value)


def _day(iso: str) -> str:
    if not iso:
        return ""
    value = date.fromisoformat(iso[:10])
    return f"{value.day} {value:%B %Y}"


def _paragraphs(summary: Summary) -> tuple[str, ...]:
    return (
        *(f"Finding ({finding.confidence} confidence): {finding.text}" for finding in summary.findings),
        *summary.who_took_part,
        *summary.how_sure,
        *summary.use,
        *(limit.text for limit in summary.limits if limit.text not in summary.how_sure),
    )


def _notes(summary: Summary) -> tuple[Note, ...]:
    method = summary.method
    return (
        Note(
            SHARE_NOTE,
            "Shares are proportions of the people who answered, rounded to 4 decimals. No share is given on fewer than "
            "30 people, and a share on 30 to 99 people has low reliability.",
        ),
        Note(
            RANGE_NOTE,
            "Ranges are Wilson 95% ranges. They show how much a figure would vary by chance if the people who took part "
            "were a random draw. They were not, so the true uncertainty is larger. Do not quote them as a margin of error.",
        ),
        Note(
            HIDDEN_NOTE,
            f"Numbers of people below {method.threshold} are hidden, with as many others as are needed so that none can "
            "be worked out from the totals. Hidden values and values hidden to protect them look the same.",
        ),
        Note(
            RANK_NOTE,
            f"The rank range holds the rank in 95% of {method.draws:,} resamples of the people who took part, drawn with "
            f"seed {method.seed}. Needs or options whose ranges overlap are too close to separate.",
        ),
    )


def _cell(figure: Figure) -> Value:
    return Missing(figure.status or "x") if figure.value is None else figure.value


def _low(figure: Figure) -> Value:
    return Missing(figure.status or "z") if figure.lower is None else figure.lower


def _high(figure: Figure) -> Value:
    return Missing(figure.status or "z") if figure.upper is None else figure.upper


def _text(words: str, code: str = NOT_AVAILABLE) -> Value:
    return words or Missing(code)


def _reliability(share: Figure) -> Value:
    """In words, beside every share, how many people it is on."""
    if share.value is not None:
        return "30 to 99 people: low reliability" if share.status == FEW else "100 people or more"
    return "Fewer than 30 people: no share" if share.status == NOT_AVAILABLE else Missing(share.status)


def _at_a_glance(summary: Summary) -> Table:
    figures: list[tuple[str, str, Figure]] = [
        ("people_with_priorities", "People who said what matters", summary.people_with_priorities),
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
        rows=tuple((code, name, _cell(figure)) for code, name, figure in figures),
        key=("code",),
        label="measure",
    )


def _participation(table: ParticipationTable) -> Table:
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
            _cell(row.people),
            _cell(row.population),
            _cell(row.rate),
            _cell(row.share),
            _cell(row.population_share),
            _cell(row.gap),
            _cell(row.ratio),
            _low(row.ratio),
            _high(row.ratio),
            _text(row.standing, HIDDEN if row.people.status == HIDDEN else NOT_APPLICABLE),
            _cell(row.more_needed),
            _reliability(row.share),
        )
        for row in table.rows
    )
    source = ", ".join(part for part in (table.population_source, table.population_date) if part)
    return Table(
        name=f"who_took_part_{_name(table.activity)}_{_name(table.dimension)}",
        title=f"Who took part by {_lower(table.dimension_name)}: {_lower(table.activity_name)}",
        description=_participation_words(table),
        columns=columns,
        rows=rows,
        key=("code",),
        label="group",
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


def _priorities(summary: Summary) -> Table:
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
    )


def _priority(row: PriorityRow) -> tuple[Value, ...]:
    return (
        _cell(row.rank),
        _cell(row.rank_low),
        _cell(row.rank_high),
        row.code,
        row.title,
        _text(row.service),
        row.area or "Whole council",
        _cell(row.supporters),
        _cell(row.share),
        _low(row.share),
        _high(row.share),
        _cell(row.score),
        _cell(row.weighted_share),
        _text(row.confidence, HIDDEN),
        _reliability(row.share),
    )


def _options(options: Sequence[OptionRow]) -> Table:
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
    )


def _option(row: OptionRow) -> tuple[Value, ...]:
    return (
        _cell(row.rank),
        _cell(row.rank_low),
        _cell(row.rank_high),
        row.code,
        row.title,
        _text(row.service),
        row.area or "Whole council",
        _cell(row.votes),
        _cell(row.points),
        _cell(row.share),
        _low(row.share),
        _high(row.share),
        _cell(row.weighted_share),
        row.cost_pence,
        row.funded or "not yet counted",
        _reliability(row.share),
    )


def _breakdown(table: BreakdownTable) -> Table:
    """One row for each choice and group: tidy, and never wider than a screen reader follows."""
    rows = tuple(
        (
            row.code,
            row.title,
            head.code,
            head.name,
            _cell(people),
            _cell(head.people),
            _cell(share),
            _low(share),
            _high(share),
            _reliability(share),
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
        name=f"{what.lower()}_by_{_name(table.dimension)}",
        title=f"{what} by {_lower(table.dimension_name)}",
        columns=columns,
        rows=rows,
        key=("code", "group_code"),
        label="group",
    )


def _comparisons(rows: Sequence[ComparisonRow]) -> Table:
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
                _cell(row.share),
                _cell(row.rest),
                _cell(row.difference),
                _low(row.difference),
                _high(row.difference),
                _cell(row.p_adjusted),
                row.verdict,
            )
            for row in rows
        ),
        key=("code", "dimension", "group_code"),
        label="group",
    )


def _weighting(report: WeightingReport) -> Table:
    return Table(
        name=f"adjustment_{_name(report.activity)}",
        title=f"How shares were adjusted to the population: {_lower(report.activity)}",
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


def _name(code: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", code.lower()).strip("_") or "other"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
