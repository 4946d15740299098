"""Decisions cite figures: the outcome of an option or a need is tied to figures of a frozen version, and each knows the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from participation import clock
from participation.audit.record import record as audit
from participation.audit.tags import Tag
from participation.commissioning.figures import figure_named
from participation.commissioning.models import FigureCitation, NeedsRecord
from participation.commissioning.refusals import OutcomeNotFound
from participation.commissioning.service import frozen_summary, is_public
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.priorities.evidence import CitedFigure
from participation.priorities.models import Outcome
from participation.web.access import Permission, may


def outcomes_of(consultation_id: int) -> list[Outcome]:
    """What the council decided about the options and needs of a consultation."""
    query = (
        select(Outcome)
        .where(Outcome.consultation_id == consultation_id)
        .options(joinedload(Outcome.option), joinedload(Outcome.priority))
        .order_by(Outcome.id)
    )
    return list(db.session.scalars(query))


def cite(*, made: NeedsRecord, figure: str, outcome_id: int, account_id: int, now: datetime) -> FigureCitation:
    """Tie a decision to a figure; twice is once. Raises FigureNotFound and OutcomeNotFound."""
    figure_named(frozen_summary(made), figure)
    outcome = db.session.get(Outcome, outcome_id)
    if outcome is None or outcome.consultation_id != made.consultation_id:
        raise OutcomeNotFound()
    found = _citation(made.id, figure, outcome_id)
    if found is None:
        found = FigureCitation(record_id=made.id, figure=figure, outcome_id=outcome_id)
        db.session.add(found)
    elif found.withdrawn_at is None:
        return found
    found.cited_by, found.cited_at, found.withdrawn_at = account_id, now, None
    _record(made, outcome_id, account_id, cited=True)
    return found


def withdraw(*, made: NeedsRecord, figure: str, outcome_id: int, account_id: int, now: datetime) -> None:
    """The decision does not rest on the figure any more. The citation stays on record; twice changes nothing."""
    found = _citation(made.id, figure, outcome_id)
    if found is not None and found.withdrawn_at is None:
        found.withdrawn_at = now
        _record(made, outcome_id, account_id, cited=False)


def decisions_on(record_id: int, figure: str) -> list[Outcome]:
    """The decisions that rest on a figure, oldest first."""
    query = (
        select(FigureCitation)
        .where(
            FigureCitation.record_id == record_id,
            FigureCitation.figure == figure,
            FigureCitation.withdrawn_at.is_(None),
        )
        .options(
            joinedload(FigureCitation.outcome).joinedload(Outcome.option),
            joinedload(FigureCitation.outcome).joinedload(Outcome.priority),
        )
        .order_by(FigureCitation.id)
    )
    return [citation.outcome for citation in db.session.scalars(query)]


def citations_of(outcome_ids: Sequence[int]) -> list[FigureCitation]:
    """The figures that decisions rest on, with their records; for the pages of outcomes."""
    query = (
        select(FigureCitation)
        .where(FigureCitation.outcome_id.in_(outcome_ids), FigureCitation.withdrawn_at.is_(None))
        .options(
            joinedload(FigureCitation.record).joinedload(NeedsRecord.consultation).selectinload(Consultation.phases)
        )
        .order_by(FigureCitation.outcome_id, FigureCitation.id)
    )
    return list(db.session.scalars(query))


def figures_behind(outcome_ids: Iterable[int]) -> dict[int, list[CitedFigure]]:
    """For `priorities.evidence`: residents see figures of the versions they may read, commissioners all. Two queries."""
    now, everything = clock.now(), may(Permission.SEE_NEEDS)
    found: dict[int, list[CitedFigure]] = defaultdict(list)
    for citation in citations_of(list(outcome_ids)):
        made = citation.record
        if everything or is_public(made, made.consultation, now):
            named = figure_named(frozen_summary(made), citation.figure)
            found[citation.outcome_id].append(
                CitedFigure(named.title, named.what, named.value, made.version, made.public_id, named.name)
            )
    return dict(found)


def _citation(record_id: int, figure: str, outcome_id: int) -> FigureCitation | None:
    return db.session.execute(
        select(FigureCitation).where(
            FigureCitation.record_id == record_id,
            FigureCitation.figure == figure,
            FigureCitation.outcome_id == outcome_id,
        )
    ).scalar_one_or_none()


def _record(made: NeedsRecord, outcome_id: int, account_id: int, *, cited: bool) -> None:
    db.session.flush()
    audit(
        council_id=made.consultation.council_id,
        tag=Tag.FIGURE_CITED,
        subject=f"outcome:{outcome_id}",
        actor_id=account_id,
        role="commissioner",
        facts={"summary": made.public_id, "cited": cited},
    )
