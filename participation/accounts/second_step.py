"""The second step of staff: a code of an app (RFC 6238) that works once, or a recovery code.

The app's secret is stored encrypted. A code is good for its 30 seconds and those before and after, for clocks that differ; the
newest step used is stored, so that a code somebody looked at cannot be used again. Five failures within 15 minutes lock the
second step until those are over, and its owner is told. Source: security design, sections 4.4 and 4.5.
"""

from __future__ import annotations

import base64
import hmac
import os
import re
from datetime import timedelta

import pyotp
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from sqlalchemy import delete, select, update

from participation import clock
from participation.accounts import letters, passwords
from participation.accounts.codes import keyed_hash, lasting_key, random_code, typed_code
from participation.accounts.models import Account, Authenticator, FailedProof, Passkey, RecoveryCode
from participation.accounts.refusals import AlreadySetUp, SecondStepLocked
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.councils.models import Council
from participation.extensions import db

STEP_SECONDS = 30
RECOVERY_CODES, RECOVERY_LENGTH = 10, 15
MOST_FAILURES, FAILURE_WINDOW = 5, timedelta(minutes=15)
_NONCE = 12
_SECRET_BYTES = 20
# The codes of one set share a salt, so that one that is entered is worked out once.
_SALT_BYTES = 16


def proposed_secret(session_token: str) -> str:
    """The secret that the set-up page of this session shows: always the same one, and nothing is stored before it is used."""
    return base64.b32encode(keyed_hash("authenticator proposal", session_token)[:_SECRET_BYTES]).decode()


def app_address(*, council: Council, account: Account, secret: str) -> str:
    """The otpauth address in the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name=council.full_name)


def is_set_up(account_id: int) -> bool:
    """Whether this member of staff has an app or a passkey."""
    app = select(Authenticator.account_id).where(Authenticator.account_id == account_id)
    key = select(Passkey.account_id).where(Passkey.account_id == account_id)
    return db.session.execute(app.union_all(key).limit(1)).first() is not None


def has_app(account_id: int) -> bool:
    return db.session.get(Authenticator, account_id) is not None


def set_up(*, account: Account, secret: str, code: str) -> list[str] | None:
    """Keep the app's secret once it made a right code; the new recovery codes, or None when the code is wrong.

    Raises AlreadySetUp: another app needs an administrator to reset the first.
    """
    if has_app(account.id):
        raise AlreadySetUp()
    step = _step_of(secret, code)
    if step is None:
        return None
    db.session.add(
        Authenticator(
            account_id=account.id, sealed_secret=_sealed(account.id, secret), last_step=step, set_up_at=clock.now()
        )
    )
    record(
        council_id=account.council_id, tag=Tag.SECOND_STEP_SET_UP, subject=f"account:{account.id}", actor_id=account.id
    )
    return new_recovery_codes(account_id=account.id)


def new_recovery_codes(*, account_id: int) -> list[str]:
    """Ten new codes, to be shown once; earlier ones stop working."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes, salt = [random_code(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)], os.urandom(_SALT_BYTES)
    db.session.add_all(RecoveryCode(code_hash=_kept(code, salt), account_id=account_id) for code in codes)
    db.session.flush()
    return codes


def prove(*, council: Council, account: Account, code: str) -> bool:
    """Whether this is a right code of the app, or an unused recovery code; either is used up by it.

    Raises SecondStepLocked after too many failures. A failure is counted, so the caller commits it too.
    """
    require_unlocked(account_id=account.id)
    if _use_app_code(account.id, code) or _use_recovery_code(council, account, code):
        forget_failures(account_id=account.id)
        return True
    note_failure(council=council, account=account)
    return False


def reset(*, council: Council, account: Account, actor_id: int | None) -> None:
    """Forget app, passkeys and recovery codes, for somebody who lost them. They set up a new one when they next sign in."""
    for model in (Authenticator, Passkey, RecoveryCode, FailedProof):
        db.session.execute(delete(model).where(model.account_id == account.id))
    record(council_id=council.id, tag=Tag.SECOND_STEP_RESET, subject=f"account:{account.id}", actor_id=actor_id)
    letters.send_second_step_reset(council=council, account=account)


def unused_recovery_codes(account_id: int) -> int:
    """How many recovery codes are left."""
    query = select(RecoveryCode.code_hash).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
    return len(db.session.execute(query).all())


def require_unlocked(*, account_id: int) -> None:
    """Raises SecondStepLocked."""
    failed = db.session.get(FailedProof, account_id, with_for_update=True)
    if failed is None:
        return
    left = failed.first_at + FAILURE_WINDOW - clock.now()
    if left <= timedelta():
        forget_failures(account_id=account_id)
    elif failed.failures >= MOST_FAILURES:
        raise SecondStepLocked(minutes=-(-left // timedelta(minutes=1)))


def note_failure(*, council: Council, account: Account) -> None:
    """Count a failure; at the last one that is allowed, tell the owner that somebody has their password."""
    failed = db.session.get(FailedProof, account.id, populate_existing=True)
    if failed is None:
        failed = FailedProof(account_id=account.id, failures=0, first_at=clock.now())
        db.session.add(failed)
    failed.failures += 1
    db.session.flush()
    if failed.failures == MOST_FAILURES:
        letters.send_second_step_locked(council=council, account=account)


def forget_failures(*, account_id: int) -> None:
    db.session.execute(delete(FailedProof).where(FailedProof.account_id == account_id))


def _use_app_code(account_id: int, code: str) -> bool:
    """The database lets each step be used once, also when the same code is sent twice at the same moment."""
    app = db.session.get(Authenticator, account_id)
    step = _step_of(_opened(account_id, app.sealed_secret), code) if app is not None else None
    if step is None:
        return False
    used = db.session.connection().execute(
        update(Authenticator)
        .where(Authenticator.account_id == account_id, Authenticator.last_step < step)
        .values(last_step=step)
    )
    return used.rowcount == 1


def _use_recovery_code(council: Council, account: Account, text: str) -> bool:
    code = typed_code(text, RECOVERY_LENGTH)
    if code is None:
        return False
    one_of_the_set = select(RecoveryCode.code_hash).where(RecoveryCode.account_id == account.id).limit(1)
    kept = db.session.scalar(one_of_the_set)
    if kept is None:
        return False
    used = db.session.connection().execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.code_hash == _kept(code, kept[:_SALT_BYTES]),
            RecoveryCode.account_id == account.id,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    if used.rowcount == 1:
        letters.send_recovery_code_used(council=council, account=account, left=unused_recovery_codes(account.id))
        return True
    return False


def _step_of(secret: str, code: str) -> int | None:
    """The 30 seconds this code is for, among now, those before and those after."""
    digits = re.sub(r"\s", "", code)
    now = int(clock.now().timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret, interval=STEP_SECONDS)
    found = [
        step
        for step in (now, now - 1, now + 1)
        if hmac.compare_digest(app.at(step * STEP_SECONDS).encode(), digits.encode())
    ]
    return found[0] if found else None


def _kept(code: str, salt: bytes) -> bytes:
    return salt + passwords.stretched(code, salt)


def _sealed(account_id: int, secret: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + ChaCha20Poly1305(lasting_key("authenticator")).encrypt(nonce, secret.encode(), _owner(account_id))


def _opened(account_id: int, blob: bytes) -> str:
    """Raises InvalidTag when the ballot secret of the environment was changed, or the row is another account's."""
    key = ChaCha20Poly1305(lasting_key("authenticator"))
    return key.decrypt(blob[:_NONCE], blob[_NONCE:], _owner(account_id)).decode()


def _owner(account_id: int) -> bytes:
    return f"account:{account_id}".encode()
