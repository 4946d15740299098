"""The commissioner's dashboard: where each consultation stands, who is missing, and what changed since the last summary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from participation.commissioning import counts, policy
from participation.commissioning.gather import gather_participation
from participation.commissioning.models import NeedsRecord
from participation.commissioning.publicity import released_at
from participation.commissioning.queries import latest_records, needs_by_service, strongest_by_service
from participation.commissioning.service import OPEN, moves, newest_steps, seen_of_many, settled_summary
from participation.consultations.lifecycle import STAGE_WORDS, Stage, StageWords, phase_of, stage_of
from participation.consultations.models import Consultation
from participation.consultations.queries import Shown, counted_by_part, listed, services_of
from participation.extensions import db
from participation.needs.evidence import AGE, WARD, WARD_GROUP
from participation.needs.findings import missing_groups
from participation.needs.summary import Summary
from participation.needs.wording import listed as in_words
from participation.needs.wording import people as people_words
from participation.needs.wording import plural
from participation.priorities.queries import support_counts

# In this order, with at most so many consultations each; the rest is one link away.
PARTS: tuple[tuple[Shown, str], ...] = (
    (Shown.OPEN, "Open now"),
    (Shown.WAITING, "Waiting for a result or an answer"),
    (Shown.UPCOMING, "Opening soon"),
    (Shown.ANSWERED, "Answered"),
)
PER_PART = 10
_MOST_MISSING = 4
_GROUP_WORDS = {AGE: "people aged {}", WARD: "people in {}", WARD_GROUP: "people in {}"}
_SEX_WORDS = {"Female": "women", "Male": "men"}


@dataclass(frozen=True, slots=True)
class Line:
    """One consultation. `version` is its newest frozen summary, if there is one."""

    slug: str
    title: str
    stage: StageWords
    taking_part: str
    missing: str
    can_still_join: bool
    version: NeedsRecord | None
    changed: str


@dataclass(frozen=True, slots=True)
class Section:
    """Consultations in one part of their life; `total` counts those that are not listed too."""

    part: str
    title: str
    lines: Sequence[Line]
    total: int


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service: how many needs residents named, and the most supported one that may be counted."""

    code: str
    name: str
    needs: int
    strongest: str
    supporters: int


def sections(council_id: int, now: datetime) -> list[Section]:
    """All parts that hold something, in a number of queries that does not depend on how much."""
    totals = counted_by_part(council_id, now)
    found = {
        part: list(db.session.scalars(listed(council_id, now=now, shown=part).limit(PER_PART)))
        for part, _ in PARTS
        if totals[part]
    }
    lines = {line.slug: line for line in lines_of([one for some in found.values() for one in some], now)}
    return [
        Section(part.value, title, [lines[one.slug] for one in found[part]], totals[part])
        for part, title in PARTS
        if totals[part]
    ]


def lines_of(consultations: Sequence[Consultation], now: datetime) -> list[Line]:
    """One line a consultation, all of one council."""
    ids = [consultation.id for consultation in consultations]
    records, joined, summaries = latest_records(ids), counts.newcomers(ids), _seen(consultations, now)
    return [
        _line(
            consultation,
            stage_of(consultation, now),
            summaries[consultation.id],
            records.get(consultation.id),
            joined.get(consultation.id, 0),
        )
        for consultation in consultations
    ]


def _seen(consultations: Sequence[Consultation], now: datetime) -> dict[int, Summary]:
    """By consultation who said what matters, as every other page shows it: settled, or while it moves that of the newest step."""
    ids = [consultation.id for consultation in consultations]
    evidence, outside = gather_participation(consultations), counts.submissions(ids)
    settled, steps = settled_summary(ids), newest_steps(ids)
    waiting = {key: outside[key].waiting if key in outside else 0 for key in ids}
    moving = {one.id for one in consultations if moves(one, waiting[one.id], now)}
    before = seen_of_many({one.id: released_at(one, now) for one in consultations if one.id not in {*moving, *settled}})
    found = {key: settled[key] for key in ids if key not in moving and key in settled}
    found |= {key: policy.disclosed(evidence[key], seen=seen) for key, seen in before.items()}
    for key in moving:
        summary = policy.disclosed(evidence[key], moving=True)
        found[key] = replace(summary, participation=steps[key].participation) if key in steps else summary
    return found


def _line(consultation: Consultation, stage: Stage, summary: Summary, newest: NeedsRecord | None, joined: int) -> Line:
    return Line(
        slug=consultation.slug,
        title=consultation.title,
        stage=STAGE_WORDS[stage],
        taking_part=_taking_part(consultation, stage, summary),
        missing=_missing(summary),
        can_still_join=stage is Stage.GATHERING,
        version=newest,
        changed=_changed(consultation, newest, joined, summary.method.threshold),
    )


def _taking_part(consultation: Consultation, stage: Stage, summary: Summary) -> str:
    if phase_of(consultation, "gather") is None:
        if phase_of(consultation, "vote") is None:
            return "Residents discuss options here; what they say stands with each option"
        return "Residents vote here; what they chose shows once the result is published"
    if stage is Stage.UPCOMING:
        return "Nobody can take part yet"
    base, threshold = summary.people_with_priorities, summary.method.threshold
    if base.value is None:
        return f"Fewer than {threshold} people have said what matters"
    if base.value == 0:
        return "Nobody has said what matters"
    still = stage in OPEN
    number = policy.seen_moving(int(base.value)) if still else int(base.value)
    return f"{'at least ' if still else ''}{people_words(number)} said what matters".capitalize()


def _missing(summary: Summary) -> str:
    """The groups we heard less from than we should, the most missing first; "" where none can be named."""
    found = missing_groups(summary.participation)
    named: dict[str, list[str]] = {}
    for table, row in found[:_MOST_MISSING]:
        named.setdefault(table.dimension, []).append(_SEX_WORDS.get(row.name, row.name))
    words = [_GROUP_WORDS.get(dimension, "{}").format(in_words(names)) for dimension, names in named.items()]
    if len(found) > _MOST_MISSING:
        words.append(plural(len(found) - _MOST_MISSING, "more group", "more groups"))
    return "; ".join(words)


def _changed(consultation: Consultation, newest: NeedsRecord | None, joined: int, threshold: int) -> str:
    """What happened since the newest frozen version."""
    if newest is None:
        return ""
    news = []
    if joined:
        who = f"fewer than {threshold}" if joined < threshold else f"{joined:,}"
        news.append(f"{who} more people took part")
    published = consultation.result_published_at
    if published is not None and published > newest.created_at:
        news.append("the result was published")
    response = consultation.response
    if response is not None and response.published_at > newest.created_at:
        news.append("the council answered")
    return f"Since version {newest.version}: {in_words(news) or 'nothing new'}."


def supporters_in_words(priority_ids: Sequence[int]) -> dict[int, str]:
    """How many people support each need: the number, or "fewer than 10"."""
    threshold = policy.threshold()
    return {
        priority_id: f"fewer than {threshold}" if people < threshold else f"{people:,}"
        for priority_id, people in support_counts(priority_ids).items()
    }


def services(council_id: int) -> list[ServiceLine]:
    """The council's services with the needs residents named, in three queries."""
    named = needs_by_service(council_id)
    strongest = strongest_by_service(council_id, policy.threshold())
    return [
        ServiceLine(group.code, group.plain_name, named.get(group.id, 0), *strongest.get(group.id, ("", 0)))
        for group in services_of(council_id)
    ]
