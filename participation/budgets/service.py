"""Load a council's services and figures, anew or over an earlier load. Runs in the caller's transaction.

Loading a changed file again touches exactly the rows that changed: an unchanged figure keeps the dataset it came with, so that
each figure can name its own source and date.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.budgets.models import FinanceDataset, ServiceGroup
from participation.budgets.taxonomy import providers, service_groups
from participation.budgets.wanted import KINDS, Files, Kind, Wanted, read_files
from participation.councils.facts import CouncilFacts
from participation.councils.models import Council
from participation.councils.tables import Table
from participation.errors import ImportRefused
from participation.extensions import db


def load(*, council: Council, facts: CouncilFacts, folder: Path, actor_id: int | None = None) -> list[str]:
    """Store the services and figures of a council's folder; returns notes on what is missing or could not be checked.

    Raises ImportRefused naming file and row; the caller's transaction then keeps nothing of it.
    """
    groups = _groups(council, facts)
    read = {kind: read_files(kind, folder, groups) for kind in KINDS}
    for kind, files in read.items():
        if files.tables:
            _store(council, facts, kind, files, actor_id)
    db.session.flush()
    return [note for files in read.values() for note in files.notes]


def _groups(council: Council, facts: CouncilFacts) -> dict[str, ServiceGroup]:
    """Update or add the services of this tier; code -> service. Their ids stay: needs and options point at them."""
    usual = providers(facts.tier)
    unknown = set(facts.providers) - {group.code for group in service_groups()}
    if unknown:
        raise ImportRefused(file="council.toml", problem=f"providers: no service group is called {', '.join(unknown)}")
    query = select(ServiceGroup).where(ServiceGroup.council_id == council.id)
    known = {group.code: group for group in db.session.scalars(query)}
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


def _store(council: Council, facts: CouncilFacts, kind: Kind, files: Files, actor_id: int | None) -> None:
    datasets = {table.file: _dataset(council, facts, kind, table, actor_id) for table in files.tables}
    existing = _existing(council, kind)
    for one in files.wanted:
        _store_row(council, kind, one, existing.pop(one.key, None), datasets[one.row.file].id)
    for row in existing.values():
        db.session.delete(row)


def _existing(council: Council, kind: Kind) -> dict[tuple[Any, ...], Any]:
    query = (
        select(kind.model)
        .join(FinanceDataset, FinanceDataset.id == kind.model.dataset_id)
        .where(FinanceDataset.council_id == council.id)
    )
    return {tuple(getattr(row, name) for name in kind.key): row for row in db.session.scalars(query)}


def _store_row(council: Council, kind: Kind, wanted: Wanted, row: Any, dataset_id: int) -> None:
    """Write what differs. `dataset_id` follows the figures, not the place: a moved line is not a corrected one."""
    if row is None:
        row = kind.model(**dict(zip(kind.key, wanted.key, strict=True)))
        db.session.add(row)
        if kind.name == "budget":
            row.council_id = council.id
    if wanted.position is not None:
        row.position = wanted.position
    if any(getattr(row, name) != value for name, value in wanted.values.items()) or row.dataset_id is None:
        _set(row, {**wanted.values, "dataset_id": dataset_id})


def _set(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _dataset(council: Council, facts: CouncilFacts, kind: Kind, table: Table, actor_id: int | None) -> FinanceDataset:
    """The dataset of this very file if it was imported before, otherwise a new one."""
    query = select(FinanceDataset).where(
        FinanceDataset.council_id == council.id,
        FinanceDataset.kind == kind.name,
        FinanceDataset.sha256 == table.sha256,
    )
    dataset = db.session.scalars(query.order_by(FinanceDataset.id.desc()).limit(1)).first()
    new = dataset is None
    if dataset is None:
        dataset = FinanceDataset(
            council_id=council.id,
            kind=kind.name,
            file_name=table.file[:200],
            sha256=table.sha256,
            imported_at=clock.now(),
        )
        db.session.add(dataset)
    dataset.source = facts.sources.get(kind.name, "Figures given by the council")
    dataset.licence = facts.sources.get("licence", "Licence not stated")
    db.session.flush()
    if new:
        record(
            council_id=council.id,
            tag=Tag.BUDGET_IMPORTED,
            subject=f"dataset:{dataset.id}",
            actor_id=actor_id,
            facts={"kind": kind.name, "rows": len(table.rows), "sha256": table.sha256},
        )
    return dataset
