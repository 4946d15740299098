"""Answers that take the same time for everybody, where the time would tell a stranger what the page does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from flask import request

from participation.extensions import db

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

# Longer than the work of any of these pages; the difference between their cases is a few milliseconds.
EVEN_SECONDS = 0.25


def evenly_paced(view: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Answer a POST no sooner than `EVEN_SECONDS` after it came, holding no database connection meanwhile."""

    @wraps(view)
    def paced(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        began = time.monotonic()
        answer = view(*args, **kwargs)
        if request.method == "POST":
            db.session.rollback()
            time.sleep(max(0.0, EVEN_SECONDS - (time.monotonic() - began)))
        return answer

    return paced
