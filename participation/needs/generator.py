"""Our own random numbers: SplitMix64, counted from a seed, the same on every machine and for ever.

Neither Python nor NumPy promises that its distributions draw the same numbers in the next version; a published figure
must. SplitMix64 (Steele, Lea and Flood 2014) is a counter and a mixing function, so whole arrays are drawn at once.
Not for secrets.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_GAMMA = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


class Generator:
    """A stream of numbers decided by `seed` (any whole number) and how many were drawn before."""

    def __init__(self, seed: int) -> None:
        self._seed = seed & _MASK
        self._drawn = 0

    def words(self, size: int) -> NDArray[np.uint64]:
        """The next `size` 64-bit words."""
        first = (self._seed + (self._drawn + 1) * _GAMMA) & _MASK
        self._drawn += size
        z = np.arange(size, dtype=np.uint64) * np.uint64(_GAMMA) + np.uint64(first)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))

    def below(self, limit: int, size: int) -> NDArray[np.int64]:
        """`size` whole numbers from 0 to limit - 1, equally likely to within limit / 2^32."""
        if not 0 < limit < 1 << 31:
            raise ValueError("the limit must be from 1 to 2^31 - 1")
        high = self.words(size) >> np.uint64(32)
        return ((high * np.uint64(limit)) >> np.uint64(32)).astype(np.int64)
