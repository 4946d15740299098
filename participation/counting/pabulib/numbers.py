"""Numbers of a Pabulib file: decimal fractions read exactly, never through a float.

102 of 1,746 public files carry decimal points, some as `4000.0`, some as real fractions. Money is turned into whole
units of the smallest decimal step in which the budget and every cost are whole; `scale` is the number of those units in
one unit of the file's currency (1, 10, 100 ...).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

# Bounded on purpose: `1e999999999` is a short text and an endless number.
_NUMBER = re.compile(r"[+-]?\d{1,30}(\.\d{0,30})?([eE][+-]?\d{1,2})?")
EMPTY = frozenset({"", "None", "none", "null", "nan", "NaN"})


def read_number(text: str) -> Decimal | None:
    """The exact number a cell holds; None for an empty or `None` cell. Raises ValueError for anything else."""
    text = text.strip()
    if text in EMPTY:
        return None
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)


def read_whole(text: str) -> int | None:
    """As `read_number`, for cells that must hold a whole number (`3`, `3.0`). Raises ValueError otherwise."""
    number = read_number(text)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise ValueError(text)
    return int(number)


def common_scale(amounts: Iterable[Decimal]) -> int:
    """The smallest power of ten that makes every amount whole."""
    scale = 1
    for amount in amounts:
        denominator = amount.as_integer_ratio()[1]
        while scale % denominator:
            scale *= 10
    return scale


def in_units(amount: Decimal | Fraction, scale: int) -> int:
    """An amount in whole units of `1/scale`; an amount that is not whole there is rounded down."""
    numerator, denominator = amount.as_integer_ratio()
    return numerator * scale // denominator


def written(units: int, scale: int) -> str:
    """Units as a decimal number with `.` and without needless zeros: 245848822 at scale 100 is `2458488.22`."""
    whole, rest = divmod(units, scale)
    if not rest:
        return str(whole)
    places = len(str(scale)) - 1
    return f"{whole}.{rest:0{places}d}".rstrip("0")
