"""Coming back to the page one was on: which addresses the `next` of a form may name.

An address is never followed as it was sent. It is matched against the pages of the application, and the page found, if it
belongs to this council and is no page of signing in or out, is built anew by reverse routing.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, g, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

LONGEST = 2000
# Printable ASCII without the backslash, which browsers read as a slash.
_PLAIN = re.compile(r"/[\x21-\x5b\x5d-\x7e]*")
# Pages that make no sense, or do harm, right after signing in.
_NEVER = {
    "accounts": {
        "sign_in", "sign_out", "register", "registered", "resend", "confirm", "forgotten", "forgotten_sent", "reset",
        "invitation", "ask_code", "enter_code", "confirm_email",
    },
    "elsewhere": {"go", "link", "go_and_link", "unlink", "back"},
    "passkeys": {"use"},
    "proving": {"enter_code", "set_up", "new_recovery_codes"},
}  # fmt: skip


def safe_page(text: str | None, *, method: str = "GET") -> str | None:
    """The address of this council's page that `text` names, rebuilt; None for anything else."""
    council = g.get("council")
    if council is None or not text or len(text) > LONGEST or not _PLAIN.fullmatch(text) or text.startswith("//"):
        return None
    try:
        asked = urlsplit(text)
        endpoint, values = current_app.url_map.bind("").match(_decoded(asked.path), method=method)
        query = parse_qsl(asked.query, keep_blank_values=True, max_num_fields=50, errors="strict")
    except (HTTPException, RequestRedirect, ValueError):
        return None
    blueprint, _, view = endpoint.partition(".")
    if view in _NEVER.get(blueprint, ()) or values.get("council_slug") != council.slug:
        return None
    page = url_for(endpoint, **values)
    return f"{page}?{urlencode(query)}" if query else page


def _decoded(path: str) -> str:
    """The path as the server would see it. Raises ValueError for what is not UTF-8 or hides a control character."""
    from_percent = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), path.encode("ascii")).decode(
        "utf-8"
    )
    if any(ord(character) < 32 or character in "\x7f\\" for character in from_percent) or "//" in from_percent:
        raise ValueError
    return from_percent
