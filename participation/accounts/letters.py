"""The mails of accounts: plain text, one link each, the council's name in the subject. Written with the act they tell of.

The words are in templates/mails/<language>/account_<name>.txt, in the languages that the council declares.
"""

from __future__ import annotations

import secrets
from datetime import date, datetime, time
from urllib.parse import urlencode

from participation import clock
from participation.accounts.identity import hashed
from participation.accounts.models import Account
from participation.councils.models import Council
from participation.web.mail import public_link
from participation.web.mail_texts import day, write_letter


def send_confirmation(*, council: Council, account: Account, token: str, onward: str | None = None) -> None:
    link = public_link("accounts.confirm", council_slug=council.slug, token=token)
    if onward:
        link += f"?{urlencode({'next': onward})}"
    _send(council, account.email, f"confirm:{_mark(token)}", "confirm", link=link)


def send_already_registered(*, council: Council, account: Account) -> None:
    """At most one an hour, however often somebody tries."""
    _send(
        council, account.email, f"already:{account.id}:{clock.now():%Y%m%d%H}", "already",
        sign_in=_page(council, "sign_in"), forgotten=_page(council, "forgotten"),
    )  # fmt: skip


def send_reset(*, council: Council, account: Account, token: str) -> None:
    link = public_link("accounts.reset", council_slug=council.slug, token=token)
    _send(council, account.email, f"reset:{_mark(token)}", "reset", link=link)


def send_no_account(*, council: Council, email: str, folded: str) -> None:
    """To an address without an account, so that its owner knows to try another one. At most one an hour."""
    key = f"unknown:{_mark(f'{council.id}:{folded}')}:{clock.now():%Y%m%d%H}"
    _send(council, email, key, "unknown", register=_page(council, "register"))


def send_password_changed(*, council: Council, account: Account) -> None:
    _send(
        council,
        account.email,
        f"changed:{account.id}:{_instant()}",
        "password_changed",
        forgotten=_page(council, "forgotten"),
    )


def send_linked(*, council: Council, account: Account, label: str, linked: bool) -> None:
    """A way to sign in was added or taken away: the owner is told, in case it was somebody else."""
    _send(
        council, account.email, f"linked:{account.id}:{_instant()}", "linked", label=label, linked=linked,
        forgotten=_page(council, "forgotten"),
    )  # fmt: skip


def send_invitation(*, council: Council, account: Account, token: str, role_names: list[str]) -> None:
    link = public_link("accounts.invitation", council_slug=council.slug, token=token)
    _send(council, account.email, f"invite:{_mark(token)}", "invitation", link=link, role_names=role_names)


def send_code(*, council: Council, account: Account, code: str) -> None:
    _send(council, account.email, f"code:{account.id}:{secrets.token_hex(16)}", "code", code=code)


def send_staff_need_passwords(*, council: Council, account: Account) -> None:
    key = f"staff-code:{account.id}:{clock.now():%Y%m%d%H}"
    _send(council, account.email, key, "staff_code", sign_in=_page(council, "sign_in"))


def send_new_address(*, council: Council, email: str, token: str) -> None:
    link = public_link("accounts.confirm_email", council_slug=council.slug, token=token)
    _send(council, email, f"address:{_mark(token)}", "new_address", link=link)


def send_change_asked(*, council: Council, account: Account) -> None:
    _send(
        council,
        account.email,
        f"address-asked:{account.id}:{_instant()}",
        "change_asked",
        forgotten=_page(council, "forgotten"),
    )


def send_address_changed(*, council: Council, account: Account) -> None:
    """To the old address, before it goes."""
    _send(council, account.email, f"address-changed:{account.id}:{_instant()}", "address_changed")


def send_second_step_locked(*, council: Council, account: Account) -> None:
    key = f"locked:{account.id}:{clock.now():%Y%m%d%H%M}"
    _send(council, account.email, key, "second_step_locked", forgotten=_page(council, "forgotten"))


def send_second_step_reset(*, council: Council, account: Account) -> None:
    _send(council, account.email, f"step-reset:{account.id}:{_instant()}", "second_step_reset")


def send_recovery_code_used(*, council: Council, account: Account, left: int) -> None:
    _send(council, account.email, f"recovery:{account.id}:{_instant()}", "recovery_code_used", left=left)


def send_unused_warning(*, council: Council, account: Account, deleted_on: date) -> None:
    at_noon = datetime.combine(deleted_on, time(12), tzinfo=clock.UK)
    _send(
        council, account.email, f"unused:{account.id}:{clock.now():%Y%m}", "unused", deleted_on=day(at_noon),
        sign_in=_page(council, "sign_in"),
    )  # fmt: skip


def send_account_deleted(*, council: Council, email: str) -> None:
    _send(council, email, f"deleted:{secrets.token_hex(16)}", "deleted", register=_page(council, "register"))


def _page(council: Council, name: str) -> str:
    return public_link(f"accounts.{name}", council_slug=council.slug)


def _mark(token: str) -> str:
    """What tells the mails of two links apart without saying the link."""
    return hashed(token).hex()[:32]


def _instant() -> str:
    return f"{clock.now():%Y%m%d%H%M%S%f}"


def _send(council: Council, recipient: str, key: str, name: str, **facts: object) -> None:
    write_letter(f"account_{name}", council=council, recipient=recipient, key=key, **facts)
