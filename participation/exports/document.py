"""A document: titled tables and notes, without any idea of a file. Every writer gets the same one.

Cells are plain values: text, whole numbers, whole pence, shares (0.25 = 25%), dates. A number that cannot be given is a
`Missing` with its code, never an empty cell or a zero.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["text", "number", "pence", "share", "date"]
_TYPES: dict[Kind, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "pence": (int,),
    "share": (int, float),
    "date": (date,),
}

# The shorthand of the Analysis Function, with the words a reader needs.
SYMBOLS = {
    "b": "break in the series",
    "c": "hidden, so that nobody can be identified",
    "e": "estimated",
    "f": "forecast",
    "low": "rounds to zero but is not zero",
    "p": "provisional",
    "r": "revised",
    "u": "low reliability: based on few people",
    "w": "none recorded",
    "x": "not available",
    "z": "does not apply",
}


@dataclass(frozen=True)
class Missing:
    """A value that is not given; `code` is one of `SYMBOLS`."""

    code: str

    def __post_init__(self) -> None:
        if self.code not in SYMBOLS:
            raise ValueError(f"unknown symbol {self.code!r}")


Value = str | int | float | date | Missing


@dataclass(frozen=True)
class Column:
    """A column: a machine name (`share_of_people`), a title to read, what it holds, and the notes it refers to."""

    name: str
    title: str
    kind: Kind = "text"
    description: str = ""
    notes: tuple[int, ...] = ()
    # Decimals to show, for shares (of the percentage) and numbers.
    places: int = 0

    @property
    def heading(self) -> str:
        """The title with its note marks, as shorthand readers and screen readers expect: "People [note 1]"."""
        return " ".join([self.title, *(f"[note {number}]" for number in self.notes)])


@dataclass(frozen=True)
class Note:
    """A numbered note, referred to from titles and headings, never from data cells."""

    number: int
    text: str


@dataclass(frozen=True)
class Across:
    """How a long list of (row, group, numbers) is set on paper: one row for each `row`, one column for each `column`.

    `shown` are the columns whose values stand in a cell: the first, and the second in brackets after it.
    """

    key: str
    row: str
    column: str
    shown: tuple[str, str]


@dataclass(frozen=True)
class Table:
    """One table: unique name, title, columns, rows.

    `key` names the columns that tell rows apart, `label` the one that names a row to a reader (by default the key).
    On paper, a table with `short` columns stands near the front with these only, and its first `short_rows` rows (0 = all);
    every table is in the appendix in full, those with `across` as a grid, and of those with `on_paper` only the rows that have
    this value in this column. Other files hold all rows and columns once.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    key: tuple[str, ...]
    label: str = ""
    description: str = ""
    source: str = ""
    notes: tuple[int, ...] = ()
    short: tuple[str, ...] = ()
    short_rows: int = 0
    across: Across | None = None
    on_paper: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"table name {self.name!r} is not snake_case")
        names = [column.name for column in self.columns]
        if not names or len(set(names)) != len(names) or len({c.heading for c in self.columns}) != len(names):
            raise ValueError(f"table {self.name}: columns must be there, with unique names and headings")
        if not all(column.title.strip() for column in self.columns):
            raise ValueError(f"table {self.name}: every column needs a heading")
        if not self.key or not {*self.key, self.label or self.key[0]} <= set(names):
            raise ValueError(f"table {self.name}: key and label must name columns of the table")
        named = (*self.short, *((self.across.key, self.across.row, self.across.column) if self.across else ()))
        named += self.on_paper[:1] if self.on_paper else ()
        if not {*named, *(self.across.shown if self.across else ())} <= set(names):
            raise ValueError(f"table {self.name}: what is set on paper must name columns of the table")
        for number, row in enumerate(self.rows, 1):
            self._check_row(number, row)
        places = [names.index(name) for name in self.key]
        keys = {tuple(row[place] for place in places) for row in self.rows}
        if len(keys) != len(self.rows):
            raise ValueError(f"table {self.name}: two rows have the same key")

    def _check_row(self, number: int, row: tuple[Value, ...]) -> None:
        if len(row) != len(self.columns):
            raise ValueError(f"table {self.name}, row {number}: {len(row)} cells for {len(self.columns)} columns")
        for column, value in zip(self.columns, row, strict=True):
            right = isinstance(value, (*_TYPES[column.kind], Missing)) and not isinstance(value, bool)
            if not right:
                raise ValueError(f"table {self.name}, row {number}, {column.name}: {value!r} is not {column.kind}")

    @property
    def heading(self) -> str:
        return " ".join([self.title, *(f"[note {number}]" for number in self.notes)])

    def text_of(self, row: tuple[Value, ...], names: tuple[str, ...]) -> str:
        """The text of the named columns of a row, joined: what a row is called."""
        return " | ".join(str(value) for column, value in zip(self.columns, row, strict=True) if column.name in names)

    def symbols(self) -> set[str]:
        """The codes of missing values that occur in this table."""
        return {value.code for row in self.rows for value in row if isinstance(value, Missing)}


@dataclass(frozen=True)
class Document:
    """Titled tables with a cover and notes: all a writer needs, and all it may use.

    `facts` are label and value pairs for the cover (council, period, status, contact); `paragraphs` its text, on paper under
    the headings of `sections` where there are any. `made_on`
    is the only date a writer may put into a file, so that equal documents give equal bytes.
    """

    title: str
    made_on: date
    tables: tuple[Table, ...]
    facts: tuple[tuple[str, str], ...] = ()
    paragraphs: tuple[str, ...] = ()
    sections: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notes: tuple[Note, ...] = ()
    publisher: str = ""
    language: str = "en-GB"
    licence: str = ""
    licence_url: str = ""
    # Names the frozen figures (a digest or a record's address).
    version_id: str = ""
    file_stem: str = "document"

    def __post_init__(self) -> None:
        names = [table.name for table in self.tables]
        if len(set(names)) != len(names):
            raise ValueError("two tables have the same name")
        numbers = [note.number for note in self.notes]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError("notes must be numbered 1, 2, 3 in order")
        for reference in self._references():
            if reference not in numbers:
                raise ValueError(f"note {reference} is referred to but not there")

    def _references(self) -> Iterator[int]:
        for table in self.tables:
            yield from table.notes
            for column in table.columns:
                yield from column.notes

    def symbols(self) -> list[tuple[str, str]]:
        """The shorthand used anywhere in the document, with its words, in alphabetical order."""
        used: set[str] = set().union(*(table.symbols() for table in self.tables)) if self.tables else set()
        return [(code, SYMBOLS[code]) for code in sorted(used)]
