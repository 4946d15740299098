"""Loaders for services and their figures. Each page takes a fixed number of queries, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from participation.budgets.models import (
    BudgetLine,
    Contract,
    CouncilTax,
    DeliveryStatement,
    EarlierNet,
    FigureCorrection,
    FinanceDataset,
    Outturn,
    PeopleCount,
    ServiceDetail,
    ServiceGroup,
)
from participation.errors import NotFound
from participation.extensions import db


def groups_of(council_id: int) -> list[ServiceGroup]:
    """All service groups of a council, in the order of the form, those of others (police, fire) included."""
    query = select(ServiceGroup).where(ServiceGroup.council_id == council_id)
    return list(db.session.scalars(query.order_by(ServiceGroup.position, ServiceGroup.id)))


def provided_groups(council_id: int) -> list[ServiceGroup]:
    """The services a council of this tier provides, wholly or in part: what residents can be asked about."""
    return [group for group in groups_of(council_id) if group.provided != "no"]


def group_by_code(council_id: int, code: str) -> ServiceGroup:
    """Raises NotFound."""
    query = select(ServiceGroup).where(ServiceGroup.council_id == council_id, ServiceGroup.code == code)
    group = db.session.scalars(query).one_or_none()
    if group is None:
        raise NotFound()
    return group


def statement_of(group_id: int) -> DeliveryStatement | None:
    """What staff say of who delivers a service."""
    return db.session.get(DeliveryStatement, group_id)


def statements_of(council_id: int) -> dict[int, DeliveryStatement]:
    """What staff say of who delivers the services of a council, by service."""
    query = select(DeliveryStatement).join(ServiceGroup).where(ServiceGroup.council_id == council_id)
    return {one.group_id: one for one in db.session.scalars(query)}


def outturns_of_council(council_id: int) -> list[Outturn]:
    """Actual spending of all services and years, each with its dataset: newest year first, services in form order."""
    query = (
        select(Outturn)
        .join(Outturn.group)
        .where(ServiceGroup.council_id == council_id)
        .options(joinedload(Outturn.dataset))
        .order_by(Outturn.financial_year.desc(), ServiceGroup.position, ServiceGroup.id)
    )
    return list(db.session.scalars(query))


def lines_of_group(group_id: int) -> list[BudgetLine]:
    """Planned lines and totals of a service in all years, in form order, each with its dataset."""
    query = select(BudgetLine).where(BudgetLine.group_id == group_id).options(joinedload(BudgetLine.dataset))
    return list(db.session.scalars(query.order_by(BudgetLine.financial_year, BudgetLine.position, BudgetLine.id)))


def details_of_group(group_id: int) -> list[ServiceDetail]:
    """Actual spending below a service, newest year first, in form order, each with its dataset."""
    query = select(ServiceDetail).where(ServiceDetail.group_id == group_id).options(joinedload(ServiceDetail.dataset))
    return list(
        db.session.scalars(
            query.order_by(ServiceDetail.financial_year.desc(), ServiceDetail.position, ServiceDetail.id)
        )
    )


def plans_of_council(council_id: int) -> list[BudgetLine]:
    """Every planned line of a council, oldest year first, in form order."""
    query = select(BudgetLine).where(BudgetLine.council_id == council_id).options(joinedload(BudgetLine.dataset))
    return list(db.session.scalars(query.order_by(BudgetLine.financial_year, BudgetLine.position, BudgetLine.id)))


def newest_plan_of(council_id: int, asset_ids: Iterable[str]) -> list[BudgetLine]:
    """The named lines of the newest plan of a council, each with its dataset."""
    newest = select(func.max(BudgetLine.financial_year)).where(BudgetLine.council_id == council_id).scalar_subquery()
    query = (
        select(BudgetLine)
        .where(
            BudgetLine.council_id == council_id,
            BudgetLine.asset_id.in_(list(asset_ids)),
            BudgetLine.financial_year == newest,
        )
        .options(joinedload(BudgetLine.dataset))
        .order_by(BudgetLine.position, BudgetLine.id)
    )
    return list(db.session.scalars(query))


def corrections_of_group(group_id: int, limit: int = 50) -> list[FigureCorrection]:
    """Figures of a service that a later file changed, newest first; a page shows the newest `limit`."""
    query = select(FigureCorrection).where(FigureCorrection.group_id == group_id)
    newest = query.order_by(FigureCorrection.corrected_at.desc(), FigureCorrection.id.desc()).limit(limit)
    return list(db.session.scalars(newest))


def datasets_of(council_id: int) -> Select[FinanceDataset]:
    """Every file of figures that was imported, newest first; for `web.paging.paged`."""
    query = select(FinanceDataset).where(FinanceDataset.council_id == council_id)
    return query.order_by(FinanceDataset.imported_at.desc(), FinanceDataset.id.desc())


def contracts_of_council(council_id: int) -> list[Contract]:
    """The contracts register, each entry with its dataset, by reference."""
    query = select(Contract).where(Contract.council_id == council_id).options(joinedload(Contract.dataset))
    return list(db.session.scalars(query.order_by(Contract.reference, Contract.id)))


def contracts_of_group(group_id: int) -> list[Contract]:
    """The entries of the register that serve a service, each with its dataset."""
    query = select(Contract).where(Contract.group_id == group_id).options(joinedload(Contract.dataset))
    return list(db.session.scalars(query.order_by(Contract.reference, Contract.id)))


def people_counts_of(council_id: int) -> list[PeopleCount]:
    """Counts of residents and households, oldest first."""
    query = select(PeopleCount).where(PeopleCount.council_id == council_id).options(joinedload(PeopleCount.dataset))
    return list(db.session.scalars(query.order_by(PeopleCount.counted_on)))


def council_tax_of(council_id: int, newest: int) -> list[CouncilTax]:
    """The tax of band D in the newest years, oldest of them first."""
    query = select(CouncilTax).where(CouncilTax.council_id == council_id).options(joinedload(CouncilTax.dataset))
    rows = db.session.scalars(query.order_by(CouncilTax.financial_year.desc()).limit(newest))
    return sorted(rows, key=lambda row: row.financial_year)


def earlier_nets_of(council_id: int) -> list[EarlierNet]:
    """Years of which only the cost after income is published, oldest first, services in form order."""
    query = (
        select(EarlierNet)
        .join(ServiceGroup, ServiceGroup.id == EarlierNet.group_id)
        .where(ServiceGroup.council_id == council_id)
        .options(joinedload(EarlierNet.dataset))
        .order_by(EarlierNet.financial_year, ServiceGroup.position, ServiceGroup.id)
    )
    return list(db.session.scalars(query))
