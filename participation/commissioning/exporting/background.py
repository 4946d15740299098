"""Where no worker runs, the service makes the files itself: one thread in a process, started by whoever comes.

A job that a stopped process left behind is taken up by the next request for its page. `PARTICIPATION_JOBS_IN_PROCESS=false`
leaves all of it to `participation jobs run`.
"""

from __future__ import annotations

import logging
import threading

from flask import Flask, current_app

from participation import clock
from participation.commissioning.exporting.service import anything_due
from participation.commissioning.exporting.work import run_due
from participation.extensions import db

logger = logging.getLogger(__name__)
_busy = threading.Lock()


def start_if_due(*, missing: bool = False) -> threading.Thread | None:
    """Start the thread, unless it runs already, nothing is due or `missing`, or the settings leave the work to a worker."""
    if not current_app.config["SETTINGS"].jobs_in_process or not (missing or anything_due(clock.now())):
        return None
    if not _busy.acquire(blocking=False):
        return None
    thread = threading.Thread(target=_work, args=(current_app._get_current_object(),), name="exports", daemon=True)  # type: ignore[attr-defined]  # behind the proxy
    thread.start()
    return thread


def _work(app: Flask) -> None:
    try:
        with app.app_context():
            run_due()
            db.session.remove()
    except Exception:  # nobody waits for this thread: without a line in the log its end would go unseen
        logger.exception("the thread that makes files stopped")
    finally:
        _busy.release()
