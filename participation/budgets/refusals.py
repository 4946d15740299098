"""Refusals of the budgets room."""

from __future__ import annotations

from participation.budgets.kinds import KINDS
from participation.councils.tables import Table
from participation.errors import ImportRefused


class ColumnsUnknown(ImportRefused):
    """The columns of a file are not those of any kind. `table` is the file, so that a person can say which is which."""

    def __init__(self, table: Table) -> None:
        needed = "; or ".join(", ".join(kind.columns) for kind in KINDS)
        super().__init__(
            file=table.file, problem=f"has the columns {', '.join(table.columns)}. A file of figures needs {needed}"
        )
        self.table = table
