"""Find your ward: one postcode. And for staff: groups of wards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField
from wtforms.validators import StopValidation

from participation.councils.groups import LONGEST_NAME, LONGEST_WORD, WardGroups, code_of
from participation.councils.models import Ward
from participation.councils.queries import normalised_postcode
from participation.web.forms import Form, at_most, long_text, needed, select, submit, text


def _postcode_shape(_form: Any, field: Any) -> None:
    if normalised_postcode(field.data or "") is None:
        raise StopValidation("Enter a full UK postcode, such as AB1 2CD")


class PostcodeForm(Form):
    postcode = text(
        "Postcode", rules=[needed("Enter a postcode"), _postcode_shape], render_kw={"autocomplete": "postal-code"}
    )
    find = submit("Find your ward")


def _names(text: str) -> list[str]:
    """One name a line, each once."""
    return list(dict.fromkeys(" ".join(line.split()) for line in text.splitlines() if line.strip()))


def _names_can_be_told_apart(_form: Any, field: Any) -> None:
    names = _names(field.data or "")
    if len(names) < 2:
        raise StopValidation("Enter at least two groups, each on its own line")
    if any(len(name) > LONGEST_NAME or not code_of(name) for name in names):
        raise StopValidation(f"Each name must have a letter, and {LONGEST_NAME} characters or fewer")
    if len({code_of(name) for name in names}) < len(names):
        raise StopValidation("Two of the names are too much alike")


class GroupNamesForm(Form):
    """What the groups are called, before any ward is in one."""

    word = text(
        "What is one group called?",
        hint="As people here say it, for example Locality or Neighbourhood",
        width="20",
        rules=[
            needed("Enter what one group is called"),
            at_most(LONGEST_WORD, f"What one group is called must be {LONGEST_WORD} characters or fewer"),
        ],
    )
    names = long_text(
        "Names of the groups",
        hint="Each on its own line",
        rules=[needed("Enter the names of the groups"), _names_can_be_told_apart],
    )
    go_on = submit("Continue")

    def show(self, groups: WardGroups | None) -> None:
        if groups is not None:
            self.word.data = groups.word
            self.names.data = "\n".join(name for _, name in groups.groups)

    @property
    def listed(self) -> list[str]:
        return _names(self.names.data or "")


def wards_form(wards: Sequence[Ward], names: Sequence[str], now: WardGroups | None) -> Form:
    """A list of groups for each ward, as they are now where a ward's group is still there."""
    choices = [("", "Choose a group"), *((name, name) for name in names)]
    fields: dict[str, Any] = {"word": HiddenField(), "names": HiddenField()}
    for ward in wards:
        fields[f"ward_{ward.code}"] = select(ward.name, choices, rules=[needed(f"Choose a group for {ward.name}")])
    form: Form = type("WardsForm", (Form,), fields)()
    for ward in wards:
        field = form[f"ward_{ward.code}"]
        if field.data is None and now is not None and now.names.get(ward.code) in names:
            field.data = now.names[ward.code]
    return form
