"""META and PROJECTS of a file: the three sections in their order, and the typed facts in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from participation.counting.pabulib.lines import Lines
from participation.counting.pabulib.numbers import common_scale, in_units, read_number, read_whole
from participation.counting.pabulib.refusals import PabulibError
from participation.counting.pabulib.rows import SECTIONS, Row, read_row

VOTE_TYPES = ("approval", "choose-1", "ordinal", "cumulative", "scoring")
WITH_POINTS = frozenset({"cumulative", "scoring"})
OBLIGATORY = (
    "description",
    "country",
    "unit",
    "instance",
    "num_projects",
    "num_votes",
    "rule",
    "date_begin",
    "date_end",
)
MOST_ROWS = 100_000  # of META or PROJECTS; the largest public file has 220 projects
MOST_UNITS = 1 << 60  # money beyond this is a damaged number, and would not fit the arrays of the fast paths


@dataclass(frozen=True)
class Section:
    """One section: the row that opens it, its header, its rows (none are kept of VOTES)."""

    marker: Row
    header: Row
    rows: tuple[Row, ...] = ()

    @cached_property
    def columns(self) -> Mapping[str, int]:
        """Position of every column by its name in lower case."""
        return {name.strip().lower(): place for place, name in enumerate(self.header.cells)}

    def cell(self, row: Row, column: str) -> str:
        """A cell without surrounding blanks; empty where the file has no such column."""
        place = self.columns.get(column)
        return "" if place is None or place >= len(row.cells) else row.cells[place].strip()


@dataclass(frozen=True, slots=True)
class Project:
    """One row of PROJECTS. `cost` is in units of the file's scale; `votes`, `score` and `selected` only if stated."""

    code: str
    cost: int
    title: str
    line: int
    votes: int | None
    score: int | None
    selected: int | None


@dataclass(frozen=True)
class Head:
    """Everything before the first ballot."""

    name: str
    meta: Section
    projects: Section
    votes: Section
    entries: Mapping[str, Row]  # META by key
    project_list: tuple[Project, ...]
    vote_type: str
    budget: int
    scale: int
    warnings: tuple[str, ...]

    def value(self, key: str) -> str:
        """A META value without surrounding blanks; empty where the key is missing."""
        return _value(self.entries, key)


def read_head(lines: Lines) -> Head:
    """Read up to the header of VOTES. Raises PabulibError naming line and field of the first thing that is wrong."""
    opening = read_row(lines)
    meta, opening = _section(lines, opening, "META")
    projects, opening = _section(lines, opening, "PROJECTS")
    votes, _ = _section(lines, opening, "VOTES")
    entries = _entries(lines, meta)
    vote_type = _vote_type(lines, entries)
    if vote_type in WITH_POINTS and "points" not in votes.columns:
        raise lines.refuse(f"{vote_type} ballots need this column", line=votes.header.line, field="points")
    budget = _amount(lines, entries, "budget")
    amounts = [_cost(lines, projects, row) for row in projects.rows]
    scale = common_scale([budget, *amounts])
    _check_size(lines, [(entries["budget"].line, "budget", budget)], scale)
    _check_size(lines, [(row.line, "cost", cost) for row, cost in zip(projects.rows, amounts, strict=True)], scale)
    costs = [in_units(amount, scale) for amount in amounts]
    _check_codes(lines, projects)
    _check_number(lines, entries, "num_projects", len(projects.rows))
    return Head(
        name=lines.name,
        meta=meta,
        projects=projects,
        votes=votes,
        entries=entries,
        project_list=tuple(
            _project(lines, projects, row, cost) for row, cost in zip(projects.rows, costs, strict=True)
        ),
        vote_type=vote_type,
        budget=in_units(budget, scale),
        scale=scale,
        warnings=_warnings(meta, projects, entries),
    )


def _section(lines: Lines, opening: Row | None, name: str) -> tuple[Section, Row | None]:
    """The section `name` that `opening` must open, and the marker of the next one."""
    if opening is None:
        raise lines.refuse(f"the file ends before the section {name}: it is cut off")
    if opening.section != name:
        raise lines.refuse(f"the section {name} should begin here", line=opening.line)
    header = read_row(lines)
    if header is None or header.section:
        raise lines.refuse(f"the section {name} has no header: the file is cut off")
    section = Section(marker=opening, header=header)
    _check_header(lines, section, name)
    if name == SECTIONS[-1]:
        return section, None
    rows: list[Row] = []
    while (row := read_row(lines)) is not None and not row.section:
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise lines.refuse(f"the section {name} has more than {MOST_ROWS} rows")
    return replace(section, rows=tuple(rows)), row


_NEEDED = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}


def _check_header(lines: Lines, section: Section, name: str) -> None:
    cells = [cell.strip().lower() for cell in section.header.cells]
    for needed in _NEEDED[name]:
        if needed not in cells:
            raise lines.refuse(f"the header of {name} has no such column", line=section.header.line, field=needed)
    for cell in cells:
        if cell and cells.count(cell) > 1:
            raise lines.refuse(f"the header of {name} has this column twice", line=section.header.line, field=cell)


def _entries(lines: Lines, meta: Section) -> dict[str, Row]:
    entries: dict[str, Row] = {}
    for row in meta.rows:
        key = row.cells[0].strip()
        if len(row.cells) < 2:
            raise lines.refuse("the line has no value", line=row.line, field=key)
        if key in entries:
            raise lines.refuse("META has this key twice", line=row.line, field=key)
        entries[key] = row
    return entries


def _value(entries: Mapping[str, Row], key: str) -> str:
    return entries[key].cells[1].strip() if key in entries else ""


def _vote_type(lines: Lines, entries: Mapping[str, Row]) -> str:
    vote_type = _value(entries, "vote_type")
    if vote_type not in VOTE_TYPES:
        line = entries["vote_type"].line if "vote_type" in entries else None
        problem = f"{vote_type!r} is not one of {', '.join(VOTE_TYPES)}" if vote_type else "META does not state it"
        raise PabulibError(problem, file=lines.name, line=line, field="vote_type")
    return vote_type


def _amount(lines: Lines, entries: Mapping[str, Row], key: str) -> Decimal:
    if not _value(entries, key):
        raise PabulibError("META does not state it", file=lines.name, field=key)
    return _money(lines, _value(entries, key), line=entries[key].line, field=key)


def _cost(lines: Lines, projects: Section, row: Row) -> Decimal:
    if len(row.cells) < len(projects.header.cells):
        missing = projects.header.cells[len(row.cells)].strip()
        raise lines.refuse("the line is cut off before this cell", line=row.line, field=missing)
    return _money(lines, projects.cell(row, "cost"), line=row.line, field="cost")


def _money(lines: Lines, text: str, *, line: int, field: str) -> Decimal:
    try:
        amount = read_number(text)
    except ValueError:
        raise lines.refuse(f"{text!r} is not a number", line=line, field=field) from None
    if amount is None:
        raise lines.refuse("there is no amount", line=line, field=field)
    if amount < 0:
        raise lines.refuse(f"{text} is below zero", line=line, field=field)
    return amount


def _check_size(lines: Lines, amounts: list[tuple[int, str, Decimal]], scale: int) -> None:
    for line, field, amount in amounts:
        if in_units(amount, scale) > MOST_UNITS:
            raise lines.refuse(
                f"{amount} is too large, or an amount has too many decimal places", line=line, field=field
            )


def _project(lines: Lines, projects: Section, row: Row, cost: int) -> Project:
    return Project(
        code=projects.cell(row, "project_id"),
        cost=cost,
        title=projects.cell(row, "name"),
        line=row.line,
        votes=_whole(lines, projects, row, "votes"),
        score=_whole(lines, projects, row, "score"),
        selected=_whole(lines, projects, row, "selected"),
    )


def _whole(lines: Lines, section: Section, row: Row, column: str) -> int | None:
    text = section.cell(row, column)
    try:
        return read_whole(text)
    except ValueError:
        raise lines.refuse(f"{text!r} is not a whole number", line=row.line, field=column) from None


def _check_codes(lines: Lines, projects: Section) -> None:
    seen: dict[str, int] = {}
    for row in projects.rows:
        code = projects.cell(row, "project_id")
        if not code or "," in code:
            problem = "the project has no id" if not code else f"the id {code!r} has a comma in it"
            raise lines.refuse(problem, line=row.line, field="project_id")
        if code in seen:
            raise lines.refuse(
                f"the project {code!r} is already on line {seen[code]}", line=row.line, field="project_id"
            )
        seen[code] = row.line


def _check_number(lines: Lines, entries: Mapping[str, Row], key: str, found: int) -> None:
    stated = stated_number(lines, entries, key)
    if stated is not None and stated != found:
        raise lines.refuse(f"META states {stated}, the file has {found}", line=entries[key].line, field=key)


def stated_number(lines: Lines, entries: Mapping[str, Row], key: str) -> int | None:
    """A whole number of META, None where it is not stated. Raises PabulibError where it is not a number."""
    try:
        return read_whole(_value(entries, key))
    except ValueError:
        raise lines.refuse(
            f"{_value(entries, key)!r} is not a whole number", line=entries[key].line, field=key
        ) from None


def _warnings(meta: Section, projects: Section, entries: Mapping[str, Row]) -> tuple[str, ...]:
    missing = [f"META does not state {key}" for key in OBLIGATORY if not _value(entries, key)]
    extra = [
        f"line {row.line}: cells after the last column are not used"
        for section in (meta, projects)
        for row in section.rows
        if any(cell.strip() for cell in row.cells[len(section.header.cells) :])
    ]
    return tuple(missing + extra)
