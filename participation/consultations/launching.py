"""Two people launch a consultation: one checks it and says why each doubt may stay, another approves or sends it back.

A request is about one version of the draft: when anything is changed afterwards, it no longer counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from participation import clock
from participation.audit.tags import Tag
from participation.consultations import gates, service
from participation.consultations.lifecycle import Move
from participation.consultations.models import Consultation, LaunchRequest
from participation.consultations.refusals import ReasonMissing, SecondPersonNeeded
from participation.extensions import db


def open_request(consultation: Consultation) -> LaunchRequest | None:
    """The request that waits, if nothing was changed since it was made."""
    return db.session.scalars(
        select(LaunchRequest)
        .where(
            LaunchRequest.consultation_id == consultation.id,
            LaunchRequest.version == consultation.version,
            LaunchRequest.approved.is_(None),
        )
        .order_by(LaunchRequest.id.desc())
        .limit(1)
    ).first()


def last_request(consultation_id: int) -> LaunchRequest | None:
    """The latest request, whatever came of it."""
    return db.session.scalars(
        select(LaunchRequest)
        .where(LaunchRequest.consultation_id == consultation_id)
        .order_by(LaunchRequest.id.desc())
        .limit(1)
    ).first()


def ask(*, consultation: Consultation, version: int, reasons: Mapping[str, str], actor_id: int | None) -> LaunchRequest:
    """Ask somebody else to approve the launch. Asked again for the same version, the first request stays.

    Raises MoveRefused, StaleConsultation, NotReady, or ReasonMissing for a doubt without a reason.
    """
    service.require_move(consultation, Move.LAUNCH)
    service.require_version(consultation, version)
    service.require_ready(consultation)
    codes = [doubt.code for doubt in gates.doubts(consultation)]
    missing = [code for code in codes if not reasons.get(code, "").strip()]
    if missing:
        raise ReasonMissing(codes=missing)
    before = open_request(consultation)
    if before is not None:
        return before
    request = LaunchRequest(
        consultation_id=consultation.id, version=version, reasons={code: reasons[code].strip() for code in codes},
        asked_by=actor_id, asked_at=clock.now(),
    )  # fmt: skip
    db.session.add(request)
    db.session.flush()
    service.record_about(consultation, Tag.LAUNCH_ASKED, actor_id, {"overridden": ",".join(codes) or None})
    return request


def approve(*, consultation: Consultation, version: int, actor_id: int) -> None:
    """Launch it. Raises SecondPersonNeeded for who asked themselves, or when a doubt came up since nobody gave a reason for."""
    request = _waiting(consultation, version, actor_id)
    unexplained = {doubt.code for doubt in gates.doubts(consultation)} - set(request.reasons)
    if unexplained:
        raise ReasonMissing(codes=sorted(unexplained))
    service.launch(consultation=consultation, version=version, actor_id=actor_id)
    request.approved, request.decided_by, request.decided_at = True, actor_id, clock.now()
    db.session.flush()


def send_back(*, consultation: Consultation, version: int, note: str, actor_id: int) -> None:
    """Not like this: the draft stays a draft, and who asked reads why. Raises SecondPersonNeeded."""
    request = _waiting(consultation, version, actor_id)
    request.approved, request.decided_by, request.decided_at = False, actor_id, clock.now()
    request.note = note
    db.session.flush()
    service.record_about(consultation, Tag.LAUNCH_SENT_BACK, actor_id)


def _waiting(consultation: Consultation, version: int, actor_id: int) -> LaunchRequest:
    service.require_move(consultation, Move.LAUNCH)
    service.require_version(consultation, version)
    request = open_request(consultation)
    if request is None or request.asked_by == actor_id:
        raise SecondPersonNeeded()
    return request


def waiting_ids(consultation_ids: list[int]) -> dict[int, int | None]:
    """Which of these drafts wait for a second person, with who asked."""
    rows = db.session.execute(
        select(LaunchRequest.consultation_id, LaunchRequest.asked_by)
        .join(Consultation, Consultation.id == LaunchRequest.consultation_id)
        .where(
            LaunchRequest.consultation_id.in_(consultation_ids),
            LaunchRequest.approved.is_(None),
            LaunchRequest.version == Consultation.version,
        )
    )
    return {row.consultation_id: row.asked_by for row in rows}
