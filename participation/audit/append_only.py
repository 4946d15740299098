"""Tables whose rows are written once: the database itself refuses to change or delete them.

A model says so with `info={APPEND_ONLY: True}` in its table arguments. The migration that makes the table then sets its
triggers with `op.keep_append_only("its name")`, which Alembic writes by itself when it writes a migration (migrations/env.py).
Whoever owns the database can still take a trigger away; then the Merkle log and its signed checkpoints show what was done.
"""

from __future__ import annotations

from collections.abc import Iterator

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import CreateTableOp, UpgradeOps
from sqlalchemy import MetaData

APPEND_ONLY = "append_only"
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


@Operations.register_operation("keep_append_only")
class KeepAppendOnly(MigrateOperation):
    """Refuse UPDATE and DELETE on a table, in the database."""

    def __init__(self, table: str) -> None:
        self.table = table

    @classmethod
    def keep_append_only(cls, operations: Operations, table: str) -> None:
        """What a migration calls."""
        operations.invoke(cls(table))


@Operations.implementation_for(KeepAppendOnly)
def _keep(operations: Operations, operation: KeepAppendOnly) -> None:
    for statement in triggers(operation.table, operations.get_bind().dialect.name):
        operations.execute(statement)


@renderers.dispatch_for(KeepAppendOnly)
def _render(_context: AutogenContext, operation: KeepAppendOnly) -> str:
    return f"op.keep_append_only({operation.table!r})"


def triggers(table: str, dialect: str) -> list[str]:
    """The statements that set the triggers of a table."""
    if dialect == "postgresql":
        return [
            _FUNCTION,
            f'CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW EXECUTE FUNCTION refuse_change()',
        ]
    return [
        f'CREATE TRIGGER append_only_{table}_{act.lower()} BEFORE {act} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are never changed or deleted'); END"
        for act in ("UPDATE", "DELETE")
    ]


def append_only_tables(metadata: MetaData) -> set[str]:
    """The names of the tables whose rows are written once."""
    return {table.name for table in metadata.tables.values() if table.info.get(APPEND_ONLY)}


def with_triggers(upgrade: UpgradeOps, metadata: MetaData) -> None:
    """After each new append-only table of a migration that Alembic is writing, set its triggers."""
    protected = append_only_tables(metadata)
    upgrade.ops = list(_followed(upgrade, protected))


def _followed(upgrade: UpgradeOps, protected: set[str]) -> Iterator[MigrateOperation]:
    for operation in upgrade.ops:
        yield operation
        if isinstance(operation, CreateTableOp) and operation.table_name in protected:
            yield KeepAppendOnly(operation.table_name)
