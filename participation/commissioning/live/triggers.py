# ruff: noqa: S608  tables and rows are named here, nothing comes from outside
"""What notes that a person or a need has to be counted again: triggers of the database, so that no writer can forget it.

They stand on the tables of priorities, their support, residents' profiles and themes, and on no table of a vote. Each writes
rows of `rollup_change` in the transaction of the change. The migration that makes that table sets them with
`op.note_rollup_changes()`, which Alembic writes by itself (migrations/env.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import CreateTableOp, UpgradeOps

_INTO = "INSERT INTO rollup_change (consultation_id, kind, item_id)"


@dataclass(frozen=True, slots=True)
class Noted:
    """A trigger: when it fires on which table, and the statements it runs, the same for both databases."""

    table: str
    when: str
    act: str
    statements: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"rollup_{self.table}_{self.act.split()[0].lower()}"


def _need(row: str) -> str:
    return f"{_INTO} SELECT {row}.consultation_id, 'need', {row}.id"


def _author(row: str) -> str:
    return f"{_INTO} SELECT {row}.consultation_id, 'person', {row}.author_id WHERE {row}.author_id IS NOT NULL"


def _supporters(row: str, condition: str = "") -> str:
    return (
        f"{_INTO} SELECT {row}.consultation_id, 'person', s.account_id FROM priority_support s "
        f"WHERE s.priority_id = {row}.id{condition}"
    )


def _supporter(row: str) -> str:
    return (
        f"{_INTO} SELECT p.consultation_id, 'person', {row}.account_id FROM priority p WHERE p.id = {row}.priority_id"
    )


def _everywhere(row: str) -> str:
    """A person in every consultation where they did something."""
    return (
        f"{_INTO} SELECT p.consultation_id, 'person', {row}.account_id FROM priority p WHERE p.author_id = {row}.account_id "
        f"UNION SELECT p.consultation_id, 'person', {row}.account_id FROM priority_support s "
        f"JOIN priority p ON p.id = s.priority_id WHERE s.account_id = {row}.account_id"
    )


def _theme(row: str) -> str:
    return f"{_INTO} SELECT p.consultation_id, 'need', p.id FROM priority p WHERE p.id = {row}.priority_id"


_SHOWN_OTHERWISE = " AND (NEW.state <> OLD.state OR NEW.group_id <> OLD.group_id)"
TRIGGERS = (
    Noted("priority", "AFTER", "INSERT", (_need("NEW"), _author("NEW"))),
    Noted(
        "priority",
        "AFTER",
        "UPDATE",
        (_need("NEW"), _author("NEW"), _author("OLD"), _supporters("NEW", _SHOWN_OTHERWISE)),
    ),
    # Before: afterwards nobody knows any more who supported it.
    Noted("priority", "BEFORE", "DELETE", (_need("OLD"), _author("OLD"), _supporters("OLD"))),
    Noted("priority_support", "AFTER", "INSERT", (_supporter("NEW"),)),
    Noted("priority_support", "AFTER", "UPDATE", (_supporter("NEW"), _supporter("OLD"))),
    Noted("priority_support", "AFTER", "DELETE", (_supporter("OLD"),)),
    Noted("resident_profile", "AFTER", "INSERT", (_everywhere("NEW"),)),
    Noted("resident_profile", "AFTER", "UPDATE OF age_band, sex", (_everywhere("NEW"),)),
    Noted("resident_profile", "AFTER", "DELETE", (_everywhere("OLD"),)),
    Noted("theme_assignment", "AFTER", "INSERT", (_theme("NEW"),)),
    Noted("theme_assignment", "AFTER", "UPDATE", (_theme("NEW"), _theme("OLD"))),
    Noted("theme_assignment", "AFTER", "DELETE", (_theme("OLD"),)),
)


def statements(dialect: str) -> Iterator[str]:
    """What sets all triggers."""
    for trigger in TRIGGERS:
        body = "".join(f"{statement}; " for statement in trigger.statements)
        if dialect == "postgresql":
            row = "OLD" if trigger.when == "BEFORE" else "NULL"
            yield (
                f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {body}RETURN {row}; END $$"
            )
            yield (
                f"CREATE TRIGGER {trigger.name} {trigger.when} {trigger.act} ON {trigger.table} "
                f"FOR EACH ROW EXECUTE FUNCTION {trigger.name}()"
            )
        else:
            yield f"CREATE TRIGGER {trigger.name} {trigger.when} {trigger.act} ON {trigger.table} BEGIN {body}END"


@Operations.register_operation("note_rollup_changes")
class NoteRollupChanges(MigrateOperation):
    """Set the triggers that note changes for the live picture."""

    @classmethod
    def note_rollup_changes(cls, operations: Operations) -> None:
        """What a migration calls."""
        operations.invoke(cls())


@Operations.implementation_for(NoteRollupChanges)
def _set(operations: Operations, _operation: NoteRollupChanges) -> None:
    for statement in statements(operations.get_bind().dialect.name):
        operations.execute(statement)


@renderers.dispatch_for(NoteRollupChanges)
def _render(_context: AutogenContext, _operation: NoteRollupChanges) -> str:
    return "op.note_rollup_changes()"


def with_notes(upgrade: UpgradeOps) -> None:
    """After the tables of a migration that makes `rollup_change`, set the triggers."""
    made = {operation.table_name for operation in upgrade.ops if isinstance(operation, CreateTableOp)}
    if "rollup_change" in made:
        upgrade.ops = [*upgrade.ops, NoteRollupChanges()]
