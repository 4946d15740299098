"""The base of every form, and our thin wrappers around the GOV.UK widgets.

    class SubmitForm(Form):
        title = text("What is needed?", hint="In one sentence", rules=[needed("Enter what is needed")])

Render with `{{ form.title() }}`; the error summary comes from the layout when the view passes `form`. The browser's own
checks are off (`novalidate`): the page says what is wrong in our words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovCheckboxInput,
    GovDateInput,
    GovFileInput,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from werkzeug.datastructures import CombinedMultiDict
from wtforms import BooleanField, PasswordField, StringField, SubmitField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation, ValidationError

from participation.web.fields import (
    DatePartsField,
    OneOfField,
    PoundsField,
    SelectOneField,
    SomeOfField,
    WholeNumberField,
)

Rule = Callable[..., Any]
Choices = Iterable[tuple[str, str]]

# The library's messages that a resident can meet, in our words.
MESSAGES = {
    "Not a valid choice.": "Choose one of the answers on the page",
    "'%(value)s' is not a valid choice for this field.": "Choose from the answers on the page",
    "'%(value)s' are not valid choices for this field.": "Choose from the answers on the page",
    "Invalid Choice: could not coerce.": "Choose one of the answers on the page",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Choose from the answers on the page",
    "This field is required.": "Enter an answer",
    "CSRF token missing.": "This page was open for too long. Send it again",
    "CSRF failed.": "This page was open for too long. Send it again",
}


class _Words:
    """WTForms asks this for each of its messages."""

    def gettext(self, message: str) -> str:
        return MESSAGES.get(message, message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.gettext(one if count == 1 else many)


class Form(FlaskForm):
    """Base of all forms: a token against forgery, our words, and form fields only (never JSON)."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Any) -> _Words:
            return _Words()

        def wrap_formdata(self, _form: Any, formdata: Any) -> Any:
            if formdata is None or isinstance(formdata, dict):
                return formdata
            if request.method != "POST":
                return None
            return CombinedMultiDict((request.files, request.form)) if request.files else request.form


class _House:
    """How all our fields look: bold small labels and legends, hints only where there is one."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        params: dict[str, Any] = super().map_gov_params(field, **kwargs)  # type: ignore[misc]
        if not (params.get("hint") or {}).get("text"):
            params.pop("hint", None)
        if "fieldset" in params:
            params["fieldset"]["legend"].setdefault("classes", "govuk-fieldset__legend--s")
        elif "label" in params:
            params["label"].setdefault("classes", "govuk-label--s")
        return params


class TextInput(_House, GovTextInput): ...


class PasswordInput(_House, GovPasswordInput): ...


class TextArea(_House, GovTextArea): ...


class CharacterCount(_House, GovCharacterCount): ...


class Select(_House, GovSelect): ...


class Radios(_House, GovRadioInput): ...


class Checkboxes(_House, GovCheckboxesInput): ...


class Checkbox(_House, GovCheckboxInput): ...


class FileInput(_House, GovFileInput): ...


class DateParts(_House, GovDateInput):
    """Day, month and year as they were typed."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> dict[str, Any]:
        submitted = field.raw_data is not None
        kept, field.raw_data = field.raw_data, list(field.parts) if submitted else None
        try:
            return super().map_gov_params(field, **kwargs)
        finally:
            field.raw_data = kept


def needed(message: str) -> Rule:
    """The field must be filled in; blank space and characters that nobody sees do not count."""

    def check(form: Any, field: Any) -> None:
        if field.raw_data and field.process_errors:
            raise StopValidation()  # it was filled in, and why it cannot be read is already said
        InputRequired(message)(form, field)
        if isinstance(field.data, str) and all(_is_blank(letter) for letter in field.data):
            raise StopValidation(message)

    return check


def _is_blank(letter: str) -> bool:
    """Spaces of all kinds, and what has no width (Unicode categories Cc, Cf, Zs, Zl and Zp, and fillers of Hangul)."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Zs", "Zl", "Zp") or letter in "\u115f\u1160\u2800\u3164\uffa0"


def at_most(length: int, message: str) -> Rule:
    return Length(max=length, message=message)


def between(least: int | None, most: int | None, message: str) -> Rule:
    """A number from `least` to `most`; says nothing about a field that is empty."""

    def check(_form: Any, field: Any) -> None:
        if field.data is None:
            return
        if (least is not None and field.data < least) or (most is not None and field.data > most):
            raise ValidationError(message)

    return check


def _stripped(value: str | None) -> str | None:
    return value.strip() if isinstance(value, str) else value


def _one_newline(value: str | None) -> str | None:
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def text(
    label: str, *, hint: str = "", rules: Iterable[Rule] = (), width: str = "", autocomplete: str = "",
    render_kw: dict[str, Any] | None = None, **kwargs: Any,
) -> StringField:  # fmt: skip
    """One line of text, stripped of blanks at both ends. `width` is a GOV.UK input width ("10", "one-half")."""
    params = {"classes": _width(width), **({"autocomplete": autocomplete} if autocomplete else {})}
    return StringField(
        label, description=hint, validators=list(rules), widget=TextInput(), filters=[_stripped],
        render_kw={"params": params, **(render_kw or {})}, **kwargs,
    )  # fmt: skip


def _width(width: str) -> str:
    if not width:
        return ""
    return f"govuk-input--width-{width}" if width.isdigit() else f"govuk-!-width-{width}"


def email(label: str, *, hint: str = "", rules: Iterable[Rule] = ()) -> StringField:
    """An email address, with the keyboard for it."""
    return StringField(
        label, description=hint, validators=list(rules), widget=TextInput(), filters=[_stripped],
        render_kw={"type": "email", "params": {"autocomplete": "email", "spellcheck": False}},
    )  # fmt: skip


def password(
    label: str, *, hint: str = "", rules: Iterable[Rule] = (), autocomplete: str = "current-password"
) -> PasswordField:
    """A password, exactly as typed, with a button to show it. A new one says `autocomplete="new-password"`."""
    return PasswordField(
        label, description=hint, validators=list(rules), widget=PasswordInput(),
        render_kw={"params": {"autocomplete": autocomplete}},
    )  # fmt: skip


def long_text(label: str, *, hint: str = "", rules: Iterable[Rule] = (), limit: int | None = None) -> TextAreaField:
    """Several lines; with `limit` the page counts the characters left."""
    widget = CharacterCount() if limit else TextArea()
    checks = [*rules, *([at_most(limit, f"{label} must be {limit:,} characters or fewer")] if limit else [])]
    return TextAreaField(
        label, description=hint, validators=checks, widget=widget, filters=[_one_newline],
        render_kw={"params": {"maxlength": limit}} if limit else None,
    )  # fmt: skip


def whole_number(label: str, *, hint: str = "", rules: Iterable[Rule] = ()) -> WholeNumberField:
    return WholeNumberField(
        label, description=hint, validators=list(rules), widget=TextInput(),
        render_kw={"params": {"classes": "govuk-input--width-10", "inputmode": "numeric", "spellcheck": False}},
    )  # fmt: skip


def pounds(label: str, *, hint: str = "", rules: Iterable[Rule] = ()) -> PoundsField:
    """An amount in pounds; its data is whole pence."""
    params = {"classes": "govuk-input--width-10", "inputmode": "decimal", "spellcheck": False, "prefix": {"text": "£"}}
    return PoundsField(
        label, description=hint, validators=list(rules), widget=TextInput(), render_kw={"params": params}
    )


def radios(label: str, choices: Choices = (), *, hint: str = "", rules: Iterable[Rule] = ()) -> OneOfField:
    return OneOfField(label, choices=as_choices(choices), description=hint, validators=list(rules), widget=Radios())


def checkboxes(label: str, choices: Choices = (), *, hint: str = "", rules: Iterable[Rule] = ()) -> SomeOfField:
    return SomeOfField(
        label, choices=as_choices(choices), description=hint, validators=list(rules), widget=Checkboxes()
    )


def select(label: str, choices: Choices = (), *, hint: str = "", rules: Iterable[Rule] = ()) -> SelectOneField:
    return SelectOneField(label, choices=as_choices(choices), description=hint, validators=list(rules), widget=Select())


def tick(label: str, *, hint: str = "", rules: Iterable[Rule] = ()) -> BooleanField:
    return BooleanField(label, description=hint, validators=list(rules), widget=Checkbox())


def needed_file(message: str) -> Rule:
    """A file must be chosen."""

    def check(_form: Any, field: Any) -> None:
        if not getattr(field.data, "filename", ""):
            raise StopValidation(message)

    return check


def upload(label: str, *, hint: str = "", rules: Iterable[Rule] = ()) -> FileField:
    """A file; its form needs `enctype="multipart/form-data"`."""
    return FileField(label, description=hint, validators=list(rules), widget=FileInput())


def date_parts(label: str, *, hint: str = "", rules: Iterable[Rule] = ()) -> DatePartsField:
    return DatePartsField(label, description=hint, validators=list(rules), widget=DateParts(), format="%d %m %Y")


def submit(label: str) -> SubmitField:
    return SubmitField(label, widget=GovSubmitInput())


def summary_errors(form: FlaskForm) -> list[dict[str, str]]:
    """The lines of the error summary: the first message of each field, linked to its first input."""
    lines = [{"text": str(field.errors[0]), "href": f"#{_first_input(field)}"} for field in _wrong_fields(form)]
    lines.extend({"text": str(error), "href": ""} for error in form.form_errors)
    return lines


def _wrong_fields(fields: Iterable[Any]) -> Iterable[Any]:
    """Fields with a message of their own, those inside lists and sub-forms included."""
    for field in fields:
        inner = getattr(field, "entries", None) or getattr(field, "form", None)
        if inner:
            yield from _wrong_fields(inner)
        if field.errors and isinstance(field.errors, list | tuple) and isinstance(field.errors[0], str):
            yield field


def _first_input(field: Any) -> str:
    return f"{field.id}-day" if isinstance(field.widget, DateParts) else str(field.id)


def as_choices(choices: Choices) -> list[SelectChoice]:
    """(value, label) pairs in the shape WTForms 3.4 will demand."""
    return [SelectChoice(value, label) for value, label in choices]


__all__ = [
    "Form", "Optional", "as_choices", "at_most", "between", "checkboxes", "date_parts", "email", "long_text", "needed",
    "needed_file", "password", "pounds", "radios", "select", "submit", "summary_errors", "text", "tick", "upload", "whole_number",
]  # fmt: skip
