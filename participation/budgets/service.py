"""Services and figures of a council: load them from its folder, or import one file. Runs in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from participation.budgets.kinds import KINDS
from participation.budgets.ministry import is_ministry_layout, tidied
from participation.budgets.models import FinanceDataset, ServiceGroup
from participation.budgets.refusals import ColumnsUnknown, likely_kind, names_in
from participation.budgets.storing import Difference, apply, compare, dataset_for
from participation.budgets.taxonomy import providers, service_groups
from participation.budgets.wanted import Kind, read_files
from participation.councils.facts import CouncilFacts
from participation.councils.models import Council
from participation.councils.tables import Table, table_of, tables_of
from participation.errors import ImportRefused
from participation.extensions import db

UNKNOWN_SOURCE = "Figures given by the council"
UNKNOWN_LICENCE = "Licence not stated"


def load(*, council: Council, facts: CouncilFacts, folder: Path, actor_id: int | None = None) -> list[str]:
    """Store the services and figures of a council's folder; returns notes on what is missing or could not be checked.

    Raises ImportRefused naming file and row; the caller's transaction then keeps nothing of it.
    """
    groups = _groups(council, facts)
    read = {kind: read_files(kind, folder, groups) for kind in KINDS}
    for kind, files in read.items():
        if not files.tables:
            continue
        datasets = {
            table.file: dataset_for(
                council=council,
                kind=kind,
                table=table,
                source=facts.sources.get(kind.name, UNKNOWN_SOURCE),
                licence=facts.sources.get("licence", UNKNOWN_LICENCE),
                actor_id=actor_id,
            )
            for table in files.tables
        }
        apply(council, kind, compare(council, kind, files.wanted, list(files.tables)), datasets)
    return [note for files in read.values() for note in files.notes]


def _groups(council: Council, facts: CouncilFacts) -> dict[str, ServiceGroup]:
    """Update or add the services of this tier; code -> service. Their ids stay: needs and options point at them."""
    usual = providers(facts.tier)
    unknown = set(facts.providers) - {group.code for group in service_groups()}
    if unknown:
        raise ImportRefused(file="council.toml", problem=f"providers: no service group is called {', '.join(unknown)}")
    known = _stored_groups(council)
    for position, group in enumerate(service_groups(), start=1):
        stored = known.setdefault(group.code, ServiceGroup(council_id=council.id, code=group.code))
        stored.position = position
        for name in ("official_name", "plain_name", "what_it_covers", "duty", "caution", "budget_section"):
            setattr(stored, name, getattr(group, name))
        stored.provided = group.provided[facts.tier]
        stored.provider = facts.providers.get(group.code, usual.get(group.code))
        db.session.add(stored)
    db.session.flush()
    return known


def _stored_groups(council: Council) -> dict[str, ServiceGroup]:
    query = select(ServiceGroup).where(ServiceGroup.council_id == council.id)
    return {group.code: group for group in db.session.scalars(query)}


@dataclass(frozen=True, slots=True)
class Examined:
    """A file of figures, read, checked and compared with what is stored. Nothing has been written yet."""

    council: Council
    kind: Kind
    table: Table
    difference: Difference
    notes: tuple[str, ...]

    @property
    def years(self) -> list[str]:
        """The financial years the file speaks about; none for a register."""
        return sorted(
            {one.year for one in self.difference.new if one.year}
            | {one.year for one, _ in self.difference.kept if one.year}
            | {year for row in self.difference.gone if (year := getattr(row, "financial_year", ""))}
        )

    @property
    def unchanged(self) -> int:
        """Rows that say what is stored already."""
        other = {change.wanted.key for change in self.difference.changes} | {
            one.key for one in self.difference.reworded
        }
        return len(self.difference.kept) - len(other)


def examine(*, council: Council, file_name: str, data: bytes, columns: Mapping[str, str] | None = None) -> Examined:
    """Read a file in the ministry's layout or in ours and say what importing it would change; writes nothing.

    `columns` maps a council's own column names to ours. Raises ImportRefused naming the row, or the cell of a ministry sheet,
    and ColumnsUnknown where somebody must say which column is which.
    """
    if is_ministry_layout(file_name, data):
        tables = [tidied(file_name, data, council.gss_code)]
    elif columns is not None:
        tables = [table_of(file_name, data, renamed=columns)]
    else:
        # A workbook may have a cover and notes before its table.
        tables = tables_of(file_name, data)
    table, kind = next(((one, found) for one in tables if (found := _kind_of(one))), (tables[0], None))
    if kind is None and columns is None:
        table, kind = _under_usual_names(file_name, data, tables)
    if kind is None:
        raise ColumnsUnknown(table)
    groups = _stored_groups(council)
    if not groups:
        raise ImportRefused(file=file_name, problem="load the council first: it has no services yet")
    wanted, notes = kind.read(table, groups)
    return Examined(council, kind, table, compare(council, kind, wanted, [table]), tuple(notes))


def _kind_of(table: Table) -> Kind | None:
    return next((kind for kind in KINDS if set(kind.columns) <= set(table.columns)), None)


def _under_usual_names(file_name: str, data: bytes, tables: Sequence[Table]) -> tuple[Table, Kind | None]:
    """A table as a kind that knows its columns under other names, such as a register; else the one most like any kind."""
    for table in tables:
        for kind in KINDS:
            names = kind.names(table.columns) if kind.names is not None else {}
            if set(kind.columns) <= set(names.values()):
                return table_of(file_name, data, renamed=names), kind
    return max(tables, key=lambda one: (len(names_in(likely_kind(one), one)), len(one.columns))), None


def store(
    *, examined: Examined, source: str = "", licence: str = "", actor_id: int | None = None, role: str = "system"
) -> None:
    """Store an examined file: a new dataset, exactly the changed rows, and a correction for each figure that was published.

    Without a `source` the file's own words are used, then those of the last file of the same kind.
    """
    council, kind, table = examined.council, examined.kind, examined.table
    query = select(FinanceDataset).where(FinanceDataset.council_id == council.id, FinanceDataset.kind == kind.name)
    last = db.session.scalars(query.order_by(FinanceDataset.id.desc()).limit(1)).first()
    dataset = dataset_for(
        council=council,
        kind=kind,
        table=table,
        source=source or table.source or (last.source if last else UNKNOWN_SOURCE),
        licence=licence or (last.licence if last else UNKNOWN_LICENCE),
        actor_id=actor_id,
        role=role,
    )
    apply(council, kind, examined.difference, {table.file: dataset})
