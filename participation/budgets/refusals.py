"""Refusals of the budgets room."""

from __future__ import annotations

from participation.budgets.kinds import KINDS
from participation.budgets.wanted import Kind
from participation.councils.tables import Table
from participation.errors import ImportRefused


class ColumnsUnknown(ImportRefused):
    """The columns of a file are not those of any kind. `table` is the file, so that a person can say which is which."""

    def __init__(self, table: Table) -> None:
        kind = likely_kind(table)
        known = names_in(kind, table)
        missing = [column for column in kind.columns if column not in known.values()]
        found = ", ".join(filter(None, table.columns))
        if known:
            problem = f"has no column {', '.join(missing)}. It has {found}"
        else:
            needed = "; or ".join(", ".join(kind.columns) for kind in KINDS)
            problem = f"has the columns {found}. A file of figures needs {needed}"
        super().__init__(file=f"{table.file}, row {table.header}", problem=problem)
        self.table = table


def likely_kind(table: Table) -> Kind:
    """The kind of file that has most of its columns in this one."""
    return max(KINDS, key=lambda kind: len(set(kind.columns) & set(names_in(kind, table).values())))


def names_in(kind: Kind, table: Table) -> dict[str, str]:
    """The file's own name -> ours, of the columns of this kind that can be told by their names."""
    ours = {*kind.columns, *kind.optional}
    usual = kind.names(table.columns) if kind.names else {}
    found = {column: usual.get(column, column) for column in table.columns}
    return {column: name for column, name in found.items() if name in ours}
