"""Signs of a flood of sign-ups, for officers: what new accounts have in common on one day.

Kept are keyed digests whose key changes every day, so that nothing links two days, and groups too small to mean anything are
never shown. No device is told apart. A sign proves nothing: a library has one network and a family one way to name its mailboxes.
Nobody is excluded by it; that takes two people and the ballot box's own act, with a reason the voter is told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from participation import clock
from participation.accounts.codes import keyed_hash
from participation.accounts.models import Account, SignUpSignal
from participation.extensions import db
from participation.web.emails import canonical

FEWEST = 5
NETWORK, MAILBOX = "network", "mailbox"
_DIGEST_BYTES = 16


def note(*, account: Account, network: str) -> None:
    """Note what a new account has in common with others of today. `network` is an address block, never an address."""
    for kind, value in ((NETWORK, network), (MAILBOX, pattern(account.email))):
        db.session.add(
            SignUpSignal(
                account_id=account.id, kind=kind, council_id=account.council_id, noted_on=clock.today(),
                digest=_digest(account.council_id, kind, value),
            )
        )  # fmt: skip
    db.session.flush()


def pattern(email: str) -> str:
    """What is left of a mailbox's name without its numbers and signs: "ann.smith+07@x.org" and "annsmith8@x.org" are one."""
    local, _, domain = (canonical(email) or email).partition("@")
    return f"{re.sub(r'[^a-z]', '', local)}@{domain}"


def _digest(council_id: int, kind: str, value: str) -> bytes:
    return keyed_hash("sign-up signal", clock.today().isoformat(), str(council_id), kind, value)[:_DIGEST_BYTES]


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts of one day with something in common: which, and how many of them confirmed their mailbox."""

    noted_on: date
    kind: str
    account_ids: tuple[int, ...]
    confirmed: int


def groups(council_id: int, *, most: int = 100) -> list[Group]:
    """The groups of five or more, the newest and largest first."""
    rows = db.session.execute(
        select(SignUpSignal.noted_on, SignUpSignal.kind, SignUpSignal.digest, func.count().label("accounts"))
        .where(SignUpSignal.council_id == council_id)
        .group_by(SignUpSignal.noted_on, SignUpSignal.kind, SignUpSignal.digest)
        .having(func.count() >= FEWEST)
        .order_by(SignUpSignal.noted_on.desc(), func.count().desc(), SignUpSignal.kind, SignUpSignal.digest)
        .limit(most)
    ).all()
    members: dict[bytes, list[tuple[int, bool]]] = {row.digest: [] for row in rows}
    found = db.session.execute(
        select(SignUpSignal.digest, Account.id, Account.confirmed_at)
        .join(Account, Account.id == SignUpSignal.account_id)
        .where(SignUpSignal.council_id == council_id, SignUpSignal.digest.in_(list(members)))
        .order_by(Account.id)
    )
    for digest, number, confirmed_at in found:
        members[digest].append((number, confirmed_at is not None))
    return [
        Group(
            row.noted_on, row.kind, tuple(number for number, _ in members[row.digest]),
            sum(confirmed for _, confirmed in members[row.digest]),
        )
        for row in rows
    ]  # fmt: skip
