"""How often a page may be used, for every page that needs a limit, in one table.

Checked in one order: the account (or the mailbox being tried), then the address block (/24, or /56 of IPv6), then the
site. How uses are counted is in `web.counters`.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import math
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request
from flask_login import current_user
from limits import RateLimitItem, parse_many

from participation.errors import Refusal
from participation.web.counters import Counters
from participation.web.emails import canonical

# A demonstration is tried by many people at one address and with few accounts. Guessing a password stays as limited as ever.
DEMONSTRATION_FACTOR = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """The limits of one page; an empty one does not apply.

    `counts` is "all" uses or only "successes" (answers that redirect), so that a form with a mistake costs nothing;
    `forgiven` clears the account's count when it succeeds; `open_when_down` lets everything through while Redis is away.
    """

    account: str = ""
    address: str = ""
    site: str = ""
    counts: str = "all"
    forgiven: bool = False
    open_when_down: bool = False


# The figures are those of the security design; (method, endpoint) -> Limit.
LIMITS: dict[tuple[str, str], Limit] = {
    ("POST", "accounts.sign_in"): Limit(
        account="5 per 15 minutes; 10 per hour", address="20 per 5 minutes", site="20 per second", forgiven=True
    ),
    # Wrong codes are counted in the database as well (`accounts.second_step`), where they lock the step.
    ("POST", "proving.enter_code"): Limit(account="10 per 15 minutes", address="20 per 15 minutes", forgiven=True),
    ("POST", "passkeys.use"): Limit(account="10 per 15 minutes", address="20 per 15 minutes", forgiven=True),
    ("POST", "proving.set_up"): Limit(account="10 per 15 minutes", address="20 per 15 minutes"),
    ("POST", "staff_manage.invite"): Limit(account="60 per hour", site="5 per second", counts="successes"),
    ("GET", "elsewhere.go"): Limit(address="60 per 5 minutes", site="20 per second"),
    ("GET", "elsewhere.back"): Limit(address="60 per 5 minutes", site="20 per second"),
    ("POST", "accounts.ask_code"): Limit(
        account="3 per hour", address="10 per hour", site="2 per second", counts="successes"
    ),
    # Five tries for each code are counted in the database (`accounts.email_codes`).
    ("POST", "accounts.enter_code"): Limit(account="15 per hour", address="20 per hour", site="20 per second"),
    ("POST", "accounts.email"): Limit(account="5 per 15 minutes; 10 per hour", site="5 per second"),
    ("POST", "elsewhere.go_and_link"): Limit(account="5 per 15 minutes; 10 per hour", site="5 per second"),
    ("POST", "elsewhere.unlink"): Limit(account="5 per 15 minutes; 10 per hour", site="5 per second", forgiven=True),
    ("POST", "accounts.confirm_email"): Limit(address="20 per hour", site="10 per second"),
    ("POST", "accounts.confirm"): Limit(address="20 per 5 minutes", site="20 per second"),
    ("POST", "accounts.password"): Limit(account="5 per 15 minutes; 10 per hour", site="20 per second", forgiven=True),
    ("GET", "privacy.download"): Limit(account="10 per hour", site="5 per second"),
    ("POST", "privacy.delete"): Limit(account="5 per 15 minutes; 10 per hour", site="5 per second"),
    ("POST", "accounts.register"): Limit(address="5 per hour; 20 per day", site="5 per second", counts="successes"),
    ("POST", "accounts.resend"): Limit(
        account="3 per hour", address="10 per hour", site="2 per second", counts="successes"
    ),
    ("POST", "accounts.forgotten"): Limit(
        account="3 per hour", address="10 per hour", site="2 per second", counts="successes"
    ),
    ("POST", "accounts.reset"): Limit(address="20 per hour", site="10 per second"),
    ("POST", "accounts.invitation"): Limit(address="20 per hour", site="10 per second"),
    # A library or a household shares an address, and saving is part of voting; who may vote once is the box's business.
    ("POST", "voting.mark"): Limit(
        account="60 per hour", address="300 per hour", site="100 per second", open_when_down=True
    ),
    ("POST", "voting.withdraw_now"): Limit(account="10 per hour", address="60 per hour", open_when_down=True),
    ("POST", "voting.found_ballot"): Limit(address="120 per minute", site="50 per second", open_when_down=True),
    ("POST", "voting.check_receipt"): Limit(address="120 per minute", site="20 per second", open_when_down=True),
    # A proof is worked out over the whole log.
    ("GET", "voting.proof"): Limit(address="60 per minute", site="10 per second", open_when_down=True),
    # Counts the published ballots again for each who asks.
    ("GET", "voting.try_rule"): Limit(address="60 per minute", site="5 per second", open_when_down=True),
    ("POST", "priorities.submit"): Limit(
        account="5 per 10 minutes; 30 per day", address="30 per hour", site="10 per second", counts="successes"
    ),
    ("POST", "unsigned.submit"): Limit(address="10 per hour; 30 per day", site="5 per second", counts="successes"),
    ("POST", "priorities.edit"): Limit(account="30 per hour", address="60 per hour", counts="successes"),
    ("POST", "priorities.support"): Limit(account="60 per 10 minutes", address="300 per hour", site="50 per second"),
    # Five wrong codes a day are counted in the database (`eligibility.address_codes`).
    ("POST", "eligibility.code"): Limit(account="20 per day", address="20 per hour", site="20 per second"),
    ("POST", "eligibility_manage.make"): Limit(account="30 per hour", site="1 per second"),
    ("POST", "council_pages.find_ward"): Limit(address="60 per minute", site="50 per second"),
    # Each of these files is worked out when it is asked for.
    ("POST", "commissioning_manage.download"): Limit(account="30 per hour", site="5 per second"),
    ("POST", "commissioning_manage.download_version"): Limit(account="30 per hour", site="5 per second"),
    ("POST", "reports.csp"): Limit(address="60 per minute", site="20 per second"),
}


class TooOften(Refusal):
    """Used more often than its limit allows. `retry_after` is in seconds."""

    status = 429
    title = "Too many attempts"
    public = "Wait {wait}, then try again. Nothing you did before is lost."

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        minutes = math.ceil(retry_after / 60)
        super().__init__(
            wait="a minute" if minutes <= 1 else f"{minutes} minutes" if minutes <= 90 else "until tomorrow"
        )


def init_app(app: Flask) -> None:
    """Check the limits before each view of the table; switched off by the setting `rate_limits`."""
    settings = app.config["SETTINGS"]
    app.extensions["participation-limits"] = Counters(settings.redis_url)
    if settings.rate_limits:
        app.before_request(_check)
        app.after_request(_settle)


def _check() -> None:
    """Raises TooOften."""
    limit = LIMITS.get((request.method, request.endpoint or ""))
    counters: Counters = current_app.extensions["participation-limits"]
    if limit is None or (limit.open_when_down and counters.down):
        return
    g.limit_items = _items(limit)  # kept for afterwards, when the visitor may have become somebody else
    for item, key in g.limit_items:
        wait = counters.use(item, *key, count=limit.counts == "all")
        if wait is not None:
            raise TooOften(wait)


def _settle(response: Response) -> Response:
    """Count a success where only successes count, or forgive the failures before it."""
    limit = LIMITS.get((request.method, request.endpoint or ""))
    if limit is None or not 300 <= response.status_code < 400:
        return response
    counters: Counters = current_app.extensions["participation-limits"]
    for item, key in g.get("limit_items", []):
        if limit.counts == "successes":
            counters.use(item, *key)
        if limit.forgiven and key[1] == "account":
            counters.forget(item, *key)
    return response


def _items(limit: Limit) -> list[tuple[RateLimitItem, tuple[str, ...]]]:
    """What to count, in the fixed order: account, address, site. A key is (page, scope, who)."""
    page = f"{request.method}:{request.endpoint}"
    who = (
        ("account", limit.account, _account()),
        ("address", limit.address, address_block()),
        ("site", limit.site, "all"),
    )
    return [
        (_scaled(item, limit, scope), (page, scope, key))
        for scope, text, key in who
        if text and key
        for item in parse_many(text)
    ]


def _scaled(item: RateLimitItem, limit: Limit, scope: str) -> RateLimitItem:
    shared = scope == "address" or (scope == "account" and not limit.forgiven)
    if not shared or not current_app.config["SETTINGS"].demo:
        return item
    return type(item)(item.amount * DEMONSTRATION_FACTOR, item.multiples)


def _account() -> str:
    """A keyed digest of the signed-in account, or of the address that a form tries; empty when there is neither."""
    if current_user.is_authenticated:
        name = f"account:{current_user.account_id}"
    else:
        typed = request.form.get("email", "")
        folded = canonical(typed) or typed.strip().casefold()
        if not folded:
            return ""
        council = (request.view_args or {}).get("council_slug", request.path.split("/")[1])
        name = f"email:{council}:{folded}"
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, name.encode(), hashlib.sha256).hexdigest()[:32]


def address_block() -> str:
    """The block that the visitor's address is in, so that changing its last part does not help."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    block = mapped or address
    return str(ipaddress.ip_network((block, 24 if block.version == 4 else 56), strict=False))
