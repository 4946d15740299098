"""Find your ward: one postcode."""

from __future__ import annotations

from typing import Any

from wtforms.validators import StopValidation

from participation.councils.queries import normalised_postcode
from participation.web.forms import Form, needed, submit, text


def _postcode_shape(_form: Any, field: Any) -> None:
    if normalised_postcode(field.data or "") is None:
        raise StopValidation("Enter a full UK postcode, such as AB1 2CD")


class PostcodeForm(Form):
    postcode = text(
        "Postcode", rules=[needed("Enter a postcode"), _postcode_shape], render_kw={"autocomplete": "postal-code"}
    )
    find = submit("Find your ward")
