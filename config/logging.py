"""The log: one JSON object a line, with the fields of an allow-list and nothing about a person.

What is logged is our own sentences, endpoints, counts and kinds of faults. Left out are addresses with what they hold, forms,
names, tokens, and the words of exceptions, because those quote what people typed. Messages of libraries are
cut to their template.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

# Fields a log call may add by `extra=`; anything else it adds is dropped.
ALLOWED = ("method", "endpoint", "status", "milliseconds", "network", "council")
OURS = ("participation", "config")


class OneLine(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": self._event(record),
        }
        told.update({name: record.__dict__[name] for name in ALLOWED if name in record.__dict__})
        if record.exc_info and record.exc_info[0] is not None:
            told["fault"] = record.exc_info[0].__name__
            told["where"] = [
                f"{frame.filename.rpartition('/site-packages/')[2]}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(told, ensure_ascii=False)

    @staticmethod
    def _event(record: logging.LogRecord) -> str:
        """Our own sentences whole; those of others without what was filled in."""
        ours = record.name.partition(".")[0] in OURS
        return record.getMessage() if ours else str(record.msg)


def set_up(stream: TextIO | None = None) -> logging.Handler:
    """Send every record to standard error as one line. Called once, in production."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    return handler
