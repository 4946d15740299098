"""Store the figures that files ask for: compare with what is there, then touch exactly what differs.

A year that a file speaks about is replaced by it; other years stay. An unchanged figure keeps the dataset it came with, so that
each figure can name its own source and date, and a changed one leaves a correction behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.budgets.figures import financial_year
from participation.budgets.models import FigureCorrection, FinanceDataset
from participation.budgets.wanted import Kind, Wanted
from participation.councils.models import Council
from participation.councils.tables import Table
from participation.extensions import db


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that differs from what is stored."""

    wanted: Wanted
    measure: str
    before_pence: int | None
    after_pence: int | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What storing would do. `kept` pairs each wanted row with the stored row it meets.

    `reworded` are entries of a register, which have no figures, that say something else: another end of a contract.
    """

    new: tuple[Wanted, ...]
    kept: tuple[tuple[Wanted, Any], ...]
    changes: tuple[Change, ...]
    gone: tuple[Any, ...]
    reworded: tuple[Wanted, ...]


def compare(council: Council, kind: Kind, wanted: Sequence[Wanted], tables: Sequence[Table]) -> Difference:
    """Compare wanted rows with the stored ones of the years that the tables speak of, or of the whole register; reads only.

    A year of which nothing is published any more has no wanted row, and its figures go.
    """
    model: Any = kind.model
    query = (
        select(model)
        .join(FinanceDataset, FinanceDataset.id == model.dataset_id)
        .where(FinanceDataset.council_id == council.id)
    )
    if kind.by_year:
        said = {financial_year(row) for table in tables if "financial_year" in table.columns for row in table.rows}
        query = query.where(model.financial_year.in_({one.year for one in wanted} | said))
    stored = {tuple(getattr(row, name) for name in kind.key): row for row in db.session.scalars(query)}
    kept = tuple((one, stored[one.key]) for one in wanted if one.key in stored)
    asked = {one.key for one in wanted}
    return Difference(
        new=tuple(one for one in wanted if one.key not in stored),
        kept=kept,
        changes=tuple(change for one, row in kept for change in _changes(one, row)),
        gone=tuple(row for key, row in stored.items() if key not in asked),
        reworded=tuple(one for one, row in kept if not one.figures and _says_more(one, row)),
    )


def _says_more(wanted: Wanted, row: Any) -> bool:
    return any(getattr(row, name) != value for name, value in wanted.words.items())


def _changes(wanted: Wanted, row: Any) -> list[Change]:
    return [
        Change(wanted, name.removesuffix("_pence"), getattr(row, name), value)
        for name, value in wanted.figures.items()
        if getattr(row, name) != value
    ]


def apply(council: Council, kind: Kind, difference: Difference, datasets: Mapping[str, FinanceDataset]) -> None:
    """Write a difference. `datasets` is file name -> dataset; a file's name is what its rows start with."""
    for one in difference.new:
        row: Any = kind.model(**dict(zip(kind.key, one.key, strict=True)), **one.figures, **one.words)
        row.dataset_id = _dataset_of(one, datasets).id
        if hasattr(kind.model, "council_id"):
            row.council_id = council.id
        db.session.add(row)
    changed = {change.wanted.key for change in difference.changes} | {one.key for one in difference.reworded}
    for one, row in difference.kept:
        _set(row, one.words)
        if one.key in changed:
            _set(row, {**one.figures, "dataset_id": _dataset_of(one, datasets).id})
    db.session.add_all(_correction(council, change, datasets) for change in difference.changes)
    for row in difference.gone:
        db.session.delete(row)
    db.session.flush()


def _dataset_of(wanted: Wanted, datasets: Mapping[str, FinanceDataset]) -> FinanceDataset:
    """Rows of a ministry sheet carry their column after the file's name."""
    return datasets[wanted.row.file.split(", column ")[0]]


def _set(row: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _correction(council: Council, change: Change, datasets: Mapping[str, FinanceDataset]) -> FigureCorrection:
    return FigureCorrection(
        council_id=council.id,
        dataset_id=_dataset_of(change.wanted, datasets).id,
        group_id=change.wanted.group_id,
        financial_year=change.wanted.year,
        label=change.wanted.label,
        measure=change.measure,
        before_pence=change.before_pence,
        after_pence=change.after_pence,
        corrected_at=clock.now(),
    )


def dataset_for(
    *, council: Council, kind: Kind, table: Table, source: str, licence: str, actor_id: int | None, role: str = "system"
) -> FinanceDataset:
    """The dataset of this very file if it was imported before, otherwise a new one, recorded in the audit."""
    query = select(FinanceDataset).where(
        FinanceDataset.council_id == council.id,
        FinanceDataset.kind == kind.name,
        FinanceDataset.sha256 == table.sha256,
    )
    dataset = db.session.scalars(query.order_by(FinanceDataset.id.desc()).limit(1)).first()
    if dataset is not None:
        dataset.source, dataset.licence = source, licence
        return dataset
    dataset = FinanceDataset(
        council_id=council.id,
        kind=kind.name,
        file_name=table.file[:200],
        sha256=table.sha256,
        source=source,
        licence=licence,
        imported_at=clock.now(),
    )
    db.session.add(dataset)
    db.session.flush()
    record(
        council_id=council.id,
        tag=Tag.BUDGET_IMPORTED,
        subject=f"dataset:{dataset.id}",
        actor_id=actor_id,
        role=role,
        facts={"kind": kind.name, "rows": len(table.rows), "sha256": table.sha256},
    )
    return dataset
