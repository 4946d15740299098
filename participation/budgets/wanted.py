"""What the figure files of a council's folder ask for: rows in the shape of the tables, read and checked before any is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from participation.budgets.figures import (
    DETAIL_COLUMNS,
    MEASURES,
    MONEY_COLUMNS,
    OUTTURN_COLUMNS,
    PARTS,
    read_detail,
    read_outturn,
    same_name,
)
from participation.budgets.models import (
    BudgetLine,
    Contract,
    CouncilTax,
    EarlierNet,
    Outturn,
    PeopleCount,
    ServiceDetail,
    ServiceGroup,
)
from participation.budgets.plans import COLUMNS, read_budget
from participation.councils.tables import Row, Table, bytes_of, check_columns, table_of

# What every file of spending must have.
SUMS = tuple(column for column in MONEY_COLUMNS.values() if column not in PARTS)
Groups = Mapping[str, ServiceGroup]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One row that a file asks for: its key, its figures in pence, and what else it says (titles, its place in the form).

    `label` names it to a reader, `group_id` is the service it belongs to.
    """

    key: tuple[Any, ...]
    figures: dict[str, int | None]
    words: dict[str, Any]
    row: Row
    label: str
    year: str
    group_id: int | None


Stored = (
    type[Outturn]
    | type[BudgetLine]
    | type[ServiceDetail]
    | type[Contract]
    | type[CouncilTax]
    | type[EarlierNet]
    | type[PeopleCount]
)
# A file's own column names -> ours, for those that are known under another name.
Names = Callable[[Sequence[str]], dict[str, str]]
Reader = Callable[[Table, Groups], tuple[list[Wanted], list[str]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: which files, with which columns, into which table by which key, and what the pages lack without it.

    `by_year`: a file replaces the years it speaks about. Otherwise it is the whole register and replaces the one before.
    `without` is empty where a folder need not have the file. `names` knows other names of its columns, `optional` are those
    it may leave out.
    """

    name: str
    pattern: str
    columns: tuple[str, ...]
    model: Stored
    key: tuple[str, ...]
    read: Reader
    without: str
    by_year: bool = True
    names: Names | None = None
    optional: tuple[str, ...] = ()


@dataclass
class Files:
    """All files of one kind, read."""

    tables: list[Table] = field(default_factory=list)
    wanted: list[Wanted] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_files(kind: Kind, folder: Path, groups: Groups) -> Files:
    """Read every file of a kind; one figure may stand in one file only. Raises ImportRefused."""
    files = Files()
    seen: dict[tuple[Any, ...], Row] = {}
    for path in sorted(folder.glob(kind.pattern)):
        table = _known(kind, path.name, bytes_of(path))
        check_columns(table, kind.columns)
        wanted, notes = kind.read(table, groups)
        for one in wanted:
            if one.key in seen:
                first = seen[one.key]
                raise one.row.refuse(f"the same figure is in {first.file}, row {first.number}")
            seen[one.key] = one.row
        files.tables.append(table)
        files.wanted.extend(wanted)
        files.notes.extend(notes)
    if not files.tables and kind.without:
        files.notes.append(kind.without)
    return files


def _known(kind: Kind, file: str, data: bytes) -> Table:
    """The table with the names of our columns where the kind knows the file's own."""
    table = table_of(file, data)
    return table_of(file, data, renamed=kind.names(table.columns)) if kind.names else table


def _outturn(table: Table, groups: Groups) -> tuple[list[Wanted], list[str]]:
    rows, notes = read_outturn(table)
    wanted = []
    for one in rows:
        group = groups[one.name]
        if group.provided == "no" and one.pence["gross"]:
            notes.append(
                f"{table.file}, row {one.row.number}: spending on {group.plain_name}, which is not this council's."
            )
        figures = {f"{measure}_pence": one.pence[measure] for measure in MEASURES}
        wanted.append(Wanted((group.id, one.year), figures, {}, one.row, group.plain_name, one.year, group.id))
    return wanted, notes


def _budget(table: Table, groups: Groups) -> tuple[list[Wanted], list[str]]:
    lines, notes = read_budget(table)
    wanted = []
    for position, line in enumerate(lines, start=1):
        group_id = groups[line.group].id if line.group else None
        words = {
            "group_id": group_id,
            "section": line.section,
            "title": line.title,
            "row_type": line.kind,
            "position": position,
        }
        figures = {"net_pence": line.net_pence}
        wanted.append(Wanted((line.year, line.asset_id), figures, words, line.row, line.title, line.year, group_id))
    return wanted, notes


def _detail(table: Table, groups: Groups) -> tuple[list[Wanted], list[str]]:
    lines, notes = read_detail(table)
    names = {
        same_name(name): group
        for group in groups.values()
        for name in (group.official_name, group.plain_name, group.budget_section)
    }
    wanted = []
    for position, line in enumerate(lines, start=1):
        one, group = line.spending, names.get(same_name(line.section))
        if group is None:
            raise one.row.refuse(f"the section {line.section!r} is not in the list of services")
        figures = {f"{measure}_pence": one.pence[measure] for measure in ("gross", "income", "net")}
        words = {"title": one.name, "row_type": line.kind}
        wanted.append(Wanted((group.id, one.year, position), figures, words, one.row, one.name, one.year, group.id))
    return wanted, notes


FIGURES = (
    Kind(
        name="outturn",
        pattern="service_outturn_by_group*.csv",
        columns=(*OUTTURN_COLUMNS, *SUMS),
        optional=PARTS,
        model=Outturn,
        key=("group_id", "financial_year"),
        read=_outturn,
        without="There is no service_outturn_by_group*.csv: the pages about what services cost have no figures.",
    ),
    Kind(
        name="budget",
        pattern="budget_by_line*.csv",
        columns=COLUMNS,
        model=BudgetLine,
        key=("financial_year", "asset_id"),
        read=_budget,
        without="There is no budget_by_line*.csv: no plan is shown beside what was spent.",
    ),
    Kind(
        name="detail",
        pattern="*_detail_*.csv",
        columns=(*DETAIL_COLUMNS, *SUMS),
        optional=PARTS,
        model=ServiceDetail,
        key=("group_id", "financial_year", "position"),
        read=_detail,
        without="There is no *_detail_*.csv: no lines below the services are shown.",
    ),
)
