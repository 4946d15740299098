"""The one refusal of the Pabulib room: what is wrong, in which file, on which line, in which field."""

from __future__ import annotations

from participation.errors import InvalidInput


class PabulibError(InvalidInput):
    """A Pabulib file that cannot be trusted: nothing of it is counted or imported.

    `file` is the file's name without its folder, `line` counts from 1 (None where the whole file is meant) and
    `field` is the column or META key (None where the whole line is meant).
    """

    title = "This election file cannot be read"

    def __init__(self, problem: str, *, file: str, line: int | None = None, field: str | None = None) -> None:
        self.file = file
        self.line = line
        self.field = field
        self.problem = problem
        place = [] if line is None else [f"line {line}"]
        place += [] if field is None else [f"field {field}"]
        where = f"{file}: {', '.join(place)}: " if place else f"{file}: "
        super().__init__(where + problem, file=file, line=line, field=field, problem=problem)
