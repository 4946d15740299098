"""The mails of accounts: plain text, one link each, the council's name in the subject. Written with the act they tell of."""

from __future__ import annotations

import secrets
from datetime import date
from urllib.parse import urlencode

from participation import clock
from participation.accounts.identity import hashed
from participation.accounts.models import Account
from participation.councils.models import Council
from participation.web.mail import public_link, write_mail
from participation.web.words import day

_FOOT = "\n\n{council}\nYou cannot reply to this email. Contact us at {contact}.\n"


def send_confirmation(*, council: Council, account: Account, token: str, onward: str | None = None) -> None:
    link = public_link("accounts.confirm", council_slug=council.slug, token=token)
    if onward:
        link += f"?{urlencode({'next': onward})}"
    _send(
        council, account.email, f"confirm:{hashed(token).hex()[:32]}", "Confirm your email address",
        "You, or somebody who typed your address by mistake, asked for an account to have a say in what the council "
        f"pays for.\n\nTo confirm your email address, open this link within 24 hours:\n\n{link}\n\n"
        "If this was not you, do nothing: without the link the account cannot be used.",
    )  # fmt: skip


def send_already_registered(*, council: Council, account: Account) -> None:
    """At most one an hour, however often somebody tries."""
    sign_in = public_link("accounts.sign_in", council_slug=council.slug)
    forgotten = public_link("accounts.forgotten", council_slug=council.slug)
    _send(
        council, account.email, f"already:{account.id}:{clock.now():%Y%m%d%H}", "You already have an account",
        "Somebody, perhaps you, asked for an account with this email address. You already have one, and nothing about "
        f"it was changed.\n\nSign in:\n{sign_in}\n\nChoose a new password if you forgot yours:\n{forgotten}",
    )  # fmt: skip


def send_reset(*, council: Council, account: Account, token: str) -> None:
    link = public_link("accounts.reset", council_slug=council.slug, token=token)
    _send(
        council, account.email, f"reset:{hashed(token).hex()[:32]}", "Choose a new password",
        f"To choose a new password, open this link within one hour:\n\n{link}\n\n"
        "If you did not ask for this, do nothing. Your password stays as it is.",
    )  # fmt: skip


def send_no_account(*, council: Council, email: str, folded: str) -> None:
    """To an address without an account, so that its owner knows to try another one. At most one an hour."""
    register = public_link("accounts.register", council_slug=council.slug)
    _send(
        council, email, f"unknown:{hashed(f'{council.id}:{folded}').hex()[:32]}:{clock.now():%Y%m%d%H}",
        "There is no account with this address",
        "Somebody, perhaps you, asked for a link to an account with this email address. There is none. You may have "
        f"used another address.\n\nCreate an account:\n{register}\n\nIf this was not you, do nothing.",
    )  # fmt: skip


def send_password_changed(*, council: Council, account: Account) -> None:
    forgotten = public_link("accounts.forgotten", council_slug=council.slug)
    _send(
        council, account.email, f"changed:{account.id}:{clock.now():%Y%m%d%H%M%S%f}", "Your password was changed",
        "The password of your account was changed, and you were signed out everywhere else.\n\nIf this was not you, "
        f"choose a new password now:\n{forgotten}\n\nThen tell us.",
    )  # fmt: skip


def send_linked(*, council: Council, account: Account, label: str, linked: bool) -> None:
    """A way to sign in was added or taken away: the owner is told, in case it was somebody else."""
    forgotten = public_link("accounts.forgotten", council_slug=council.slug)
    done = f"can now be signed in to with {label}" if linked else f"can no longer be signed in to with {label}"
    _send(
        council, account.email, f"linked:{account.id}:{clock.now():%Y%m%d%H%M%S%f}",
        f"Sign-in with {label} was {'added' if linked else 'removed'}",
        f"Your account {done}.\n\nIf this was not you, choose a new password now:\n{forgotten}\n\nThen tell us.",
    )  # fmt: skip


def send_invitation(*, council: Council, account: Account, token: str, role_names: list[str]) -> None:
    link = public_link("accounts.invitation", council_slug=council.slug, token=token)
    _send(
        council, account.email, f"invite:{hashed(token).hex()[:32]}", "Your staff account",
        f"You were invited to a staff account as: {', '.join(role_names)}.\n\n"
        f"To choose your password, open this link within 7 days:\n\n{link}",
    )  # fmt: skip


def send_code(*, council: Council, account: Account, code: str) -> None:
    _send(
        council, account.email, f"code:{account.id}:{secrets.token_hex(16)}", "Your code to sign in",
        f"Your code is {code}\n\nEnter it on the page where you asked for it, within 10 minutes. Nobody from the council will "
        "ever ask you for it.\n\nIf you did not ask for it, do nothing.",
    )  # fmt: skip


def send_staff_need_passwords(*, council: Council, account: Account) -> None:
    sign_in = public_link("accounts.sign_in", council_slug=council.slug)
    _send(
        council, account.email, f"staff-code:{account.id}:{clock.now():%Y%m%d%H}", "Sign in with your password",
        "Somebody, perhaps you, asked for a code to sign in. Staff accounts sign in with a password and an authenticator "
        f"app:\n\n{sign_in}",
    )  # fmt: skip


def send_new_address(*, council: Council, email: str, token: str) -> None:
    link = public_link("accounts.confirm_email", council_slug=council.slug, token=token)
    _send(
        council, email, f"address:{hashed(token).hex()[:32]}", "Confirm your new email address",
        f"To use this address for your account from now on, open this link within 24 hours:\n\n{link}\n\n"
        "If you did not ask for this, do nothing.",
    )  # fmt: skip


def send_change_asked(*, council: Council, account: Account) -> None:
    forgotten = public_link("accounts.forgotten", council_slug=council.slug)
    _send(
        council, account.email, f"address-asked:{account.id}:{clock.now():%Y%m%d%H%M%S%f}",
        "Somebody wants to change your email address",
        "Somebody signed in to your account and asked to use another email address for it. It changes when the link sent to the "
        f"new address is opened.\n\nIf this was not you, choose a new password now, which stops it:\n{forgotten}",
    )  # fmt: skip


def send_address_changed(*, council: Council, account: Account) -> None:
    """To the old address, before it goes."""
    _send(
        council, account.email, f"address-changed:{account.id}:{clock.now():%Y%m%d%H%M%S%f}", "Your email address was changed",
        "Your account now has another email address. This one is no longer used for it.\n\nIf this was not you, tell us now.",
    )  # fmt: skip


def send_second_step_locked(*, council: Council, account: Account) -> None:
    forgotten = public_link("accounts.forgotten", council_slug=council.slug)
    _send(
        council, account.email, f"locked:{account.id}:{clock.now():%Y%m%d%H%M}", "Wrong codes were entered for your account",
        "Somebody signed in with the password of your staff account and entered wrong codes five times. The second step is "
        f"locked for 15 minutes.\n\nIf this was not you, choose a new password now:\n{forgotten}\n\nThen tell us.",
    )  # fmt: skip


def send_second_step_reset(*, council: Council, account: Account) -> None:
    _send(
        council, account.email, f"step-reset:{account.id}:{clock.now():%Y%m%d%H%M%S%f}", "Your second step was reset",
        "An administrator reset the second step of your staff account. When you next sign in, you set up a new one.\n\n"
        "If you did not ask for this, tell us.",
    )  # fmt: skip


def send_recovery_code_used(*, council: Council, account: Account, left: int) -> None:
    _send(
        council, account.email, f"recovery:{account.id}:{clock.now():%Y%m%d%H%M%S%f}", "A recovery code was used",
        f"Somebody signed in to your staff account with a recovery code. {left} are left.\n\nIf this was not you, tell us.",
    )  # fmt: skip


def send_unused_warning(*, council: Council, account: Account, deleted_on: date) -> None:
    sign_in = public_link("accounts.sign_in", council_slug=council.slug)
    _send(
        council, account.email, f"unused:{account.id}:{clock.now():%Y%m}", "Your account will be deleted",
        f"You have not used your account for a long time, so it will be deleted on {day(deleted_on)}.\n\n"
        f"To keep it, sign in once before then:\n{sign_in}",
    )  # fmt: skip


def send_account_deleted(*, council: Council, email: str) -> None:
    register = public_link("accounts.register", council_slug=council.slug)
    _send(
        council, email, f"deleted:{secrets.token_hex(16)}", "Your account was deleted",
        "Your account and what we held about you were deleted. This is the last email: the record of it is erased once it "
        f"is sent.\n\nIf this was not you, tell us. You can create a new account at any time:\n{register}",
    )  # fmt: skip


def _send(council: Council, recipient: str, key: str, subject: str, body: str) -> None:
    write_mail(
        key=key,
        recipient=recipient,
        subject=f"{subject} – {council.full_name}",
        body=body + _FOOT.format(council=council.full_name, contact=council.contact_email),
        council_id=council.id,
    )
