"""The door to the compiled kernels: there, or not, without anybody paying for them who does not need them."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from typing import Any

from participation.errors import InvalidInput

MODULE = "participation.counting.kernels"
# Marks on all ballots, times the runs a count is likely to take, above which loading the kernels (about a second) pays,
# and above which they pay once they are loaded.
WORTH_LOADING = 500_000
WORTH_CALLING = 20_000


class PathUnavailable(InvalidInput):
    title = "The compiled path is not available"
    public = "The compiled counting path needs Numba, which is not installed here. Count by the reference path."


@cache
def kernels() -> Any | None:
    """The module of kernels; None where Numba is not installed, or has no place to keep what it compiled."""
    try:
        # Not an import at the top: Numba takes a second to load, and most counts are over before.
        return import_module(MODULE)
    except (ImportError, RuntimeError):
        return None


def wanted(path: str, work: int) -> bool:
    """Whether a count of this much work goes by the compiled path. Raises PathUnavailable where that was asked for."""
    enough = WORTH_CALLING if MODULE in sys.modules else WORTH_LOADING
    if path == "reference" or (path == "auto" and work < enough):
        return False
    if kernels() is None and path != "auto":
        raise PathUnavailable()
    return kernels() is not None
