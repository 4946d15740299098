"""People with an account: residents, and council staff with their roles. A person is one or the other, never both."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.councils.models import Ward
from participation.extensions import Model, UTCDateTime


class Account(Model):
    """A sign-in of one council. `email_canonical` folds aliases of one mailbox together and is unique in a council."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    kind: Mapped[str] = mapped_column(String(8))
    email: Mapped[str] = mapped_column(String(320))
    email_canonical: Mapped[str] = mapped_column(String(320))
    # What staff colleagues see; residents' names are never asked for.
    name: Mapped[str | None] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    resident: Mapped[ResidentProfile | None] = relationship(back_populates="account")
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="account", order_by="RoleGrant.role")

    __table_args__ = (
        UniqueConstraint("council_id", "email_canonical"),
        CheckConstraint("kind IN ('resident', 'staff')", name="kind_known"),
    )


class ResidentProfile(Model):
    """What the council knows of a resident: the ward, and age band and sex if they chose to say."""

    __tablename__ = "resident_profile"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"), index=True)
    # "SW2": the rest of the postcode is dropped once the ward is set.
    outward_code: Mapped[str] = mapped_column(String(4))
    # Optional answers; NULL = not asked or "prefer not to say".
    age_band: Mapped[str | None] = mapped_column(String(5))
    sex: Mapped[str | None] = mapped_column(String(6))
    # The resident declared to live at the postcode and to be old enough, at this moment.
    declared_at: Mapped[datetime] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship(back_populates="resident")
    ward: Mapped[Ward] = relationship()

    __table_args__ = (
        CheckConstraint("age_band IN ('16-24', '25-34', '35-49', '50-64', '65+')", name="age_band_known"),
        CheckConstraint("sex IN ('Female', 'Male')", name="sex_known"),
    )


class RoleGrant(Model):
    """A role of a staff account. What each role may do is in `accounts.roles`."""

    __tablename__ = "role_grant"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(String(24), primary_key=True)
    granted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    granted_by: Mapped[int | None] = mapped_column()

    account: Mapped[Account] = relationship(back_populates="grants")


class SignInSession(Model):
    """One signed-in browser. The cookie holds a random token; only its SHA-256 is here, so a sign-out ends every copy."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # "Firefox on Android": family only, so that a person can recognise it in the list.
    browser: Mapped[str] = mapped_column(String(60))


class EmailToken(Model):
    """A single-use link: confirm an address, or choose a new password. Only the SHA-256 of the token is kept."""

    __tablename__ = "email_token"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (
        CheckConstraint("purpose IN ('confirm', 'reset', 'invite')", name="purpose_known"),
        Index(None, "account_id", "purpose"),
    )
