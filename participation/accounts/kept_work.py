"""A form that was sent after its sender's session had ended: carried through sign-in, so that nothing typed is lost.

It travels as a hidden field of the sign-in page and comes back from the same browser; what comes back is treated like any
other form. Passwords are never carried.
"""

from __future__ import annotations

import json
from typing import Any

Fields = list[tuple[str, str]]

LONGEST = 200_000
_MOST_FIELDS = 500


def packed(form: Any) -> str:
    """The fields of a sent form as text; empty when there is nothing to keep, or too much."""
    fields = [
        (name, value)
        for name, value in form.items(multi=True)
        if name != "csrf_token" and "password" not in name and isinstance(value, str)
    ]
    text = json.dumps(fields) if fields else ""
    return text if len(text) <= LONGEST and len(fields) <= _MOST_FIELDS else ""


def unpacked(text: str | None) -> Fields:
    """The fields again; nothing for what we did not pack."""
    if not text or len(text) > LONGEST:
        return []
    try:
        pairs = json.loads(text)
    except (ValueError, RecursionError):
        return []
    if not isinstance(pairs, list) or len(pairs) > _MOST_FIELDS:
        return []
    good = all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair) for pair in pairs
    )
    return [(name, value) for name, value in pairs if name != "csrf_token"] if good else []
