"""What is the same as in an earlier round: by its name, unless a person said so, or said that it is not.

A name only suggests. "Safer crossings" may be asked for as "Crossings near schools" a year later, and two needs may have one name
and mean different things; so a person's word counts before the name. It is kept with who and when, and ended, never deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation import clock
from participation.audit.record import record as note
from participation.audit.tags import Tag
from participation.commissioning.counts import published_priorities
from participation.commissioning.models import NeedsRecord, RoundLink
from participation.commissioning.publicity import is_public
from participation.commissioning.refusals import NotInTheRounds
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.needs import canonical
from participation.needs.evidence import EarlierShare
from participation.needs.rounds import BESIDE, answered
from participation.needs.summary import Summary
from participation.needs.texts import normalised

QUESTION, NEED, OPTION = "question", "need", "option"
MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier consultation whose figures residents can read, in its newest version, and what was said of its question."""

    consultation: Consultation
    record: NeedsRecord
    said: RoundLink | None
    alike: bool

    @property
    def is_same(self) -> bool:
        """Whether it asked the same question: by a person's word, or by its own words."""
        return self.alike if self.said is None else self.said.same

    @property
    def summary(self) -> Summary:
        return canonical.load(Summary, self.record.body)


@dataclass(frozen=True, slots=True)
class Thing:
    """A need or an option, now or then."""

    kind: str
    code: str
    title: str

    @property
    def value(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Pair:
    """A thing now and one then: `said` by a person, or None where the name says it."""

    now: Thing
    then: Thing
    said: RoundLink | None


def links_of(consultation_id: int) -> list[RoundLink]:
    """What stands of what people said, oldest first."""
    query = (
        select(RoundLink)
        .where(RoundLink.consultation_id == consultation_id, RoundLink.ended_at.is_(None))
        .options(joinedload(RoundLink.person))
        .order_by(RoundLink.id)
    )
    return list(db.session.scalars(query))


def earlier_rounds(consultation: Consultation, links: Sequence[RoundLink] | None = None) -> list[Earlier]:
    """Earlier consultations of the council with a version that residents can read, newest first."""
    query = (
        select(NeedsRecord)
        .join(NeedsRecord.consultation)
        .where(
            Consultation.council_id == consultation.council_id,
            Consultation.id != consultation.id,
            Consultation.state == "launched",
            Consultation.created_at < consultation.created_at,
        )
        .order_by(Consultation.created_at.desc(), NeedsRecord.version.desc())
    )
    known = links_of(consultation.id) if links is None else links
    said = {link.earlier_id: link for link in known if link.kind == QUESTION}
    found: dict[int, Earlier] = {}
    for record in db.session.scalars(query):
        before = record.consultation
        if before.id not in found and is_public(record, before, clock.now()):
            alike = normalised(before.summary) == normalised(consultation.summary)
            found[before.id] = Earlier(before, record, said.get(before.id), alike)
    return list(found.values())


def same_rounds(consultation: Consultation, links: Sequence[RoundLink] | None = None) -> list[Earlier]:
    """The newest of them that asked the same question."""
    return [one for one in earlier_rounds(consultation, links) if one.is_same][:MOST_ROUNDS]


def earlier_shares(consultation: Consultation) -> tuple[EarlierShare, ...]:
    """Shares of themes, needs, options and answers in earlier rounds of the same question, with what people said of them."""
    links = links_of(consultation.id)
    return tuple(
        _said(share, [link for link in links if link.earlier_id == one.consultation.id])
        for one in same_rounds(consultation, links)
        for share in _shares(one)
    )


def _said(share: EarlierShare, links: Sequence[RoundLink]) -> EarlierShare:
    mine = [link for link in links if (link.kind, link.earlier_code) == (share.kind, share.theme)]
    same = next((link.code for link in mine if link.same), "")
    return replace(share, same_as=same, not_as=tuple(link.code for link in mine if not link.same))


def _shares(one: Earlier) -> list[EarlierShare]:
    summary = one.summary
    rows = [("theme", row.code, row.name, row.share, "support") for row in summary.themes]
    rows += [(NEED, row.code, row.title, row.share, "support") for row in summary.priorities]
    rows += [(OPTION, row.code, row.title, row.share, summary.ballot_type) for row in summary.options]
    rows += [("answer", row.code, answered(row.question, row.answer), row.share, BESIDE) for row in summary.answers]
    return [
        EarlierShare(
            theme=code,
            round=summary.subject.title,
            closed_on=summary.subject.closed_on,
            record=one.record.public_id,
            share=float(share.value),
            people=share.base,
            kind=kind,
            name=name,
            way=way,
        )
        for kind, code, name, share, way in rows
        if share.value is not None and share.base
    ]


def things_now(consultation: Consultation) -> list[Thing]:
    """Published needs and options of a consultation, by title."""
    found = [Thing(NEED, row.public_id, row.title) for row in published_priorities([consultation.id])]
    found += [Thing(OPTION, option.code, option.title) for option in consultation.options]
    return sorted(found, key=lambda one: (one.kind, one.title.casefold(), one.code))


def things_then(one: Earlier) -> list[Thing]:
    """Needs and options of an earlier round that have a figure residents can read, by title."""
    summary = one.summary
    found = [Thing(NEED, row.code, row.title) for row in summary.priorities if row.share.value is not None]
    found += [Thing(OPTION, row.code, row.title) for row in summary.options if row.share.value is not None]
    return sorted(found, key=lambda thing: (thing.kind, thing.title.casefold(), thing.code))


def pairs_of(consultation: Consultation, one: Earlier) -> list[Pair]:
    """What is taken to be the same now as then, by people's words first."""
    links = [link for link in links_of(consultation.id) if link.earlier_id == one.consultation.id]
    now, then = {(t.kind, t.code): t for t in things_now(consultation)}, things_then(one)
    found = [
        Pair(now[link.kind, link.code], thing, link)
        for thing in then
        for link in links
        if link.same and (link.kind, link.earlier_code) == (thing.kind, thing.code) and (link.kind, link.code) in now
    ]
    linked = {(pair.now.kind, pair.now.code) for pair in found} | {("then", pair.then.value) for pair in found}
    refused = {(link.kind, link.code, link.earlier_code) for link in links if not link.same}
    for thing in then:
        named = [t for t in now.values() if (t.kind, normalised(t.title)) == (thing.kind, normalised(thing.title))]
        before = [t for t in then if (t.kind, normalised(t.title)) == (thing.kind, normalised(thing.title))]
        if len(named) == len(before) == 1 and ("then", thing.value) not in linked:
            (match,) = named
            if (match.kind, match.code) not in linked and (match.kind, match.code, thing.code) not in refused:
                found.append(Pair(match, thing, None))
    return found


def say(
    *,
    consultation: Consultation,
    earlier_id: int,
    kind: str,
    code: str = "",
    earlier_code: str = "",
    same: bool,
    account_id: int,
    now: datetime,
) -> RoundLink:
    """Say that something is the same as in an earlier round, or is not. What was said of either before ends.

    Raises NotInTheRounds for what is not in both rounds, or is of another kind.
    """
    earlier = next((one for one in earlier_rounds(consultation) if one.consultation.id == earlier_id), None)
    if earlier is None:
        raise NotInTheRounds()
    if kind != QUESTION:
        known = {(t.kind, t.code) for t in things_now(consultation)}
        before = {(t.kind, t.code) for t in things_then(earlier)}
        if (kind, code) not in known or (kind, earlier_code) not in before:
            raise NotInTheRounds()
    for link in links_of(consultation.id):
        if (link.earlier_id, link.kind) == (earlier_id, kind) and _about(link, code, earlier_code, same=same):
            link.ended_at = now
    made = RoundLink(
        consultation_id=consultation.id,
        earlier_id=earlier_id,
        kind=kind,
        code=code,
        earlier_code=earlier_code,
        same=same,
        said_by=account_id,
        said_at=now,
    )
    db.session.add(made)
    db.session.flush()
    note(
        council_id=consultation.council_id,
        tag=Tag.ROUNDS_LINKED,
        subject=f"consultation:{consultation.id}",
        actor_id=account_id,
        role="commissioner",
        facts={"earlier": earlier_id, "kind": kind, "same": same},
    )
    return made


def _about(link: RoundLink, code: str, earlier_code: str, *, same: bool) -> bool:
    """Whether a new word takes the place of this one: one about the same two, or, of two that are the same, about either."""
    if (link.code, link.earlier_code) == (code, earlier_code):
        return True
    return same and link.same and (link.code == code or link.earlier_code == earlier_code)
