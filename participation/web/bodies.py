"""How much may be sent: `MAX_CONTENT_LENGTH` bytes, whatever is sent, to any address, by anybody.

What announces its length is refused without a byte being read. What comes in chunks is read here, until it is too much. Werkzeug
would cut a form in chunks off at the limit and hand on the beginning, as if that were all (its `LimitedStream.readall`).
"""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any

from flask import Flask, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

_AT_ONCE = 64 * 1024
# More than this of a body in chunks waits on the disk.
_IN_MEMORY = 512 * 1024


def init_app(app: Flask) -> None:
    """Look at the size before anything reads the body; call this before other hooks are added."""
    app.url_value_preprocessor(_refuse_too_much)


def _refuse_too_much(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Raises RequestEntityTooLarge."""
    most = int(current_app.config["MAX_CONTENT_LENGTH"])
    if request.content_length is not None:
        if request.content_length > most:
            raise RequestEntityTooLarge()
    elif request.environ.get("wsgi.input_terminated") and "HTTP_TRANSFER_ENCODING" in request.environ:
        _take_in(request.environ, most)


def _take_in(environ: dict[str, Any], most: int) -> None:
    """Read a body in chunks to its end; from here on it has a length."""
    # Closed with the request's own stream, when nobody refers to it any more.
    kept = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    size = 0
    while part := environ["wsgi.input"].read(min(_AT_ONCE, most + 1 - size)):
        size += len(part)
        if size > most:
            kept.close()
            raise RequestEntityTooLarge()
        kept.write(part)
    kept.seek(0)
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = kept, str(size)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
