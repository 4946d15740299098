"""One line a request: which page, which answer, how long. No path, no query, no account; the network as its block.

A POST of a ballot tells not even the block: who voted when is nobody's business.
"""

from __future__ import annotations

import logging
import time

from flask import Flask, Response, g, request

from participation.web.limits import address_block

logger = logging.getLogger(__name__)

WITHOUT_NETWORK = frozenset({"voting"})


def init_app(app: Flask) -> None:
    app.before_request(_began)
    app.after_request(_told)


def _began() -> None:
    g.began = time.monotonic()


def _told(response: Response) -> Response:
    began, council = g.get("began"), g.get("council")
    extra: dict[str, object] = {
        "method": request.method if request.method in ("GET", "HEAD", "POST") else "other",
        "endpoint": request.endpoint or "",
        "status": response.status_code,
        "milliseconds": round((time.monotonic() - began) * 1000) if began is not None else None,
        "council": council.slug if council is not None else "",
    }
    if request.blueprint not in WITHOUT_NETWORK:
        extra["network"] = address_block()
    logger.info("request", extra=extra)
    return response
