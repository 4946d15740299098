"""Figures of a summary as cells of a table: what is hidden becomes `[c]` here and cannot become anything else."""

from __future__ import annotations

import re

from participation.exports import Missing, Value
from participation.needs.figures import FEW, NOT_APPLICABLE, NOT_AVAILABLE, Figure

SHARE_NOTE, RANGE_NOTE, HIDDEN_NOTE, RANK_NOTE, APART_NOTE = 1, 2, 3, 4, 5


def cell(figure: Figure) -> Value:
    return Missing(figure.status or NOT_AVAILABLE) if figure.value is None else figure.value


def low(figure: Figure) -> Value:
    return Missing(figure.status or NOT_APPLICABLE) if figure.lower is None else figure.lower


def high(figure: Figure) -> Value:
    return Missing(figure.status or NOT_APPLICABLE) if figure.upper is None else figure.upper


def text(words: str, code: str = NOT_AVAILABLE) -> Value:
    return words or Missing(code)


def reliability(share: Figure) -> Value:
    """In words, beside every share, how many people it is on."""
    if share.value is not None:
        return "30 to 99 people: low reliability" if share.status == FEW else "100 people or more"
    return "Fewer than 30 people: no share" if share.status == NOT_AVAILABLE else Missing(share.status)


def name_of(code: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", code.lower()).strip("_") or "other"


def lower(words: str) -> str:
    return words[:1].lower() + words[1:]
