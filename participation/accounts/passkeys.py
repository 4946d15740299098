"""Passkeys of staff (WebAuthn level 3): a second step without typing, that a false page cannot ask for.

The challenge of a page is in its signed cookie, which dies with the proof. Added once the authenticator app is set up, so that
losing the device with the passkey shuts nobody out.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

import webauthn
from flask import current_app
from sqlalchemy import delete, select, update
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from participation import clock
from participation.accounts.codes import keyed_hash
from participation.accounts.models import Account, Passkey
from participation.accounts.second_step import forget_failures, note_failure, require_unlocked
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.councils.models import Council
from participation.extensions import db

MOST = 10


@dataclass(frozen=True, slots=True)
class Site:
    """Whom a passkey trusts: the host of the public address, and the origin of its pages."""

    host: str
    origin: str


def site() -> Site | None:
    """None where browsers allow no passkeys, because the public address is a bare number."""
    public = urlsplit(current_app.config["SETTINGS"].public_url)
    host = public.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Site(host, f"{public.scheme}://{public.netloc}")
    return None


def keys_of(account_id: int) -> list[Passkey]:
    query = select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.added_at, Passkey.id)
    return list(db.session.scalars(query))


def creation_options(*, here: Site, council: Council, account: Account) -> tuple[str, str]:
    """What the browser is asked to make: (options as JSON, the challenge to keep)."""
    options = webauthn.generate_registration_options(
        rp_id=here.host, rp_name=council.full_name, user_name=account.email,
        user_id=keyed_hash("passkey user", str(account.id)), user_display_name=account.name or account.email,
        exclude_credentials=_described(account.id),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )  # fmt: skip
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def request_options(*, here: Site, account_id: int) -> tuple[str, str]:
    """What the browser is asked to prove: (options as JSON, the challenge to keep)."""
    options = webauthn.generate_authentication_options(rp_id=here.host, allow_credentials=_described(account_id))
    return webauthn.options_to_json(options), bytes_to_base64url(options.challenge)


def add(*, here: Site, account: Account, challenge: str, answer: str, name: str) -> bool:
    """Keep a new passkey; False when the browser's answer does not hold."""
    if len(keys_of(account.id)) >= MOST:
        return False
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=here.host,
            expected_origin=here.origin,
        )  # fmt: skip
    except (WebAuthnException, ValueError):
        return False
    db.session.add(
        Passkey(
            credential_id=made.credential_id, account_id=account.id, public_key=made.credential_public_key,
            sign_count=made.sign_count, name=name[:60] or "Passkey", added_at=clock.now(),
        )
    )  # fmt: skip
    db.session.flush()
    record(
        council_id=account.council_id, tag=Tag.SECOND_STEP_SET_UP, subject=f"account:{account.id}", actor_id=account.id,
        facts={"passkey": True},
    )  # fmt: skip
    return True


def remove(*, account_id: int, passkey_id: int) -> None:
    """Forget one of one's own passkeys."""
    db.session.execute(delete(Passkey).where(Passkey.account_id == account_id, Passkey.id == passkey_id))


def prove(*, here: Site, council: Council, account: Account, challenge: str, answer: str) -> bool:
    """Whether a passkey of this account signed the challenge. Failures count like wrong codes: the caller commits them.

    Raises SecondStepLocked.
    """
    require_unlocked(account_id=account.id)
    if _signed(here, account, challenge, answer):
        forget_failures(account_id=account.id)
        return True
    note_failure(council=council, account=account)
    return False


def _signed(here: Site, account: Account, challenge: str, answer: str) -> bool:
    try:
        given = parse_authentication_credential_json(answer)
        key = db.session.execute(
            select(Passkey).where(Passkey.credential_id == given.raw_id, Passkey.account_id == account.id)
        ).scalar_one_or_none()
        if key is None:
            return False
        proof = webauthn.verify_authentication_response(
            credential=given, expected_challenge=base64url_to_bytes(challenge), expected_rp_id=here.host,
            expected_origin=here.origin, credential_public_key=key.public_key, credential_current_sign_count=key.sign_count,
        )  # fmt: skip
    except (WebAuthnException, ValueError):
        return False
    # A counter that did not rise since is a copy, or the same answer twice; keys that do not count stay at 0.
    counted = db.session.connection().execute(
        update(Passkey)
        .where(Passkey.id == key.id, Passkey.sign_count == key.sign_count)
        .values(sign_count=proof.new_sign_count)
    )
    return counted.rowcount == 1


def _described(account_id: int) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys_of(account_id)]
