"""Fields that read what people type the way people type it: dates in three parts, whole numbers, pounds.

What cannot be read is an error in plain words; the form keeps it as it was typed. No value is too large for a column.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField, StringField

FIRST_YEAR, LAST_YEAR = 1900, 2199
# The largest whole number accepted, and the largest sum in pounds (£10 billion): both fit a 64-bit column as pence.
LARGEST = 10**10

MONTHS = {
    name: number
    for number, full in enumerate(
        ("january", "february", "march", "april", "may", "june",
         "july", "august", "september", "october", "november", "december"), start=1,
    )
    for name in (full, full[:3])
}  # fmt: skip


class DatePartsField(DateField):
    """A date typed as day, month and year in three boxes of one name.

    `parts` are the three boxes as typed; a hand-made form with fewer or more is padded or cut, never a fault.
    """

    parts: tuple[str, str, str] = ("", "", "")

    def process_formdata(self, valuelist: list[Any]) -> None:
        texts = [str(value).strip() for value in valuelist]
        day, month, year, *_ = [*texts, "", "", ""]
        self.parts = (day, month, year)
        # One value for the rules: empty when all three boxes are, so that "needed" and "optional" see the whole.
        self.raw_data = [" ".join(self.parts)] if any(self.parts) else []
        self.data = _read_date(day, month, year) if any(self.parts) else None


def _read_date(day: str, month: str, year: str) -> date:
    """Raises ValueError with the words for the page."""
    missing = [name for name, value in (("day", day), ("month", month), ("year", year)) if not value]
    if missing:
        raise ValueError(f"The date must include a {' and a '.join(missing)}")
    number = MONTHS.get(month.lower(), month)
    if not re.fullmatch(r"[0-9]{4}", year):
        raise ValueError("The year must have 4 numbers")
    try:
        found = date(int(year), int(number), int(day))
    except ValueError:
        raise ValueError("Enter a real date") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"The year must be between {FIRST_YEAR} and {LAST_YEAR}")
    return found


class WholeNumberField(IntegerField):
    """A whole number; "1,200" is 1200."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]).strip().replace(",", "") if valuelist else ""
        self.data = None
        if not text:
            return
        if not re.fullmatch(r"[-−]?[0-9]{1,11}", text):
            raise ValueError("Enter a whole number, like 25")
        self.data = int(text.replace("−", "-"))
        if abs(self.data) > LARGEST:
            self.data = None
            raise ValueError(f"The number must be {LARGEST:,} or smaller")


class PoundsField(StringField):
    """A sum of money in pounds, kept as whole pence: "£1,200.50" is 120050."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = re.sub(r"[£,\s]", "", str(valuelist[0])) if valuelist else ""
        self.data = None
        if not text:
            return
        found = re.fullmatch(r"([0-9]{1,11})(?:\.([0-9]{2}))?", text)
        if found is None:
            raise ValueError("Enter an amount in pounds, like 1,200 or 1,200.50")
        pence = int(found[1]) * 100 + int(found[2] or 0)
        if pence > LARGEST * 100:
            raise ValueError(f"The amount must be £{LARGEST:,} or less")
        self.data = pence

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if self.data is None:
            return ""
        pounds, pence = divmod(int(self.data), 100)
        return f"{pounds:,}.{pence:02d}" if pence else f"{pounds:,}"


class _OneChoice:
    """No choice at all is no error by itself: whether an answer is needed is said by the rule `needed`."""

    def pre_validate(self, form: Any) -> None:
        if self.raw_data:  # type: ignore[attr-defined]  # of the WTForms field beside it
            super().pre_validate(form)  # type: ignore[misc]


class OneOfField(_OneChoice, RadioField): ...


class SelectOneField(_OneChoice, SelectField): ...


class SomeOfField(SelectMultipleField): ...


class VersionField(HiddenField):
    """The version a form was made from, for an optimistic lock; 0, which no row has, when it was tampered with."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        text = str(valuelist[0]) if valuelist else ""
        self.data = int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0

    def _value(self) -> str:
        return str(self.data or 0)
