"""How a cell is written as text: exact, the same in every format that writes text."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from participation.exports.document import Column, Missing, Value

_NOT_IN_FILES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# What the values of a kind are measured in, once written.
UNITS = {"text": "", "number": "", "pence": "pounds", "share": "proportion", "date": "date"}


def as_text(column: Column, value: Value) -> str:
    """Pence as pounds with two decimals ("1234.50"), dates as ISO, numbers as they are, a missing value as nothing."""
    if isinstance(value, Missing):
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if column.kind == "pence" and isinstance(value, int):
        return pounds(value)
    if isinstance(value, float):
        # Not 1.6e-08: a decimal of CSVW (and of XML Schema) has no exponent.
        return format(Decimal(str(value)), "f")
    return cleaned(str(value))


def cleaned(text: str) -> str:
    """Text without the characters that no XML file may hold, and that end or break a text elsewhere (NUL)."""
    return _NOT_IN_FILES.sub("", text)


def pounds(pence: int) -> str:
    """Whole pence as pounds, exactly: -5 -> "-0.05"."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{whole}.{rest:02d}"


def status_of(value: Value) -> str:
    """The code of a missing value, else nothing."""
    return value.code if isinstance(value, Missing) else ""
