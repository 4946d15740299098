"""Sign-in through another service by OpenID Connect: GOV.UK One Login for residents, Microsoft Entra for staff. Off unless set.

Authorization code with PKCE, state and nonce; the client proves itself with a key of its own (`private_key_jwt`); the ID token is
checked against the issuer's published keys. Known of the person is the issuer's name for them alone: an address told by it is
never matched with an account (ASVS 6.8.1), so that whoever controls a mailbox elsewhere gets no account here.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from flask import current_app
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from sqlalchemy import delete, select

from config.settings import Settings
from participation import clock
from participation.accounts.demonstration import is_shut_out
from participation.accounts.models import Account, OutsideIdentity
from participation.accounts.refusals import ElsewhereFailed, LinkedElsewhere
from participation.extensions import db, insert_unless_there

TIMEOUT_SECONDS = 5
# Signed with the issuer's own key, never with one that both know.
ALGORITHMS = ("ES256", "RS256", "PS256")
_LEEWAY_SECONDS = 60
LABELS = {"resident": "GOV.UK One Login", "staff": "your council account"}


@dataclass(frozen=True, slots=True)
class Service:
    """A sign-in service for one kind of account: its issuer, what it calls us, and our private key (PEM)."""

    kind: str
    issuer: str
    client: str
    key: str


@dataclass(frozen=True, slots=True)
class Told:
    """What the service told: its own address, its name for the person, and whether they proved a second factor there."""

    issuer: str
    subject: str
    second_factor: bool


def service_for(kind: str) -> Service | None:
    """The service for residents or for staff; None when none is set up."""
    settings: Settings = current_app.config["SETTINGS"]
    given = {
        "resident": (settings.oidc_residents_issuer, settings.oidc_residents_client, settings.oidc_residents_key),
        "staff": (settings.oidc_staff_issuer, settings.oidc_staff_client, settings.oidc_staff_key),
    }.get(kind)
    if given is None or not all(given):
        return None
    issuer, client, key = given
    return Service(kind, issuer, client, Path(key).read_text())


def begin(service: Service, *, back: str) -> tuple[str, dict[str, str]]:
    """(the address to go to, what the browser keeps until it comes back). Raises ElsewhereFailed."""
    kept = {
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
    }
    with _session(service, back) as client:
        address, _ = client.create_authorization_url(
            _described(service.issuer)["authorization_endpoint"], state=kept["state"], nonce=kept["nonce"],
            code_verifier=kept["verifier"],
        )  # fmt: skip
    return str(address), kept


def finish(service: Service, *, back: str, kept: dict[str, str], state: str, code: str) -> Told:
    """Exchange the code for an ID token and check it. Raises ElsewhereFailed for anything that does not fit."""
    if not kept or not secrets.compare_digest(kept.get("state", "").encode(), state.encode()) or not code:
        raise ElsewhereFailed()
    described = _described(service.issuer)
    try:
        with _session(service, back) as client:
            answer = client.fetch_token(
                described["token_endpoint"], code=code, code_verifier=kept["verifier"], timeout=TIMEOUT_SECONDS
            )
        token = jwt.decode(answer["id_token"], _keys(described["jwks_uri"]), algorithms=list(ALGORITHMS))
        _checked(service, kept, token.claims)
    except (OAuthError, JoseError, requests.RequestException, KeyError, ValueError) as wrong:
        raise ElsewhereFailed() from wrong
    ways = token.claims.get("amr")
    return Told(service.issuer, str(token.claims["sub"]), isinstance(ways, list) and "mfa" in ways)


def _checked(service: Service, kept: dict[str, str], claims: dict[str, Any]) -> None:
    """Raises JoseError or KeyError."""
    registry = jwt.JWTClaimsRegistry(
        now=int(clock.now().timestamp()), leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": service.issuer}, aud={"essential": True, "value": service.client},
        exp={"essential": True}, iat={"essential": True}, sub={"essential": True},
        nonce={"essential": True, "value": kept["nonce"]},
    )  # fmt: skip
    registry.validate(claims)


def account_of(*, council_id: int, told: Told) -> Account | None:
    """The account that was linked to this person."""
    account = db.session.execute(
        select(Account)
        .join(OutsideIdentity, OutsideIdentity.account_id == Account.id)
        .where(
            OutsideIdentity.issuer == told.issuer,
            OutsideIdentity.subject == told.subject,
            Account.council_id == council_id,
        )
    ).scalar_one_or_none()
    closed = account is None or account.disabled_at is not None or account.confirmed_at is None or is_shut_out(account)
    return None if closed else account


def link(*, account: Account, told: Told) -> None:
    """From now on this person elsewhere signs in to this account. Raises LinkedElsewhere when they have another one."""
    values = {"issuer": told.issuer, "subject": told.subject, "account_id": account.id, "linked_at": clock.now()}
    if not insert_unless_there(OutsideIdentity, values, unique=("issuer", "subject")):
        found = db.session.get(OutsideIdentity, (told.issuer, told.subject))
        if found is None or found.account_id != account.id:
            raise LinkedElsewhere()


def is_linked(account_id: int) -> bool:
    query = select(OutsideIdentity.account_id).where(OutsideIdentity.account_id == account_id).limit(1)
    return db.session.scalar(query) is not None


def unlink(*, account: Account) -> None:
    """Nobody signs in to this account from elsewhere any more. Its owner still can by password, or by an emailed link."""
    db.session.execute(delete(OutsideIdentity).where(OutsideIdentity.account_id == account.id))
    db.session.flush()


def _session(service: Service, back: str) -> OAuth2Session:
    described = _described(service.issuer)
    kind = ECKey if _is_ec(service.key) else RSAKey
    method = PrivateKeyJWT(described["token_endpoint"], alg="ES256" if kind is ECKey else "RS256")
    client = OAuth2Session(
        service.client, kind.import_key(service.key), token_endpoint_auth_method="private_key_jwt",  # noqa: S106  a method
        scope="openid", redirect_uri=back, code_challenge_method="S256",
    )  # fmt: skip
    client.register_client_auth_method(method)
    return client


def _is_ec(pem: str) -> bool:
    try:
        ECKey.import_key(pem)
    except (JoseError, ValueError):
        return False
    return True


@lru_cache(maxsize=4)
def _described(issuer: str) -> dict[str, str]:
    """The issuer's description of itself, asked for once. Raises ElsewhereFailed.

    The issuer comes from the settings, and every address it names must be of its own scheme: nothing a visitor sends is fetched.
    """
    try:
        answer = requests.get(
            f"{issuer.rstrip('/')}/.well-known/openid-configuration", timeout=TIMEOUT_SECONDS, allow_redirects=False
        )
        answer.raise_for_status()
        described: dict[str, str] = answer.json()
        needed = [described[name] for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
    except (requests.RequestException, KeyError, ValueError) as wrong:
        raise ElsewhereFailed() from wrong
    if described.get("issuer") != issuer or {urlsplit(one).scheme for one in needed} != {urlsplit(issuer).scheme}:
        raise ElsewhereFailed()
    return described


def _keys(address: str) -> KeySet:
    """Asked for at each sign-in, so that a key the issuer withdrew is no longer believed."""
    answer = requests.get(address, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    answer.raise_for_status()
    return KeySet.import_key_set(answer.json())
