"""People with an account: residents, and council staff with their roles. A person is one or the other, never both."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
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
    # The day of the last sign-in, and the day its owner was told that the account would be deleted for not being used.
    last_used_on: Mapped[date | None] = mapped_column(Date)
    warned_on: Mapped[date | None] = mapped_column(Date)

    resident: Mapped[ResidentProfile | None] = relationship(back_populates="account")
    grants: Mapped[list[RoleGrant]] = relationship(back_populates="account", order_by="RoleGrant.role")

    __table_args__ = (
        UniqueConstraint("council_id", "email_canonical"),
        CheckConstraint("kind IN ('resident', 'staff')", name="kind_known"),
        # The number of a deleted account is never given to somebody else: it may still stand on the roll of a vote.
        {"sqlite_autoincrement": True},
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
    # When staff last proved their second step in this session; dangerous acts ask for a fresh proof.
    proved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EmailToken(Model):
    """A single-use link: confirm an address, choose a new password, take over a new address. Only its SHA-256 is kept."""

    __tablename__ = "email_token"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # The address that a change of address would set.
    new_email: Mapped[str | None] = mapped_column(String(320))

    __table_args__ = (
        CheckConstraint("purpose IN ('confirm', 'reset', 'invite', 'address')", name="purpose_known"),
        CheckConstraint("(new_email IS NOT NULL) = (purpose = 'address')", name="new_email_of_address"),
        Index(None, "account_id", "purpose"),
    )


class SignInCode(Model):
    """The one code by email that signs a resident in instead of a password. Only its keyed hash is kept."""

    __tablename__ = "sign_in_code"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(default=0)


class Authenticator(Model):
    """The app that makes the codes of a member of staff. `last_step` is the newest 30 seconds whose code was used."""

    __tablename__ = "authenticator"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    # Encrypted with a key of the environment: a copy of the database makes no codes.
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)
    set_up_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RecoveryCode(Model):
    """A code for when the app is lost, good once. Kept is the salt of its set, and what argon2id makes of both: 75 random bits
    are fewer than the 112 for which a plain hash would be enough (ASVS 5.0, 6.5.2).
    """

    __tablename__ = "recovery_code"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(48), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Passkey(Model):
    """A passkey of a member of staff: its public half, and the counter that shows a copied one."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class FailedProof(Model):
    """How often a second step was tried in vain, and since when: a limit that holds without Redis too."""

    __tablename__ = "failed_proof"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    failures: Mapped[int] = mapped_column()
    first_at: Mapped[datetime] = mapped_column(UTCDateTime)


class OutsideIdentity(Model):
    """The same person at a sign-in service of somebody else: its issuer and the name it gives them, never an address."""

    __tablename__ = "outside_identity"

    issuer: Mapped[str] = mapped_column(String(200), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignUpSignal(Model):
    """What sign-ups have in common, for officers who look for floods: digests that change daily, never an address."""

    __tablename__ = "sign_up_signal"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    noted_on: Mapped[date] = mapped_column(Date)

    __table_args__ = (
        CheckConstraint("kind IN ('network', 'mailbox')", name="kind_known"),
        Index(None, "council_id", "kind", "noted_on", "digest"),
    )
