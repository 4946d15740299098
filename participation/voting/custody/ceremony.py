"""Opening the box of a vote with three key-holders: two officers agree, then two holders enter their phrases.

The first holder's half is kept for a quarter of an hour under the server's own key, and only as the secrets of that holder's two
pairs: it opens nothing without the second phrase. The second entry opens the box in the same transaction.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from participation.audit.record import record
from participation.audit.tags import Tag
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.voting import hours, service
from participation.voting.custody import holders, wraps
from participation.voting.custody.kinds import TWO_OF_THREE
from participation.voting.keys import server_keys, unwrapped, wrapped
from participation.voting.models import KeyEntry, Vote
from participation.voting.refusals import WrongStep

TOGETHER = timedelta(minutes=15)


def approve_opening(*, consultation: Consultation, actor_id: int) -> Vote:
    """Two officers agreed: with three key-holders it is their turn now, with one key the box is opened.

    Raises what `service.require_openable` and `service.open_box` raise.
    """
    vote = service.require_openable(consultation=consultation)
    if vote.opening_approved_at is None:
        vote.opening_approved_at = hours.database_now()
        db.session.flush()
        _record(vote, consultation, Tag.OPENING_APPROVED, actor_id, {})
    if vote.custody != TWO_OF_THREE:
        service.open_box(consultation=consultation, actor_id=actor_id)
    return vote


def enter_phrase(*, consultation: Consultation, account_id: int, phrase: str) -> bool:
    """A holder's part of the opening; True when it was the second within a quarter of an hour, and the box is open now.

    Raises WrongStep before two officers agreed, NotAHolder, WrongPhrase, and what `service.open_box` raises.
    """
    vote = service.require_openable(consultation=consultation)
    holder = holders.holder_of(vote.id, account_id)
    if vote.opening_approved_at is None:
        raise WrongStep("Two officers must agree to open the box first.")
    key = holders.require_phrase(holder, phrase)
    shares = {
        one.pair: wraps.share(one, key) for one in holders.wraps_of(vote.id) if holder.slot in wraps.PAIRS[one.pair]
    }
    _record(vote, consultation, Tag.KEY_ENTERED, account_id, {"slot": holder.slot})
    first = next((one for one in entries(vote, hours.database_now()) if one.slot != holder.slot), None)
    if first is None:
        _keep(vote, holder.slot, shares)
        return False
    service.open_box(consultation=consultation, actor_id=account_id, box_key=_joined(vote, holder.slot, shares, first))
    forget_entries(vote.id)
    return True


def entries(vote: Vote, now: datetime) -> list[KeyEntry]:
    """What holders entered within the last quarter of an hour."""
    query = select(KeyEntry).where(KeyEntry.vote_id == vote.id, KeyEntry.entered_at > now - TOGETHER)
    return list(db.session.scalars(query.order_by(KeyEntry.slot)))


def forget_entries(vote_id: int) -> None:
    """Delete what holders entered."""
    db.session.execute(delete(KeyEntry).where(KeyEntry.vote_id == vote_id))


def _keep(vote: Vote, slot: int, shares: dict[str, bytes]) -> None:
    forget_entries(vote.id)
    text = json.dumps({pair: secret.hex() for pair, secret in shares.items()}).encode()
    sealed = wrapped(server_keys(), _label(vote, slot), text)
    db.session.add(KeyEntry(vote_id=vote.id, slot=slot, sealed=sealed, entered_at=hours.database_now()))
    db.session.flush()


def _joined(vote: Vote, slot: int, shares: dict[str, bytes], first: KeyEntry) -> bytes:
    """The private box key from both halves."""
    pair = "".join(str(one) for one in sorted((slot, first.slot)))
    kept = json.loads(unwrapped(server_keys(), _label(vote, first.slot), first.sealed))
    wrap = next(one for one in holders.wraps_of(vote.id) if one.pair == pair)
    both = {slot: shares[pair], first.slot: bytes.fromhex(kept[pair])}
    return wraps.unwrapped(vote=vote.public_id, wrap=wrap, shares=both)


def _label(vote: Vote, slot: int) -> str:
    return f"{vote.public_id}|entry|{slot}"


def _record(
    vote: Vote, consultation: Consultation, tag: Tag, actor_id: int, facts: dict[str, str | int | bool | None]
) -> None:
    record(
        council_id=consultation.council_id, tag=tag, subject=f"vote:{vote.id}", actor_id=actor_id, role="staff",
        facts={"vote": vote.public_id, **facts},
    )  # fmt: skip
