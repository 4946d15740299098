"""What the page for developers says of the feed: made of the feed's own parts, so that it cannot say anything else."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import url_for

from participation.commissioning import policy
from participation.commissioning.feed import answers, tokens, webhooks
from participation.commissioning.feed.description import REFUSALS
from participation.commissioning.feed.published import newest_record
from participation.commissioning.feed.refusals import KeyNeeded
from participation.commissioning.figures import figures_of
from participation.commissioning.service import frozen_summary
from participation.exports.document import SYMBOLS

# Figures in an example: the first, and the first hidden one where there is one.
_EXAMPLES = 2
_KEY = "YOUR_KEY"
CONTENTS = (
    ("key", "Get a key"),
    ("requests", "Make a request"),
    ("paging", "Read long lists"),
    ("changes", "Read only what changed"),
    ("figures", "Single figures"),
    ("small-numbers", "Numbers that are hidden"),
    ("errors", "When a request fails"),
    ("webhooks", "Be told of new versions"),
    ("description", "Description for programs"),
)
# Runs as it stands; a test runs it.
CHECKING = f'''import hashlib
import hmac


def is_ours(body: bytes, header: str, secret: str, now: int) -> bool:
    """Whether {webhooks.SIGNATURE} is right for this body, and not old; now is in seconds since 1970."""
    parts = dict(part.split("=", 1) for part in header.split(","))
    signed = parts["t"].encode() + b"." + body
    right = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    fresh = abs(now - int(parts["t"])) <= 300
    return fresh and hmac.compare_digest(right, parts["v1"])'''


def page(council_id: int, now: datetime) -> dict[str, Any]:
    """Everything the page shows. Examples are of the newest published version, if there is one."""
    server = url_for("feed.openapi", _external=True).rsplit("/", 1)[0]
    made = newest_record(council_id, now)
    found = [] if made is None else list(figures_of(frozen_summary(made)))
    shown = found[:1] + [one for one in found[1:] if isinstance(one.number, dict)][:1]
    shown += [one for one in found[1:] if one not in shown]
    since = now if made is None else made.created_at
    problem = KeyNeeded()
    return {
        "contents": CONTENTS,
        "prefix": tokens.PREFIX,
        "lifetime": tokens.LIFETIME.days,
        "scopes": list(tokens.SCOPES.items()),
        "server": server,
        "curl": _curl(f"{server}/summaries"),
        "since": _curl(f"{server}/summaries?changed_since={quote(since.isoformat(timespec='seconds'))}"),
        "addresses": [
            ("/summaries", "summaries", "published versions, oldest first"),
            ("/summaries/{id}", "summaries", "one version with all its tables, as in its JSON file"),
            ("/summaries/{id}/figures", "figures", "every named figure of one version"),
            ("/openapi.json", "", "the description for programs"),
        ],
        "listed": "" if made is None else _text(answers.listed([answers.record(made)], None)),
        "figures": "" if made is None else _text(answers.listed([answers.figure(made, o) for o in shown[:_EXAMPLES]], None)),
        "usual": answers.USUAL,
        "most": answers.MOST,
        "threshold": policy.threshold(),
        "rounding": policy.rounding(),
        "codes": sorted(SYMBOLS.items()),
        "problem": _text(answers.problem(problem)),
        "statuses": list(REFUSALS.items()),
        "told": _text(json.loads(webhooks.body_of(made))) if made else _text(_TOLD),
        "headers": [
            (webhooks.DELIVERY, "The same for every attempt to tell you of one version"),
            (webhooks.SIGNATURE, "t=SECONDS,v1=SIGNATURE: HMAC-SHA256, in hexadecimal, of the seconds, a full stop and the body"),
        ],
        "timeout": webhooks.TIMEOUT_SECONDS,
        "attempts": len(webhooks.WAITS),
        "delivery": webhooks.DELIVERY,
        "checking": CHECKING,
    }  # fmt: skip


# What is posted, where no version is published that could be the example.
_TOLD = {
    "consultation": "NAME-IN-ITS-ADDRESS", "digest": "SHA-256", "event": webhooks.EVENT, "id": "NAME-OF-THE-VERSION",
    "url": "ADDRESS-IN-THE-FEED", "version": 1,
}  # fmt: skip


def _curl(url: str) -> str:
    return f'curl -H "Authorization: Bearer {_KEY}" \\\n  "{url}"'


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
