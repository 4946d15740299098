"""A needs summary as a document: which tables there are, what their columns are called, what the cover says.

The only place that knows both `needs` and `exports`. It adds no figure and hides none; the tables
are in `document_tables` and `document_groups`.
"""

from __future__ import annotations

import re
from datetime import date

from participation.commissioning import document_choices, document_groups, document_tables, document_themes
from participation.commissioning.document_cells import APART_NOTE, HIDDEN_NOTE, RANGE_NOTE, RANK_NOTE, SHARE_NOTE
from participation.exports import Document, Note
from participation.needs.summary import Summary

METHOD = "Method: people are counted once each, by their last answer, after leaving out those who could not take part."
EXACT = "Numbers of people are exact; shares are rounded to 4 decimals."
ROUNDED = (
    "Numbers of people in groups are to the nearest {step}, and shares of groups to a whole percentage, or to one decimal from "
    "1,000 people on; all other numbers of people are exact and other shares rounded to 4 decimals."
)
NEXT_UPDATE = "These figures are not updated: a later version is a new file with its own version number."
LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"


def document_of(summary: Summary) -> Document:
    """The whole summary as titled tables with a cover and notes, ready for any writer."""
    tables = [document_tables.at_a_glance(summary)]
    tables += [document_tables.participation(table) for table in summary.participation]
    if summary.priorities:
        tables.append(document_tables.priorities(summary))
    if summary.themes:
        said = document_themes.quotes(summary)
        tables += [document_themes.themes(summary), *([said] if said else [])]
    if summary.trends:
        tables.append(document_themes.trends(summary))
    if summary.options:
        tables.append(document_tables.options(summary.options))
    tables += [document_groups.breakdown(table) for table in summary.breakdowns]
    if summary.comparisons:
        tables.append(document_groups.comparisons(summary.comparisons))
    tables += document_choices.choice_tables(summary)
    equality = document_groups.equality_input(summary)
    if equality is not None:
        tables.append(equality)
    tables += [document_groups.weighting(report) for report in summary.weighting if report.used]
    subject = summary.subject
    return Document(
        title=f"Resident needs summary: {subject.title}",
        made_on=date.fromisoformat(subject.produced_on) if subject.produced_on else date(1970, 1, 1),
        tables=tuple(tables),
        facts=_facts(summary),
        paragraphs=_paragraphs(summary),
        sections=_sections(summary),
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
        f"{METHOD} {_exactness(summary.method.rounding)}",
        NEXT_UPDATE,
    )


def _sections(summary: Summary) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Page one on paper, under the headings of the page."""
    said = set(summary.how_sure)
    return (
        ("What we found", tuple(f"{one.text} How sure: {one.confidence}." for one in summary.findings)),
        ("Who took part", summary.who_took_part),
        ("How sure we are", summary.how_sure),
        ("What you can use this for", summary.use),
        ("Limits and method", (
            *(limit.text for limit in summary.limits if limit.text not in said),
            f"{METHOD} {_exactness(summary.method.rounding)}",
        )),
    )  # fmt: skip


def _exactness(step: int) -> str:
    return EXACT if step == 1 else ROUNDED.format(step=step)


def _notes(summary: Summary) -> tuple[Note, ...]:
    method = summary.method
    return (
        Note(
            SHARE_NOTE,
            "Shares are proportions of the people who answered. No share is given on fewer than 30 people, and a share on 30 to "
            "99 people has low reliability.",
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
        Note(
            APART_NOTE,
            "People who do not meet who a consultation is for are heard as well. They are counted apart, rounded to the "
            f"nearest {method.threshold} and hidden below {2 * method.threshold}, and are in no other figure.",
        ),
    )
