"""Themes of a consultation as evidence for its summary: figures, cleared quotes, and earlier rounds of the same question."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select

from participation import clock
from participation.commissioning.models import NeedsRecord
from participation.commissioning.publicity import is_public
from participation.commissioning.themes import queries
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.needs import canonical
from participation.needs.evidence import EarlierShare, ThemeEvidence
from participation.needs.quotes import Candidate, choose
from participation.needs.rounds import BESIDE, answered
from participation.needs.summary import Summary
from participation.needs.texts import normalised

MOST_ROUNDS = 3


def themes_of(consultation: Consultation) -> tuple[ThemeEvidence, ...]:
    """Every open theme with published needs of the consultation."""
    quotes = _quotes(consultation.id)
    return tuple(
        ThemeEvidence(
            code=one.theme.public_id,
            name=one.theme.name,
            name_cy=one.theme.name_cy,
            needs=one.needs,
            read=one.read,
            supporters=one.supporters,
            service_code=one.theme.group.code,
            service=one.theme.group.plain_name,
            quotes=quotes.get(one.theme.id, ()),
        )
        for one in queries.figures(consultation.id)
    )


def _quotes(consultation_id: int) -> dict[int, tuple[str, ...]]:
    """By theme: up to three cleared passages, the typical one first, then those unlike it."""
    words: dict[int, dict[str, Candidate]] = defaultdict(dict)
    for theme, need, text, ward in queries.cleared_quotes(consultation_id):
        words[theme][need] = Candidate(need, text, str(ward or ""))
    return {theme: tuple(found[key].text for key in choose(list(found.values()))) for theme, found in words.items()}


def earlier_shares(consultation: Consultation) -> tuple[EarlierShare, ...]:
    """Shares of themes, needs and options in the newest published version of earlier consultations of the same question."""
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
    newest: dict[int, NeedsRecord] = {}
    for record in db.session.scalars(query):
        same = normalised(record.consultation.summary) == normalised(consultation.summary)
        readable = same and is_public(record, record.consultation, clock.now())
        if readable and record.consultation_id not in newest and len(newest) < MOST_ROUNDS:
            newest[record.consultation_id] = record
    return tuple(share for record in newest.values() for share in _shares(record))


def _shares(record: NeedsRecord) -> list[EarlierShare]:
    summary = canonical.load(Summary, record.body)
    rows = [("theme", row.code, row.name, row.share, "support") for row in summary.themes]
    rows += [("need", row.code, row.title, row.share, "support") for row in summary.priorities]
    rows += [("option", row.code, row.title, row.share, summary.ballot_type) for row in summary.options]
    rows += [("answer", row.code, answered(row.question, row.answer), row.share, BESIDE) for row in summary.answers]
    return [
        EarlierShare(
            theme=code,
            round=summary.subject.title,
            closed_on=summary.subject.closed_on,
            record=record.public_id,
            share=float(share.value),
            people=share.base,
            kind=kind,
            name=name,
            way=way,
        )
        for kind, code, name, share, way in rows
        if share.value is not None and share.base
    ]
