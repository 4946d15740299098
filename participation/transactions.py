"""One transaction per act: it begins at the edge (a POST, a command, a job) and commits there, once.

    with transaction() as tx:
        priority = service.submit(...)
        tx.after_commit(lambda: cache.drop(...))

It does not nest: a service never commits, and a caller inside a transaction that opens another one has a bug. Effects
outside the database run after the commit, never before, so that nothing is told to anybody that did not happen. A service
that has one registers it with `after_commit`, whoever opened the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from participation.extensions import WRITES, db

_OPEN = "participation_transaction"


class Transaction:
    """What the block inside `transaction()` may ask for."""

    def __init__(self) -> None:
        self._effects: list[Callable[[], None]] = []

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run `effect` once the commit has succeeded; never if it did not."""
        self._effects.append(effect)

    def _run_effects(self) -> None:
        for effect in self._effects:
            effect()


@contextmanager
def transaction(*, stays_read: bool = False) -> Iterator[Transaction]:
    """Commit what the block did, or nothing of it.

    With `stays_read`, what the block read is kept as it was after the commit, for an answer that only shows it; otherwise
    the database is asked again.

    Whatever was read before in this request is forgotten first: on SQLite a reader that turns writer fails when
    somebody else wrote in between, so a writing transaction starts afresh with BEGIN IMMEDIATE.

    Raises RuntimeError when nested, or when something was changed outside of a transaction.
    """
    session = db.session()
    if session.info.get(_OPEN):
        raise RuntimeError("transactions do not nest")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("something was changed outside of a transaction")
    session.rollback()
    act = session.info[_OPEN] = Transaction()
    try:
        session.connection(execution_options={WRITES: True})
        yield act
        session.expire_on_commit = not stays_read
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.expire_on_commit = True
        session.info.pop(_OPEN, None)
    act._run_effects()


def after_commit(effect: Callable[[], None]) -> None:
    """Run `effect` once the running transaction has been committed; never if it was not. Raises RuntimeError without one."""
    act = db.session().info.get(_OPEN)
    if not isinstance(act, Transaction):
        raise RuntimeError("there is no transaction to wait for")
    act.after_commit(effect)
