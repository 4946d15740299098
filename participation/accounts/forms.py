"""What people fill in to register, sign in and look after their account."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from participation.accounts.passwords import SHORTEST, problem_with
from participation.accounts.roles import ROLE_NAMES, Role
from participation.councils.queries import normalised_postcode
from participation.web.emails import canonical
from participation.web.forms import Form, at_most, checkboxes, email, needed, password, radios, submit, text, tick

MINIMUM_AGE = 16
NOT_SAID = "none"
_HINT = "{shortest} characters or more. Three random words work well."
AGE_BANDS = (
    ("16-24", "16 to 24"), ("25-34", "25 to 34"), ("35-49", "35 to 49"), ("50-64", "50 to 64"), ("65+", "65 or over"),
    (NOT_SAID, "Prefer not to say"),
)  # fmt: skip
SEXES = (("Female", "Female"), ("Male", "Male"), (NOT_SAID, "Prefer not to say"))


def _email_shape(_form: Any, field: Any) -> None:
    if canonical(field.data or "") is None:
        raise ValidationError("Enter an email address in the correct format, like name@example.com")


def _postcode_shape(_form: Any, field: Any) -> None:
    if normalised_postcode(field.data or "") is None:
        raise ValidationError("Enter a full UK postcode, like SW2 1RW")


def _address(whose: str = "your") -> Any:
    return email("Email address", rules=[needed(f"Enter {whose} email address"), _email_shape])


def _new_password(label: str, kind: str) -> Any:
    return password(
        label,
        hint=_HINT.format(shortest=SHORTEST[kind]),
        rules=[needed("Enter a password")],
        autocomplete="new-password",
    )


def _postcode() -> Any:
    return text(
        "Postcode of your home",
        hint="It tells us your ward. We then keep only its first half.",
        rules=[needed("Enter your postcode"), _postcode_shape],
        width="10",
        autocomplete="postal-code",
    )


def _declaration() -> Any:
    return tick(
        f"I live at this postcode and I am {MINIMUM_AGE} or over",
        rules=[needed(f"Confirm that you live at this postcode and are {MINIMUM_AGE} or over")],
    )


class _ChoosesPassword(Form):
    """A form with a new password in `password`, or in the field that `chosen` names."""

    chosen = "password"

    def ask_for(self, kind: str) -> None:
        """Say how long the password of this kind of account must be."""
        self[self.chosen].description = _HINT.format(shortest=SHORTEST[kind])

    def accepts_password(self, *, kind: str, email: str, words: list[str]) -> bool:
        """Whether the new password is hard enough to guess; otherwise its field says why not."""
        field = self[self.chosen]
        problem = problem_with(field.data or "", kind=kind, email=email, words=words)
        if problem is not None:
            field.errors = [*field.errors, problem]
        return problem is None


class _AboutYou(Form):
    """The optional questions."""

    age_band = radios("How old are you? (optional)", AGE_BANDS)
    sex = radios("What is your sex? (optional)", SEXES)

    @property
    def said(self) -> dict[str, str | None]:
        """The answers that were given; "prefer not to say" is no answer."""
        given = {"age_band": self.age_band.data, "sex": self.sex.data}
        return {name: None if value in (None, "", NOT_SAID) else value for name, value in given.items()}


class RegisterForm(_ChoosesPassword, _AboutYou):
    email = _address()
    password = _new_password("Choose a password", "resident")
    postcode = _postcode()
    declaration = _declaration()
    next = HiddenField()
    create = submit("Create account")


class SignInForm(Form):
    """`kept` carries a form that was sent after the session had ended, `next` the page to go to."""

    email = email("Email address", rules=[needed("Enter your email address")])
    password = password("Password", rules=[needed("Enter your password")])
    next = HiddenField()
    kept = HiddenField()
    sign_in = submit("Sign in")


class SecondStepForm(Form):
    """`kept` and `next` as in signing in."""

    code = text(
        "Code",
        hint="The 6 numbers that your authenticator app shows, or one of your recovery codes",
        rules=[needed("Enter the code"), at_most(40, "A code has 6 numbers")],
        width="20",
        autocomplete="one-time-code",
    )
    next = HiddenField()
    kept = HiddenField()
    confirm = submit("Continue")


class AddPasskeyForm(Form):
    """`answer` is what the browser made, as JSON; the script of the page fills it in."""

    answer = HiddenField(validators=[at_most(20_000, "The passkey could not be added. Try again")])
    name = text(
        "Name of the passkey",
        hint="So that you know it again, like “My laptop”",
        rules=[needed("Enter a name"), at_most(60, "The name must be 60 characters or fewer")],
        width="20",
    )
    add = submit("Add a passkey")


class UsePasskeyForm(Form):
    answer = HiddenField(validators=[at_most(20_000, "The passkey was not accepted")])
    next = HiddenField()
    kept = HiddenField()


class RemovePasskeyForm(Form):
    passkey = HiddenField()


class SetUpForm(Form):
    code = text(
        "Code from the app",
        hint="6 numbers. They change every 30 seconds",
        rules=[needed("Enter the code that the app shows"), at_most(20, "A code has 6 numbers")],
        width="10",
        autocomplete="one-time-code",
    )
    next = HiddenField()
    save = submit("Turn on the second step")


class _GivesRoles(Form):
    roles = checkboxes("Roles", [(role.value, ROLE_NAMES[role]) for role in Role])


class InviteForm(_GivesRoles):
    name = text("Name", rules=[needed("Enter their name"), at_most(120, "The name must be 120 characters or fewer")])
    email = _address("their")
    send = submit("Send the invitation")


class RolesForm(_GivesRoles):
    save = submit("Save roles")


class ConfirmForm(Form):
    password = password("The password you chose", rules=[needed("Enter the password you chose")])
    next = HiddenField()
    confirm = submit("Confirm and sign in")


class AddressForm(Form):
    """Asks for a mail to be sent."""

    email = _address()
    send = submit("Send the email")


class CodeForm(Form):
    """`email` is the address that the code was asked for, `next` the page to go to."""

    email = HiddenField(validators=[at_most(320, "There is no such address")])
    code = text(
        "Code",
        hint="6 numbers. We sent them to your email address",
        rules=[needed("Enter the code"), at_most(20, "The code has 6 numbers")],
        width="10",
        autocomplete="one-time-code",
    )
    next = HiddenField()
    confirm = submit("Sign in")


class AskCodeForm(Form):
    email = _address()
    next = HiddenField()
    send = submit("Send me a code")


class EmailForm(Form):
    email = email("New email address", rules=[needed("Enter the new email address"), _email_shape])
    password = password("Your password", rules=[needed("Enter your password")])
    save = submit("Send a link to the new address")


class ElsewhereForm(Form):
    """Add or take away a way to sign in; `press` is worded by the page."""

    password = password("Your password", rules=[needed("Enter your password")])


class PressForm(Form):
    """One button, for links of mails: opening a link alone must change nothing."""

    press = submit("Use this address from now on")


class ResetForm(_ChoosesPassword):
    password = _new_password("New password", "resident")
    save = submit("Save password")


class InvitationForm(_ChoosesPassword):
    password = _new_password("Choose a password", "staff")
    save = submit("Save password")


class PasswordForm(_ChoosesPassword):
    chosen = "new"

    current = password("Current password", rules=[needed("Enter your current password")])
    new = password("New password", rules=[needed("Enter a new password")], autocomplete="new-password")
    save = submit("Change password")


class HomeForm(_AboutYou):
    postcode = _postcode()
    declaration = _declaration()
    save = submit("Save")


class EndSessionForm(Form):
    """Which of one's own sessions to end."""

    session = HiddenField(validators=[at_most(64, "There is no such session")])


__all__ = [
    "AddPasskeyForm", "AddressForm", "AskCodeForm", "CodeForm", "ConfirmForm", "EmailForm", "EndSessionForm",
    "HomeForm", "InvitationForm", "InviteForm", "PasswordForm", "PressForm", "RegisterForm", "RemovePasskeyForm",
    "ResetForm", "RolesForm", "SecondStepForm", "SetUpForm", "SignInForm", "UsePasskeyForm",
]  # fmt: skip
