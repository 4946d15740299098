"""Money in published tables: pounds as text into whole pence, and what stands for "not published" into None.

A blank is never zero. Thousands commas, a pound sign, a minus of either kind, brackets for negative sums, the marks of revised,
provisional and estimated figures ([r], [p], [e]) and of notes ([note 2]) are understood.
"""

from __future__ import annotations

import re

MISSING = (
    "", "-", "–", "..", "...", ":", "n/a", "na", "[x]", "[z]", "[c]", "[u]", "[w]", "category discontinued", "discontinued",
    "not applicable", "not available",
)  # fmt: skip
LARGEST_PENCE = 10**15
_MARK = re.compile(r"\[(?:[rpe]|note ?\d{1,3})\]", re.IGNORECASE)
_AMOUNT = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]+))?")


def pence_of(text: str, *, unit_pounds: int = 1) -> int | None:
    """ "1,234.5" -> 123450; "[x]" -> None. `unit_pounds` is 1,000 for tables in thousands.

    Raises ValueError when it is not an amount, finer than a penny, or absurdly large.
    """
    plain = _MARK.sub("", text.replace("£", "").replace("−", "-")).strip()
    if is_missing(plain):
        return None
    bracketed = plain.startswith("(") and plain.endswith(")")
    negative = bracketed or plain.startswith("-")
    found = _AMOUNT.fullmatch(plain[1:-1] if bracketed else plain.removeprefix("-").strip())
    if found is None:
        raise ValueError(f"{text!r} is not an amount of money")
    decimals = found[2] or ""
    scaled = int(found[1].replace(",", "") + decimals) * 100 * unit_pounds
    scale: int = 10 ** len(decimals)
    pence, finer = divmod(scaled, scale)
    if finer or pence > LARGEST_PENCE:
        raise ValueError(f"{text!r} is finer than a penny" if finer else f"{text!r} is too large")
    return -pence if negative else pence


def is_missing(text: str) -> bool:
    """Whether a cell says that a figure is not published."""
    return text.strip().lower() in MISSING


def grain_of(amounts: list[int]) -> int:
    """The unit, in pence, that published amounts were rounded to: 1,000, 100, 10 or 1 pounds, or a penny."""
    return next((unit for unit in (100_000, 10_000, 1_000, 100) if all(amount % unit == 0 for amount in amounts)), 1)


def adds_up(parts: list[int], total: int) -> bool:
    """Whether parts add up to their total, allowing that each was rounded on its own to the unit they share.

    n rounded parts and a rounded total are out by less than (n + 1) / 2 units; exact pounds and pence may not be out at all.
    """
    unit = grain_of([*parts, total])
    slack = (len(parts) + 1) * unit // 2 if unit > 100 else 0
    return abs(sum(parts) - total) <= slack
