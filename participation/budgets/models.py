"""What services cost: planned lines and actual spending, by year. Money is in whole pence; missing is NULL, never 0."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.extensions import Model, UTCDateTime


class ServiceGroup(Model):
    """One of the 13 groups of the ministry's outturn form, as it applies to one council."""

    __tablename__ = "service_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    # Stable code: edu, trans, csc, ...
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column()
    official_name: Mapped[str] = mapped_column(String(120))
    plain_name: Mapped[str] = mapped_column(String(120))
    what_it_covers: Mapped[str] = mapped_column(Text)
    duty: Mapped[str] = mapped_column(Text)
    caution: Mapped[str] = mapped_column(Text)
    budget_section: Mapped[str] = mapped_column(String(120))
    # "yes", "part" or "no": whether a council of this tier provides the service.
    provided: Mapped[str] = mapped_column(String(4))
    # Who does provide it, where the council does not or only in part: "London Fire Brigade".
    provider: Mapped[str | None] = mapped_column(String(200))

    outturns: Mapped[list[Outturn]] = relationship(order_by="Outturn.financial_year", back_populates="group")

    __table_args__ = (
        UniqueConstraint("council_id", "code"),
        CheckConstraint("provided IN ('yes', 'part', 'no')", name="provided_known"),
    )


class FinanceDataset(Model):
    """One imported file of figures: where it came from, so that each figure can name its source."""

    __tablename__ = "finance_dataset"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    kind: Mapped[str] = mapped_column(String(20))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(Text)
    licence: Mapped[str] = mapped_column(String(200))
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        CheckConstraint(
            "kind IN ('outturn', 'budget', 'detail', 'contracts', 'population', 'council_tax', 'summary')",
            name="kind_known",
        ),
    )


class Outturn(Model):
    """What was actually spent on a service group in a financial year ("2024-25").

    net = gross - income, and so on, but for the rounding of the source: returns in thousands of pounds are rounded cell by
    cell, so that real rows are out by one thousand. The figures are kept as published; more than that is refused.
    """

    __tablename__ = "outturn"

    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id"), primary_key=True)
    financial_year: Mapped[str] = mapped_column(String(7), primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("finance_dataset.id"))
    employees_pence: Mapped[int | None] = mapped_column(BigInteger)
    running_pence: Mapped[int | None] = mapped_column(BigInteger)
    gross_pence: Mapped[int] = mapped_column(BigInteger)
    fees_pence: Mapped[int | None] = mapped_column(BigInteger)
    other_income_pence: Mapped[int | None] = mapped_column(BigInteger)
    income_pence: Mapped[int] = mapped_column(BigInteger)
    net_pence: Mapped[int] = mapped_column(BigInteger)

    group: Mapped[ServiceGroup] = relationship(back_populates="outturns")
    dataset: Mapped[FinanceDataset] = relationship()

    __table_args__ = (
        CheckConstraint("abs(employees_pence + running_pence - gross_pence) <= 100000", name="gross_adds_up"),
        CheckConstraint("abs(fees_pence + other_income_pence - income_pence) <= 100000", name="income_adds_up"),
        CheckConstraint("abs(gross_pence - income_pence - net_pence) <= 100000", name="net_adds_up"),
    )


class BudgetLine(Model):
    """A line of the planned net budget (form RA). `row_type` total adds up other rows: never sum it with lines."""

    __tablename__ = "budget_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    dataset_id: Mapped[int] = mapped_column(ForeignKey("finance_dataset.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("service_group.id"))
    financial_year: Mapped[str] = mapped_column(String(7))
    asset_id: Mapped[str] = mapped_column(String(40))
    position: Mapped[int] = mapped_column()
    section: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(250))
    row_type: Mapped[str] = mapped_column(String(5))
    net_pence: Mapped[int | None] = mapped_column(BigInteger)

    dataset: Mapped[FinanceDataset] = relationship()

    __table_args__ = (
        UniqueConstraint("council_id", "financial_year", "asset_id"),
        CheckConstraint("row_type IN ('line', 'total')", name="row_type_known"),
        Index(None, "group_id", "financial_year"),
    )


class ServiceDetail(Model):
    """A line of actual spending below a group (form RO3). `subcategory` rows are part of the line above them."""

    __tablename__ = "service_detail"

    id: Mapped[int] = mapped_column(primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id"))
    dataset_id: Mapped[int] = mapped_column(ForeignKey("finance_dataset.id"))
    financial_year: Mapped[str] = mapped_column(String(7))
    position: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(250))
    row_type: Mapped[str] = mapped_column(String(12))
    gross_pence: Mapped[int] = mapped_column(BigInteger)
    income_pence: Mapped[int] = mapped_column(BigInteger)
    net_pence: Mapped[int] = mapped_column(BigInteger)

    dataset: Mapped[FinanceDataset] = relationship()

    __table_args__ = (
        UniqueConstraint("group_id", "financial_year", "position"),
        CheckConstraint("row_type IN ('line', 'subcategory', 'total')", name="row_type_known"),
        CheckConstraint("abs(gross_pence - income_pence - net_pence) <= 100000", name="net_adds_up"),
    )


class EarlierNet(Model):
    """The cost after income of a service in a year of which nothing else is published (form RS): for the longer trend only."""

    __tablename__ = "earlier_net"

    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id"), primary_key=True)
    financial_year: Mapped[str] = mapped_column(String(7), primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("finance_dataset.id"))
    net_pence: Mapped[int] = mapped_column(BigInteger)

    dataset: Mapped[FinanceDataset] = relationship()


class CouncilTax(Model):
    """The tax on a home in band D for a year. `area_pence` includes what is collected for police, fire and others."""

    __tablename__ = "council_tax"

    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), primary_key=True)
    financial_year: Mapped[str] = mapped_column(String(7), primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("finance_dataset.id"))
    own_pence: Mapped[int | None] = mapped_column(BigInteger)
    area_pence: Mapped[int] = mapped_column(BigInteger)

    dataset: Mapped[FinanceDataset] = relationship()


class PeopleCount(Model):
    """People and households of a council on a date, as published; NULL where the source does not count them."""

    __tablename__ = "people_count"

    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), primary_key=True)
    counted_on: Mapped[date] = mapped_column(Date, primary_key=True)
    dataset_id: Mapped[int] = mapped_column(ForeignKey("finance_dataset.id"))
    residents: Mapped[int | None] = mapped_column()
    households: Mapped[int | None] = mapped_column()

    dataset: Mapped[FinanceDataset] = relationship()

    __table_args__ = (
        CheckConstraint("residents > 0", name="residents_positive"),
        CheckConstraint("households > 0", name="households_positive"),
    )


class Contract(Model):
    """An entry of the council's contracts register (Local Government Transparency Code 2015), as published.

    `group_id` is the service it serves, NULL where neither the register nor its CPV code says so.
    """

    __tablename__ = "contract"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    dataset_id: Mapped[int] = mapped_column(ForeignKey("finance_dataset.id"))
    reference: Mapped[str] = mapped_column(String(120))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("service_group.id"), index=True)
    title: Mapped[str] = mapped_column(String(300))
    # Empty while nobody has been chosen.
    supplier: Mapped[str] = mapped_column(String(400))
    # A code of taxonomy/delivery_models.csv; NULL where the register does not say what kind of body it is.
    delivery_model: Mapped[str | None] = mapped_column(String(30))
    small_business: Mapped[bool | None] = mapped_column()
    starts_on: Mapped[date | None] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    review_on: Mapped[date | None] = mapped_column(Date)
    # Over its whole life.
    value_pence: Mapped[int | None] = mapped_column(BigInteger)

    dataset: Mapped[FinanceDataset] = relationship()

    __table_args__ = (
        UniqueConstraint("council_id", "reference"),
        CheckConstraint("ends_on >= starts_on", name="dates_in_order"),
        CheckConstraint("value_pence >= 0", name="value_not_negative"),
    )


class DeliveryStatement(Model):
    """Who delivers a service, in the words of the council's staff: beside what registers and figures say, labelled as theirs."""

    __tablename__ = "delivery_statement"

    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id", ondelete="CASCADE"), primary_key=True)
    # A code of taxonomy/delivery_models.csv: how most of it is delivered.
    delivery_model: Mapped[str] = mapped_column(String(30))
    words: Mapped[str] = mapped_column(String(400))
    # Where staff know it from; shown beside the words.
    source: Mapped[str] = mapped_column(String(300))
    stated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stated_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (CheckConstraint("words <> '' AND source <> ''", name="says_what_and_whence"),)


class FigureCorrection(Model):
    """A published figure that a later file changed: what it was, what it is, and since when. Nothing is replaced in silence."""

    __tablename__ = "figure_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), index=True)
    # The file that brought the new figure.
    dataset_id: Mapped[int] = mapped_column(ForeignKey("finance_dataset.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("service_group.id"))
    financial_year: Mapped[str] = mapped_column(String(7))
    # What the figure is about: the service, or a line of the plan.
    label: Mapped[str] = mapped_column(String(250))
    # gross, income, net, ...: the column without its unit.
    measure: Mapped[str] = mapped_column(String(20))
    before_pence: Mapped[int | None] = mapped_column(BigInteger)
    after_pence: Mapped[int | None] = mapped_column(BigInteger)
    corrected_at: Mapped[datetime] = mapped_column(UTCDateTime)

    dataset: Mapped[FinanceDataset] = relationship()

    __table_args__ = (Index(None, "group_id", "corrected_at"),)
