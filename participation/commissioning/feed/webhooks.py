"""Telling other systems that figures were published: written with the act, signed, sent afterwards, at least once.

The service sends nothing to an address that a user made up: only to https hosts that its settings name, without following
redirects. A delivery says which version was published and where it is; the figures themselves are read from the feed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from config.settings import Settings
from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.commissioning.feed.models import Webhook, WebhookDelivery
from participation.commissioning.feed.refusals import FeedItemNotFound, HostNotAllowed
from participation.commissioning.models import NeedsRecord
from participation.extensions import db, insert_unless_there
from participation.transactions import transaction
from participation.web.mail import public_link

logger = logging.getLogger(__name__)
SIGNATURE, DELIVERY = "X-Participation-Signature", "X-Participation-Delivery"
EVENT = "needs-summary-published"
TIMEOUT_SECONDS = 10
LEASE = timedelta(minutes=5)
# The wait after each failed attempt; after the last one the delivery is given up (about a day in all).
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 960))
STORED_ERROR = 200


@dataclass(frozen=True, slots=True)
class Sent:
    """How a round of deliveries went."""

    sent: int = 0
    failed: int = 0


def add(*, council_id: int, url: str, account_id: int, now: datetime, settings: Settings) -> Webhook:
    """An address to tell. Raises HostNotAllowed."""
    if not is_allowed(url, settings):
        raise HostNotAllowed(field="url")
    made = Webhook(
        public_id=secrets.token_hex(6),
        council_id=council_id,
        url=url,
        salt=secrets.token_bytes(16),
        created_by=account_id,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    _record(made, Tag.WEBHOOK_ADDED, account_id)
    return made


def stop(*, council_id: int, public_id: str, account_id: int, now: datetime) -> None:
    """Tell this address nothing more; twice changes nothing. Raises FeedItemNotFound."""
    made = db.session.execute(
        select(Webhook).where(Webhook.council_id == council_id, Webhook.public_id == public_id)
    ).scalar_one_or_none()
    if made is None:
        raise FeedItemNotFound()
    if made.stopped_at is None:
        made.stopped_at = now
        _record(made, Tag.WEBHOOK_STOPPED, account_id)


def webhooks_of(council_id: int) -> list[Webhook]:
    """The addresses of a council that are told, oldest first."""
    query = select(Webhook).where(Webhook.council_id == council_id, Webhook.stopped_at.is_(None))
    return list(db.session.scalars(query.order_by(Webhook.id)))


def is_allowed(url: str, settings: Settings) -> bool:
    """Whether the settings let the service call that address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None and port in (None, 443)
    return parts.scheme == "https" and plain and host in settings.webhook_hosts


def secret_of(webhook: Webhook, settings: Settings) -> str:
    """What deliveries to this address are signed with."""
    made = hmac.new(settings.secret_key.encode(), b"webhook-v1\0" + webhook.salt, hashlib.sha256)
    return made.hexdigest()


def signature(secret: str, moment: int, body: str) -> str:
    """ "t=<seconds>,v1=<HMAC-SHA256 of seconds, a full stop and the body>": a receiver refuses old moments."""
    mac = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={mac}"


def body_of(made: NeedsRecord) -> str:
    """What an address is told of a published version."""
    council = made.consultation.council
    return json.dumps(
        {
            "event": EVENT,
            "id": made.public_id,
            "consultation": made.consultation.slug,
            "version": made.version,
            "digest": made.digest,
            "url": public_link("feed.summary", council_slug=council.slug, public_id=made.public_id),
        },
        sort_keys=True,
    )


def tell(made: NeedsRecord) -> None:
    """Write what every address is told of a published version, in the running transaction."""
    council, body = made.consultation.council, body_of(made)
    for webhook in webhooks_of(council.id):
        now = clock.now()
        values = {
            "webhook_id": webhook.id, "key": f"{made.public_id}:{webhook.public_id}", "body": body, "created_at": now,
            "due_at": now, "attempts": 0,
        }  # fmt: skip
        insert_unless_there(WebhookDelivery, values, unique=("key",))


def deliver_due(settings: Settings, *, most: int = 50) -> Sent:
    """Send what is due. Opens its own transactions; never raises for an address that does not answer."""
    sent = failed = 0
    for delivery in _leased(settings, most):
        problem = _posted(delivery, settings)
        with transaction():
            row = update(WebhookDelivery).where(WebhookDelivery.id == delivery.id)
            if problem is None:
                sent += 1
                db.session.execute(row.values(sent_at=clock.now(), last_error=None))
            else:
                failed += 1
                due = clock.now() + WAITS[min(delivery.attempts, len(WAITS)) - 1]
                db.session.execute(row.values(due_at=due, last_error=problem[:STORED_ERROR]))
                logger.warning("webhook delivery %s failed at attempt %s", delivery.id, delivery.attempts)
    return Sent(sent, failed)


@dataclass(frozen=True, slots=True)
class _Delivery:
    id: int
    key: str
    url: str
    secret: str
    body: str
    attempts: int


def _leased(settings: Settings, most: int) -> list[_Delivery]:
    """Take the next deliveries for this worker alone: others skip them until the lease runs out."""
    now = clock.now()
    query = (
        select(WebhookDelivery)
        .join(WebhookDelivery.webhook)
        .where(
            WebhookDelivery.sent_at.is_(None),
            WebhookDelivery.due_at <= now,
            WebhookDelivery.attempts <= len(WAITS),
            Webhook.stopped_at.is_(None),
        )
        .options(joinedload(WebhookDelivery.webhook))
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(most)
        .with_for_update(skip_locked=True, of=WebhookDelivery)
    )
    with transaction():
        rows = list(db.session.scalars(query))
        for row in rows:
            row.due_at, row.attempts = now + LEASE, row.attempts + 1
        return [
            _Delivery(row.id, row.key, row.webhook.url, secret_of(row.webhook, settings), row.body, row.attempts)
            for row in rows
        ]


def _posted(delivery: _Delivery, settings: Settings) -> str | None:
    """Post one delivery; why it failed, or None."""
    if not is_allowed(delivery.url, settings):
        return "the settings do not allow this host any more"
    moment = int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        DELIVERY: delivery.key,
        SIGNATURE: signature(delivery.secret, moment, delivery.body),
    }
    try:
        answer = requests.post(
            delivery.url, data=delivery.body.encode(), headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
    except requests.RequestException as problem:
        return type(problem).__name__
    return None if 200 <= answer.status_code < 300 else f"answered {answer.status_code}"


def _record(made: Webhook, tag: Tag, account_id: int) -> None:
    db.session.flush()
    record(
        council_id=made.council_id,
        tag=tag,
        subject=f"webhook:{made.id}",
        actor_id=account_id,
        role="administrator",
        facts={"webhook": made.public_id},
    )
