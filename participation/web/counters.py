"""Counting uses against limits: in Redis, or in this process while Redis is missing or does not answer.

In the process a third of the limit applies, because each process then counts alone. Flask-Limiter was not used: it marks
views one by one, keeps the full limit in its fallback, and has one state for all applications of a process.
"""

from __future__ import annotations

import logging
import math
import time

from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import RateLimiter, SlidingWindowCounterRateLimiter

logger = logging.getLogger(__name__)

SOCKET_SECONDS = 0.2
# After a failure Redis is left alone for so long, so that pages do not wait for its time-out each time.
RETRY_SECONDS = 5.0
FALLBACK_SHARE = 3


class Counters:
    """Counts uses in Redis, or in this process while there is none."""

    def __init__(self, redis_url: str) -> None:
        self._here = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared: RateLimiter | None = None
        self._away_until = 0.0
        if redis_url:
            url = redis_url.replace("unix://", "redis+unix://", 1) if redis_url.startswith("unix://") else redis_url
            storage = RedisStorage(
                url, key_prefix="participation-limits", wrap_exceptions=True,
                socket_connect_timeout=SOCKET_SECONDS, socket_timeout=SOCKET_SECONDS,
            )  # fmt: skip
            self._shared = SlidingWindowCounterRateLimiter(storage)

    @property
    def down(self) -> bool:
        """Whether Redis should be there and is not."""
        return self._shared is not None and time.monotonic() < self._away_until

    def use(self, item: RateLimitItem, *key: str, count: bool = True) -> int | None:
        """None when this use is within the limit, otherwise the seconds to wait. With `count` off, only look."""
        if self._shared is not None and not self.down:
            try:
                return _used(self._shared, item, key, count)
            except StorageError:
                self._lost()
        smaller = item if self._shared is None else _third(item)
        return _used(self._here, smaller, key, count)

    def forget(self, item: RateLimitItem, *key: str) -> None:
        """Start counting afresh."""
        if self._shared is not None and not self.down:
            try:
                self._shared.clear(item, *key)
            except StorageError:
                self._lost()
        self._here.clear(item if self._shared is None else _third(item), *key)

    def _lost(self) -> None:
        self._away_until = time.monotonic() + RETRY_SECONDS
        logger.warning("Redis does not answer: limits are counted in this process for %s seconds", RETRY_SECONDS)


def _used(limiter: RateLimiter, item: RateLimitItem, key: tuple[str, ...], count: bool) -> int | None:
    if limiter.hit(item, *key) if count else limiter.test(item, *key):
        return None
    return max(1, math.ceil(limiter.get_window_stats(item, *key).reset_time - time.time()))


def _third(item: RateLimitItem) -> RateLimitItem:
    return type(item)(max(1, item.amount // FALLBACK_SHARE), item.multiples)
