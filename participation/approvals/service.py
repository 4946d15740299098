"""Four eyes: one person asks, another decides in time (a day, if the act says nothing else), and what runs is what was approved.

    approvals.ask(council_id=..., act="exclude-ballot", subject="vote:3", payload={"voter": 12}, requested_by=...)

The page of waiting requests shows it to everybody with the act's permission. Approving carries it out in the same transaction.
Source: two-person rule of the security design, section 4.6. Each verb flushes; none commits.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets

from participation import clock
from participation.approvals.acts import Asked, Payload, act_named
from participation.approvals.models import Approval
from participation.approvals.queries import approval_by_public_id, waiting_about
from participation.approvals.refusals import ApprovalOver, PayloadChanged, SamePerson
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.extensions import db


def ask(*, council_id: int, act: str, subject: str, payload: Payload, requested_by: int) -> Approval:
    """Ask for an act. The same request again, while it waits, is the first one once more. Raises KeyError for no act."""
    sentence = act_named(act).sentence(council_id, payload)
    text, now = canonical(payload), clock.now()
    before = [one for one in waiting_about(council_id, subject, now) if (one.act, one.payload) == (act, text)]
    if before:
        return before[0]
    approval = Approval(
        public_id=base64.b32encode(secrets.token_bytes(10)).decode().lower(), council_id=council_id, act=act,
        subject=subject, sentence=sentence, payload=text, payload_hash=digest(sentence, text), requested_by=requested_by,
        requested_at=now, expires_at=act_named(act).ends(now),
    )  # fmt: skip
    db.session.add(approval)
    db.session.flush()
    _record(approval, Tag.APPROVAL_ASKED, requested_by)
    return approval


def approve(*, council_id: int, public_id: str, seen_hash: str, decided_by: int) -> Approval:
    """Approve a request and carry it out. `seen_hash` is the payload's hash (hex) that the page showed.

    Raises SamePerson, ApprovalOver, PayloadChanged, and whatever the act itself refuses; then nothing is kept.
    """
    approval = _open_request(council_id, public_id)
    if approval.requested_by == decided_by:
        raise SamePerson()
    if approval.payload_hash.hex() != seen_hash or digest(approval.sentence, approval.payload) != approval.payload_hash:
        raise PayloadChanged()
    _decide(approval, "approved", decided_by)
    _record(approval, Tag.APPROVAL_GIVEN, decided_by)
    act_named(approval.act).carry_out(
        Asked(council_id, approval.subject, json.loads(approval.payload), approval.requested_by, decided_by)
    )
    return approval


def refuse(*, council_id: int, public_id: str, decided_by: int) -> Approval:
    """Turn a request down; by the person who asked, it is a withdrawal. Raises ApprovalOver."""
    approval = _open_request(council_id, public_id)
    _decide(approval, "withdrawn" if approval.requested_by == decided_by else "refused", decided_by)
    _record(approval, Tag.APPROVAL_REFUSED, decided_by)
    return approval


def canonical(payload: Payload) -> str:
    """The payload as the one text that is hashed, shown and carried out."""
    return json.dumps(dict(payload), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(sentence: str, payload: str) -> bytes:
    """What both people agree on: the words they read and the values that run."""
    return hashlib.sha256(json.dumps(["approval-v1", sentence, payload]).encode()).digest()


def _open_request(council_id: int, public_id: str) -> Approval:
    approval = approval_by_public_id(council_id, public_id, lock=True)
    if approval.decision is not None:
        raise ApprovalOver(why="It was decided already.")
    if approval.expires_at <= clock.now():
        raise ApprovalOver(why="It waited for too long.")
    return approval


def _decide(approval: Approval, decision: str, decided_by: int) -> None:
    approval.decision, approval.decided_by, approval.decided_at = decision, decided_by, clock.now()
    db.session.flush()


def _record(approval: Approval, tag: Tag, actor_id: int) -> None:
    facts = {"act": approval.act, "payload": approval.payload_hash.hex(), "decision": approval.decision}
    record(council_id=approval.council_id, tag=tag, subject=approval.subject, actor_id=actor_id, facts=facts)
