"""Keys to the feed: made once, shown once, kept as a hash, each for some scopes and for a year."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from participation.audit.record import record
from participation.audit.tags import Tag
from participation.commissioning.feed.models import FeedToken
from participation.commissioning.feed.refusals import FeedItemNotFound, KeyNeeded, OutOfScope
from participation.extensions import db

SCOPES = {
    "summaries": "Published needs summaries, whole",
    "figures": "Single figures of published needs summaries",
}
LIFETIME = timedelta(days=365)
# So that a key in a log or a repository can be recognised for what it is.
PREFIX = "pfeed_"


def make(*, council_id: int, name: str, scopes: Iterable[str], account_id: int, now: datetime) -> tuple[FeedToken, str]:
    """A new key and its text, which is not kept. Raises OutOfScope for a scope there is not."""
    wanted = sorted(set(scopes))
    for scope in wanted:
        if scope not in SCOPES:
            raise OutOfScope(scope=scope)
    text = PREFIX + secrets.token_urlsafe(32)
    token = FeedToken(
        public_id=secrets.token_hex(6),
        council_id=council_id,
        name=name,
        token_hash=_hashed(text),
        scopes=",".join(wanted),
        created_by=account_id,
        created_at=now,
        expires_at=now + LIFETIME,
    )
    db.session.add(token)
    db.session.flush()
    _record(token, Tag.FEED_TOKEN_MADE, account_id)
    return token, text


def revoke(*, council_id: int, public_id: str, account_id: int, now: datetime) -> None:
    """Take a key back; twice changes nothing. Raises FeedItemNotFound."""
    token = db.session.execute(
        select(FeedToken).where(FeedToken.council_id == council_id, FeedToken.public_id == public_id)
    ).scalar_one_or_none()
    if token is None:
        raise FeedItemNotFound()
    if token.revoked_at is None:
        token.revoked_at = now
        _record(token, Tag.FEED_TOKEN_REVOKED, account_id)


def require(header: str, *, council_id: int, scope: str, now: datetime) -> FeedToken:
    """The key of an Authorization header. Raises KeyNeeded or OutOfScope."""
    kind, _, text = header.partition(" ")
    if kind.lower() != "bearer" or not text.startswith(PREFIX):
        raise KeyNeeded()
    token = db.session.execute(
        select(FeedToken).where(FeedToken.token_hash == _hashed(text), FeedToken.council_id == council_id)
    ).scalar_one_or_none()
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        raise KeyNeeded()
    if scope not in token.scopes.split(","):
        raise OutOfScope(scope=scope)
    return token


def tokens_of(council_id: int) -> list[FeedToken]:
    """The keys of a council, newest first."""
    query = select(FeedToken).where(FeedToken.council_id == council_id)
    return list(db.session.scalars(query.order_by(FeedToken.created_at.desc(), FeedToken.id.desc())))


def _hashed(text: str) -> bytes:
    """A key has 256 random bits, so one round of a plain hash keeps it."""
    return hashlib.sha256(text.encode()).digest()


def _record(token: FeedToken, tag: Tag, account_id: int) -> None:
    db.session.flush()
    record(
        council_id=token.council_id,
        tag=tag,
        subject=f"feed-token:{token.id}",
        actor_id=account_id,
        role="administrator",
        facts={"token": token.public_id, "scopes": token.scopes},
    )
