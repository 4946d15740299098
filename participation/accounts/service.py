"""What people do with an account. Each verb flushes and never commits.

Nothing here tells a stranger whether an address is registered: registering, signing in and asking for a link do the same work and
give the same answer for every address; only the mail to its owner differs. Passwords are hashed before the transaction, so
that nobody waits for a lock meanwhile.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from participation import clock
from participation.accounts import letters, passwords, signals
from participation.accounts.before import about_to_change
from participation.accounts.demonstration import is_shut_out
from participation.accounts.identity import hashed
from participation.accounts.links import (
    ADDRESS,
    CONFIRM,
    RESET,
    TOKEN_BYTES,
    make_link,
    use_link,
    void_links,
    was_sent_lately,
)
from participation.accounts.models import Account, ResidentProfile, SignInSession
from participation.accounts.queries import account_by_email
from participation.councils.models import Council
from participation.councils.queries import PostcodeAnswer
from participation.errors import InvalidInput, SignInNeeded
from participation.extensions import db, insert_unless_there
from participation.web.emails import canonical

# Browsers that one account can be signed in with at once; with one more, the one that was used longest ago is signed out.
MOST_SESSIONS = 50


@dataclass(frozen=True, slots=True)
class Home:
    """Where a resident says they live, and what they chose to say about themselves."""

    ward_id: int
    outward_code: str
    age_band: str | None = None
    sex: str | None = None

    @classmethod
    def at(cls, postcode: PostcodeAnswer, *, age_band: str | None = None, sex: str | None = None) -> Home:
        """Raises InvalidInput for a postcode outside the council."""
        if postcode.ward is None:
            raise InvalidInput()
        return cls(postcode.ward.id, postcode.outward, age_band, sex)


def register(
    *, council: Council, email: str, password_hash: str, home: Home, onward: str | None = None, network: str = ""
) -> None:
    """Open an unconfirmed account and mail its link. `onward` is the page to go to afterwards, `network` an address block.

    An address with a confirmed account gets a mail that says so. An unconfirmed one is taken over by the new answers: only
    the link in its mailbox, together with the newest password, opens it. Raises InvalidInput for what is no address.
    """
    folded = canonical(email)
    if folded is None:
        raise InvalidInput()
    values = {
        "council_id": council.id, "kind": "resident", "email": email.strip(), "email_canonical": folded, "created_at": clock.now()
    }  # fmt: skip
    is_new = insert_unless_there(Account, values, unique=("council_id", "email_canonical"))
    account = account_by_email(council.id, email)
    if is_new and account is not None:
        signals.note(account=account, network=network)
    if account is None or account.confirmed_at is not None or account.kind != "resident":
        if account is not None and account.disabled_at is None:
            letters.send_already_registered(council=council, account=account)
        return
    account.email, account.password_hash = email.strip(), password_hash
    _settle(account, home)
    send_confirmation(council=council, account=account, onward=onward)


def _settle(account: Account, home: Home) -> None:
    profile = account.resident or ResidentProfile(account_id=account.id)
    profile.ward_id, profile.outward_code = home.ward_id, home.outward_code
    profile.age_band, profile.sex = home.age_band, home.sex
    profile.declared_at = clock.now()
    account.resident = profile
    db.session.flush()


def send_confirmation(*, council: Council, account: Account, onward: str | None = None) -> None:
    """Mail a new link to confirm the address; earlier ones stop working."""
    letters.send_confirmation(
        council=council, account=account, token=make_link(account=account, purpose=CONFIRM), onward=onward
    )


def remind_to_confirm(*, council: Council, account: Account, onward: str | None = None) -> None:
    """For people who sign in before they confirmed: a new link, unless one was mailed in the last minutes."""
    if not was_sent_lately(account=account, purpose=CONFIRM):
        send_confirmation(council=council, account=account, onward=onward)


def resend_confirmation(*, council: Council, email: str) -> None:
    """For people whose mail did not arrive: a new link, or a mail that says why there is none."""
    account = account_by_email(council.id, email)
    if account is None:
        _tell_there_is_none(council, email)
    elif account.kind == "resident" and account.confirmed_at is None:
        send_confirmation(council=council, account=account)
    elif account.disabled_at is None:
        letters.send_already_registered(council=council, account=account)


def confirm(*, council: Council, token: str) -> Account:
    """Confirm an address by its link. Raises LinkUsedUp."""
    account = use_link(token=token, purpose=CONFIRM, council_id=council.id)
    account.confirmed_at = account.confirmed_at or clock.now()
    db.session.flush()
    return account


def send_reset(*, council: Council, email: str) -> None:
    """Mail a link to choose a new password, or a mail that says that there is no account."""
    account = account_by_email(council.id, email)
    if account is None or account.disabled_at is not None or (account.kind == "staff" and account.confirmed_at is None):
        _tell_there_is_none(council, email)
    else:
        letters.send_reset(council=council, account=account, token=make_link(account=account, purpose=RESET))


def _tell_there_is_none(council: Council, email: str) -> None:
    folded = canonical(email)
    if folded is not None:
        letters.send_no_account(council=council, email=email.strip(), folded=folded)


def reset_password(*, council: Council, token: str, password_hash: str) -> Account:
    """Set a new password by a link from the mailbox, which also confirms the address. Raises LinkUsedUp."""
    account = use_link(token=token, purpose=RESET, council_id=council.id)
    account.confirmed_at = account.confirmed_at or clock.now()
    void_links(account_id=account.id, purpose=CONFIRM)
    _set_password(council, account, password_hash)
    return account


def change_password(*, council: Council, account: Account, password_hash: str) -> None:
    """Set a new password; every session of the account ends, this one included."""
    _set_password(council, account, password_hash)


def _set_password(council: Council, account: Account, password_hash: str) -> None:
    account.password_hash = password_hash
    for purpose in (RESET, ADDRESS):
        void_links(account_id=account.id, purpose=purpose)
    end_all_sessions(account_id=account.id)
    letters.send_password_changed(council=council, account=account)
    db.session.flush()


def change_home(*, account: Account, home: Home) -> None:
    """Correct the ward and the answers about oneself, with a new declaration."""
    about_to_change(account.id)
    _settle(account, home)


@dataclass(frozen=True, slots=True)
class Proof:
    """A password that was right a moment ago: for which account, against which hash, and the hash to keep from now on."""

    account_id: int
    checked_hash: str
    new_hash: str


def check_password(*, council_id: int, email: str, password: str) -> Proof | None:
    """Check a password, with the same work for an address that is not known. Reads only; call it outside a transaction."""
    account = account_by_email(council_id, email)
    usable = account is not None and account.disabled_at is None and not is_shut_out(account)
    kept = account.password_hash if account is not None and usable else None
    right = passwords.matches(kept, password)
    if account is None or kept is None or not right:
        return None
    renewed = passwords.hashed(password) if passwords.is_outdated(kept) else kept
    return Proof(account.id, kept, renewed)


def proven_account(*, proof: Proof) -> Account | None:
    """The account of a proof, in the running transaction; None when its password was changed in between."""
    account = db.session.get(Account, proof.account_id)
    if account is None or account.password_hash != proof.checked_hash or account.disabled_at is not None:
        return None
    account.password_hash = proof.new_hash
    return account


def start_session(*, account: Account, browser: str = "", proved_at: datetime | None = None) -> str:
    """Sign an account in and return the new random token for the cookie; only its hash is kept.

    `proved_at` is when staff proved their second step; without it they are asked for it before anything else. Beyond
    `MOST_SESSIONS` the account is signed out where it was used longest ago.
    """
    token, now = secrets.token_urlsafe(TOKEN_BYTES), clock.now()
    db.session.execute(
        update(Account).where(Account.id == account.id).values(last_used_on=clock.today(), warned_on=None)
    )
    db.session.add(
        SignInSession(
            token_hash=hashed(token), account_id=account.id, created_at=now, last_seen_at=now, browser=browser[:60],
            proved_at=proved_at,
        )
    )  # fmt: skip
    db.session.flush()
    _end_oldest_sessions(account.id)
    return token


def _end_oldest_sessions(account_id: int) -> None:
    beyond = (
        select(SignInSession.token_hash)
        .where(SignInSession.account_id == account_id)
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.created_at.desc(), SignInSession.token_hash)
        .offset(MOST_SESSIONS)
    )
    if oldest := db.session.scalars(beyond).all():
        db.session.execute(delete(SignInSession).where(SignInSession.token_hash.in_(oldest)))


def note_proof(*, token: str) -> str:
    """The second step was proved in this session: it goes on under a new token, and the old one is worth nothing.

    Raises SignInNeeded when the session was ended meanwhile.
    """
    renewed, now = secrets.token_urlsafe(TOKEN_BYTES), clock.now()
    changed = db.session.connection().execute(
        update(SignInSession)
        .where(SignInSession.token_hash == hashed(token))
        .values(token_hash=hashed(renewed), proved_at=now, last_seen_at=now)
    )
    if changed.rowcount != 1:
        raise SignInNeeded()
    return renewed


def end_session(*, token: str) -> None:
    """Sign a browser out, and every copy of its cookie with it."""
    db.session.execute(delete(SignInSession).where(SignInSession.token_hash == hashed(token)))


def end_own_session(*, account_id: int, token_hash: bytes) -> None:
    """End one of one's own sessions; somebody else's is left alone."""
    db.session.execute(
        delete(SignInSession).where(SignInSession.account_id == account_id, SignInSession.token_hash == token_hash)
    )


def end_all_sessions(*, account_id: int, keep: bytes | None = None) -> None:
    """End every session of an account, except the one with the hash `keep`."""
    statement = delete(SignInSession).where(SignInSession.account_id == account_id)
    if keep is not None:
        statement = statement.where(SignInSession.token_hash != keep)
    db.session.execute(statement)
