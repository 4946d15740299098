"""Two people launch a consultation: one checks it and says why each doubt may stay, another approves or sends it back.

The request is an act of two people like any other (`approvals`): it ends after some days (`PARTICIPATION_LAUNCH_APPROVAL_DAYS`),
and what is launched is what was approved. Its payload holds the hash of everything that the launch fixes, so
a change of a date, an option, the vote or who may take part makes the request worth nothing, whether or not the version rose.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from flask import current_app, url_for
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from participation import clock
from participation.approvals import service as approvals
from participation.approvals.acts import Act, Asked, Details, Payload
from participation.approvals.models import Approval
from participation.audit.tags import Tag
from participation.consultations import gates, lifecycle, service
from participation.consultations.lifecycle import Move
from participation.consultations.models import Consultation, LaunchRequest, SideQuestion
from participation.consultations.refusals import ChangedSinceAsked, ReasonMissing, SecondPersonNeeded
from participation.extensions import Model, db
from participation.web.access import Permission
from participation.web.words import moment, plural

NO_REASON = "No reason was given: send it back."

# What features above fix with the launch: (id of the consultation) -> their rows about it.
Part = Callable[[int], Iterable[Model]]
_parts: tuple[Part, ...] = ()


def register_part(part: Part) -> None:
    """Let the approval cover the rows of a feature above as well; adding it again changes nothing."""
    global _parts
    if part not in _parts:
        _parts = (*_parts, part)


def digest(consultation: Consultation) -> str:
    """SHA-256 over every row that the launch fixes."""
    questions = select(SideQuestion).where(SideQuestion.consultation_id == consultation.id)
    rows: list[Model] = [
        consultation, *consultation.phases, *consultation.options, *consultation.editions,
        *db.session.scalars(questions.order_by(SideQuestion.position)),
    ]  # fmt: skip
    rows.extend(row for part in _parts for row in part(consultation.id))
    fixed: list[object] = [
        [type(row).__name__, {column.key: str(getattr(row, column.key)) for column in row.__mapper__.column_attrs}]
        for row in rows
    ]
    fixed.append([group.code for group in consultation.services])
    return hashlib.sha256(json.dumps(fixed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def open_request(consultation: Consultation) -> LaunchRequest | None:
    """The request that waits, if nothing was changed since it was made."""
    found = db.session.scalars(
        _requests(consultation.id)
        .where(
            LaunchRequest.version == consultation.version,
            Approval.decision.is_(None),
            Approval.expires_at > clock.now(),
        )
        .limit(1)
    ).first()
    return found if found is not None and _payload(found) == json.loads(found.approval.payload) else None


def last_request(consultation_id: int) -> LaunchRequest | None:
    """The latest request, whatever came of it."""
    return db.session.scalars(_requests(consultation_id).limit(1)).first()


def _requests(consultation_id: int) -> Select[LaunchRequest]:
    return (
        select(LaunchRequest)
        .join(LaunchRequest.approval)
        .where(LaunchRequest.consultation_id == consultation_id)
        .options(joinedload(LaunchRequest.approval))
        .order_by(LaunchRequest.id.desc())
    )


def ask(*, consultation: Consultation, version: int, reasons: Mapping[str, str], actor_id: int) -> LaunchRequest:
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
    given = {code: reasons[code].strip() for code in codes}
    approval = approvals.ask(
        council_id=consultation.council_id, act=LAUNCH.name, subject=f"consultation:{consultation.id}",
        payload=_agreed(consultation, version, given), requested_by=actor_id,
    )  # fmt: skip
    request = LaunchRequest(consultation_id=consultation.id, approval=approval, version=version, reasons=given)
    db.session.add(request)
    db.session.flush()
    service.record_about(consultation, Tag.LAUNCH_ASKED, actor_id, {"overridden": ",".join(codes) or None})
    return request


def approve(*, consultation: Consultation, version: int, seen_hash: str, actor_id: int) -> None:
    """Launch it. `seen_hash` is the hash of the request that the page showed.

    Raises SecondPersonNeeded for who asked themselves, PayloadChanged, ApprovalOver, or what `_carried_out` refuses.
    """
    request = _waiting(consultation, version, actor_id)
    approvals.approve(
        council_id=consultation.council_id,
        public_id=request.approval.public_id,
        seen_hash=seen_hash,
        decided_by=actor_id,
    )


def send_back(*, consultation: Consultation, version: int, note: str, actor_id: int) -> None:
    """Not like this: the draft stays a draft, and who asked reads why. Raises SecondPersonNeeded."""
    request = _waiting(consultation, version, actor_id)
    request.note = note
    approvals.refuse(council_id=consultation.council_id, public_id=request.approval.public_id, decided_by=actor_id)
    service.record_about(consultation, Tag.LAUNCH_SENT_BACK, actor_id)


def _waiting(consultation: Consultation, version: int, actor_id: int) -> LaunchRequest:
    service.require_move(consultation, Move.LAUNCH)
    service.require_version(consultation, version)
    request = open_request(consultation)
    if request is None or request.approval.requested_by == actor_id:
        raise SecondPersonNeeded()
    return request


def waiting_ids(consultation_ids: list[int]) -> dict[int, int | None]:
    """Which of these drafts wait for a second person, with who asked."""
    rows = db.session.execute(
        select(LaunchRequest.consultation_id, Approval.requested_by)
        .join(LaunchRequest.approval)
        .join(Consultation, Consultation.id == LaunchRequest.consultation_id)
        .where(
            LaunchRequest.consultation_id.in_(consultation_ids),
            Approval.decision.is_(None),
            Approval.expires_at > clock.now(),
            LaunchRequest.version == Consultation.version,
        )
    )
    return {row.consultation_id: row.requested_by for row in rows}


def _agreed(consultation: Consultation, version: int, reasons: Mapping[str, str]) -> dict[str, str | int | bool | None]:
    """What both people agree on: this version, everything it fixes, and these reasons."""
    return {
        "consultation": consultation.id, "version": version, "fixed": digest(consultation),
        "reasons": hashlib.sha256(json.dumps(dict(reasons), sort_keys=True).encode()).hexdigest(), "overridden": len(reasons),
    }  # fmt: skip


def _payload(request: LaunchRequest) -> dict[str, str | int | bool | None]:
    """The payload that the request would have if it were made now."""
    consultation = db.session.get_one(Consultation, request.consultation_id)
    return _agreed(consultation, consultation.version, request.reasons)


def _sentence(_council_id: int, payload: Payload) -> str:
    consultation = db.session.get_one(Consultation, payload["consultation"])
    first, last = lifecycle.first_open(consultation.phases), lifecycle.last_close(consultation.phases)
    many = int(payload["overridden"] or 0)
    doubts = f" {plural(many, 'check is', 'checks are')} not met, each with a reason." if many else ""
    dates = f", open from {moment(first)} until {moment(last)}" if first and last else ""
    return f"Launch “{consultation.title}”{dates}.{doubts}"


def _carried_out(asked: Asked) -> None:
    """Launch what was approved, if it is still exactly that.

    Raises ChangedSinceAsked, NotReady, or ReasonMissing when a doubt came up since that nobody gave a reason for.
    """
    number = int(asked.payload["consultation"] or 0)
    consultation = db.session.scalars(select(Consultation).where(Consultation.id == number).with_for_update()).one()
    request = last_request(consultation.id)
    if request is None or _payload(request) != dict(asked.payload):
        raise ChangedSinceAsked()
    unexplained = {doubt.code for doubt in gates.doubts(consultation)} - set(request.reasons)
    if unexplained:
        raise ReasonMissing(codes=sorted(unexplained))
    service.launch(consultation=consultation, version=request.version, actor_id=asked.decided_by)


def _details(_council_id: int, payload: Payload) -> Details:
    """Every check that is not met, with the reason given for it."""
    consultation = db.session.get_one(Consultation, payload["consultation"])
    request = open_request(consultation)
    page = url_for("consultation_manage.launch", slug=consultation.slug)
    if request is None:
        return Details(
            (("It cannot be approved", "The draft was changed after it was asked for."),), page, "Read what was changed"
        )
    doubts = gates.doubts(consultation)
    rows = tuple((" ".join(one.sentences), request.reasons.get(one.code, NO_REASON)) for one in doubts)
    return Details(
        rows or (("Checks", "Every check is passed."),), page, "Read all of it and preview it before you decide"
    )


def _ends(asked_at: datetime) -> datetime:
    """At the same time of day, also over a change of the clocks."""
    return clock.later(asked_at, days=current_app.config["SETTINGS"].launch_approval_days)


LAUNCH = Act("launch-consultation", Permission.EDIT_CONSULTATIONS, _sentence, _carried_out, _details, _ends)
