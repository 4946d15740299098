"""Stub: replaced by the feature."""

from __future__ import annotations

from participation.councils.scope import council_blueprint
from participation.web.access import public

blueprint = council_blueprint("accounts", __name__)


@blueprint.get("/sign-in")
@public
def sign_in() -> str:
    return "sign_in"


@blueprint.get("/register")
@public
def register() -> str:
    return "register"


@blueprint.get("/account")
@public
def account() -> str:
    return "account"
