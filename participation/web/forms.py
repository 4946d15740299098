"""The base of every form, and our thin wrappers around the GOV.UK widgets.

    class SubmitForm(Form):
        title = text("What is needed?", hint="In one sentence", rules=[needed("Enter what is needed")])

Render with `{{ form.title() }}`, above it `{{ error_summary(form) }}` of components/forms.html. The browser's own checks are off
(`novalidate`): the page says what is wrong in our words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from flask_wtf import FlaskForm
from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovCheckboxInput,
    GovDateInput,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import (
    BooleanField,
    DateField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation

Rule = Callable[..., Any]
Choices = Iterable[tuple[str, str]]


class Form(FlaskForm):  # type: ignore[misc]  # flask-wtf has no types
    """Base of all forms: a token against forgery, and NUL bytes refused before they reach a database."""

    def validate(self, extra_validators: Any = None) -> bool:
        valid: bool = super().validate(extra_validators)
        for field in self:
            if isinstance(field.data, str) and "\x00" in field.data:
                field.errors = [*field.errors, "Remove the characters that cannot be shown"]
                valid = False
        return valid


class _NoEmptyHint:
    """The library writes an empty hint and points at it when a field has none."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)  # type: ignore[misc]
        if not (params.get("hint") or {}).get("text"):
            params.pop("hint", None)
        return params


class Radios(_NoEmptyHint, GovRadioInput): ...


class Checkboxes(_NoEmptyHint, GovCheckboxesInput): ...


class Checkbox(_NoEmptyHint, GovCheckboxInput): ...


class DateParts(_NoEmptyHint, GovDateInput):
    """Day, month and year. A hand-made form with fewer or more parts is a wrong date, not a fault."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        if field.raw_data is not None:
            field.raw_data = [*field.raw_data, "", "", ""][:3]
        return super().map_gov_params(field, **kwargs)


def needed(message: str) -> Rule:
    """The field must be filled in; blank space does not count."""

    def check(form: Any, field: Any) -> None:
        InputRequired(message)(form, field)
        if isinstance(field.data, str) and not field.data.strip():
            raise StopValidation(message)

    return check


def at_most(length: int, message: str) -> Rule:
    return Length(max=length, message=message)


def _stripped(value: str | None) -> str | None:
    return value.strip() if isinstance(value, str) else value


def text(label: str, *, hint: str = "", rules: Iterable[Rule] = (), **kwargs: Any) -> StringField:
    """One line of text, stripped of blanks at both ends."""
    return StringField(
        label, description=hint, validators=list(rules), widget=GovTextInput(), filters=[_stripped], **kwargs
    )


def password(label: str, *, hint: str = "", rules: Iterable[Rule] = ()) -> PasswordField:
    """A password, exactly as typed, with a button to show it."""
    return PasswordField(label, description=hint, validators=list(rules), widget=GovPasswordInput())


def long_text(label: str, *, hint: str = "", rules: Iterable[Rule] = (), limit: int | None = None) -> TextAreaField:
    """Several lines; with `limit` the page counts the characters left."""
    widget = GovCharacterCount() if limit else GovTextArea()
    checks = [*rules, *([at_most(limit, f"{label} must be {limit:,} characters or fewer")] if limit else [])]
    field = TextAreaField(
        label,
        description=hint,
        validators=checks,
        widget=widget,
        filters=[lambda value: value.replace("\r\n", "\n").strip() if isinstance(value, str) else value],
        render_kw={"params": {"maxlength": limit}} if limit else None,
    )
    return field


def whole_number(label: str, *, hint: str = "", rules: Iterable[Rule] = ()) -> IntegerField:
    return IntegerField(label, description=hint, validators=list(rules), widget=GovTextInput())


def radios(label: str, choices: Choices = (), *, hint: str = "", rules: Iterable[Rule] = ()) -> RadioField:
    return RadioField(
        label, choices=as_choices(choices), description=hint, validators=list(rules), widget=Radios(),
        validate_choice=True,
    )  # fmt: skip


def checkboxes(label: str, choices: Choices = (), *, hint: str = "", rules: Iterable[Rule] = ()) -> SelectMultipleField:
    return SelectMultipleField(
        label, choices=as_choices(choices), description=hint, validators=list(rules), widget=Checkboxes()
    )


def select(label: str, choices: Choices = (), *, hint: str = "", rules: Iterable[Rule] = ()) -> SelectField:
    return SelectField(label, choices=as_choices(choices), description=hint, validators=list(rules), widget=GovSelect())


def tick(label: str, *, hint: str = "", rules: Iterable[Rule] = ()) -> BooleanField:
    return BooleanField(label, description=hint, validators=list(rules), widget=Checkbox())


def date_parts(label: str, *, hint: str = "", rules: Iterable[Rule] = ()) -> DateField:
    return DateField(label, description=hint, validators=list(rules), widget=DateParts(), format="%d %m %Y")


def submit(label: str) -> SubmitField:
    return SubmitField(label, widget=GovSubmitInput())


def summary_errors(form: FlaskForm) -> list[dict[str, str]]:
    """The lines of the error summary: each message once, linked to the first input of its field."""
    lines = []
    for field in form:
        for error in field.errors:
            lines.append({"text": str(error), "href": f"#{_first_input(field)}"})
    lines.extend({"text": str(error), "href": ""} for error in form.form_errors)
    return lines


def _first_input(field: Any) -> str:
    return f"{field.id}-day" if isinstance(field.widget, DateParts) else str(field.id)


def as_choices(choices: Choices) -> list[SelectChoice]:
    """(value, label) pairs in the shape WTForms 3.4 will demand."""
    return [SelectChoice(value, label) for value, label in choices]


__all__ = [
    "Form", "Optional", "as_choices", "at_most", "checkboxes", "date_parts", "long_text", "needed", "password", "radios",
    "select", "submit", "summary_errors", "text", "tick", "whole_number",
]  # fmt: skip
