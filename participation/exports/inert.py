"""Text that a spreadsheet would run as a formula, made inert.

A cell that starts with one of these is taken for a formula when a CSV file is opened, also after spaces a spreadsheet
drops, and also in the full-width forms that East Asian keyboards type (OWASP, CSV injection). In CSV such text gets an
apostrophe in front; in XLSX and ODS cells are typed as text, so nothing has to be added and nothing is.
"""

from __future__ import annotations

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")


def starts_formula(text: str) -> bool:
    """Whether a spreadsheet might run this text."""
    return text.startswith(STARTS) or text.lstrip().startswith(STARTS)


def inert(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet might run it."""
    return f"'{text}" if starts_formula(text) else text
