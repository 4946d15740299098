"""The live picture: what each person and each need adds to it, the sums, and what changed since they were taken.

Nothing here is truth. Triggers of the database (`live.triggers`) note which people and needs changed; a fold works out anew
what these add and corrects the sums by the difference (`live.fold`). Votes have no part in it: no trigger stands on their tables.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from participation.extensions import Model, UTCDateTime

KEY = String(24)
# BIGINT where it counts up for ever; SQLite numbers rows by itself only in an INTEGER column.
SERIAL = BigInteger().with_variant(Integer, "sqlite")


class RollupChange(Model):
    """A person or a need of a consultation that has to be counted again. No foreign keys: what it names may be gone."""

    __tablename__ = "rollup_change"

    id: Mapped[int] = mapped_column(SERIAL, primary_key=True)
    consultation_id: Mapped[int] = mapped_column()
    # "person" (item: account) or "need" (item: priority).
    kind: Mapped[str] = mapped_column(String(6))
    item_id: Mapped[int] = mapped_column()
    # The fold that took it; NULL while it waits.
    batch: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (Index(None, "batch", "id"),)


class RollupPart(Model):
    """What one person or need adds to one sum."""

    __tablename__ = "rollup_part"

    consultation_id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(6), primary_key=True)
    item_id: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(12), primary_key=True)
    # "2026-11-22", in UTC.
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    first: Mapped[str] = mapped_column(KEY, primary_key=True)
    second: Mapped[str] = mapped_column(KEY, primary_key=True)
    third: Mapped[str] = mapped_column(KEY, primary_key=True)
    number: Mapped[int] = mapped_column()

    __table_args__ = ({"sqlite_with_rowid": False},)


class RollupCell(Model):
    """One sum: people, submissions, support or themes of a consultation on a day, by three keys (`live.measures`)."""

    __tablename__ = "rollup_cell"

    consultation_id: Mapped[int] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(String(12), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    first: Mapped[str] = mapped_column(KEY, primary_key=True)
    second: Mapped[str] = mapped_column(KEY, primary_key=True)
    third: Mapped[str] = mapped_column(KEY, primary_key=True)
    number: Mapped[int] = mapped_column()

    __table_args__ = ({"sqlite_with_rowid": False},)


class LiveStep(Model):
    """Who took part by group as the live picture showed it from `made_at` on: kept, because what was seen stays seen."""

    __tablename__ = "live_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # Everybody who had taken part.
    people: Mapped[int] = mapped_column()
    # Canonical JSON of needs.Summary with the status "live".
    body: Mapped[str] = mapped_column(Text)


class SettledCount(Model):
    """How many said what, by ward, age band and sex, when nothing could be said any more and moderators had read everything.

    Whatever happens afterwards to accounts and texts, figures by group are made of these numbers: otherwise somebody who looked
    before and after would see who left. No row leads to a person.
    """

    __tablename__ = "settled_count"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    settled_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # JSON of commissioning.settled.Said.
    body: Mapped[str] = mapped_column(Text)
    # Canonical JSON of a needs.Summary: who took part by group, as the policy shows it.
    shown: Mapped[str] = mapped_column(Text)


class RollupState(Model):
    """One row: which fold was the last, when. Folds wait for each other on it."""

    __tablename__ = "rollup_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column(BigInteger, default=0)
    folded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    checked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Sums that differed from a full count at the last check.
    drift: Mapped[int | None] = mapped_column()

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
