"""Numbers in addresses: no larger than a column holds, so that one too large is a page that is not there."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

# What an INTEGER of PostgreSQL holds; SQLite takes more, but fails beyond 64 bits.
LARGEST = 2_147_483_647


class Number(IntegerConverter):
    """`<int:name>`, in ASCII digits, from 0 to `LARGEST` if nothing less is asked for."""

    regex = "[0-9]+"

    def __init__(
        self,
        map: Map,
        fixed_digits: int = 0,
        min: int | None = None,
        max: int | None = LARGEST,
        signed: bool = False,
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


def init_app(app: Flask) -> None:
    """Hold every number in an address to this; call it before views are added."""
    app.url_map.converters["int"] = Number
