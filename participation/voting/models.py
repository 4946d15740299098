"""The vote of a consultation: definition, register, sealed ballots, the board they become, and the counts.

While a ballot can be linked to a person it is sealed to the vote's box key; once it can be read, nothing links it.
`sealed_ballot` has no time, no address and no serial number.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.accounts.models import Account
from participation.audit.append_only import APPEND_ONLY
from participation.consultations.models import Consultation
from participation.extensions import Model, UTCDateTime


class Vote(Model):
    """One vote. When it is open follows from its phase; `status` is what has been done with the box."""

    __tablename__ = "vote"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"), unique=True)
    # preparing -> frozen (definition fixed at opening) -> closed -> opened (board written) -> published;
    # void when the consultation was withdrawn and the ballots with it.
    status: Mapped[str] = mapped_column(String(10), default="preparing")
    # A name of consultations.question_types.
    ballot_type: Mapped[str] = mapped_column(String(12))
    budget_pence: Mapped[int] = mapped_column(BigInteger)
    # Most options on one ballot; NULL = no limit. Fewest, for imported elections.
    max_choices: Mapped[int | None] = mapped_column()
    min_choices: Mapped[int] = mapped_column(default=1)
    # Most money on one ballot; NULL = no limit.
    max_total_pence: Mapped[int | None] = mapped_column(BigInteger)
    # Most points on one ballot, points ballots only.
    max_points: Mapped[int | None] = mapped_column()
    # Balance ballots: income and spending must meet exactly, not only stay within the money.
    balanced: Mapped[bool] = mapped_column(default=False)
    # Votes by area: a name of counting.areas.REACHES, the wards it allows, and the money of each ward; NULL for one pot.
    area_reach: Mapped[str | None] = mapped_column(String(12))
    area_wards: Mapped[int | None] = mapped_column()
    # What becomes of money a ward leaves over: a name of counting.areas.LEFTOVERS.
    area_leftover: Mapped[str | None] = mapped_column(String(7))
    ward_money_pence: Mapped[int | None] = mapped_column(BigInteger)
    # Whether residents who register while the vote is open join its roll at their first ballot, by the same rule.
    late_registration: Mapped[bool] = mapped_column(default=False)
    # The groups of which tables of votes are published (names of voting.breakdowns), comma separated; "" for none.
    breakdowns: Mapped[str] = mapped_column(String(60), default="")
    # The counting rule and its settings (names of counting.RULES), as canonical JSON.
    rule: Mapped[str] = mapped_column(String(40))
    rule_settings: Mapped[str] = mapped_column(Text, default="{}")
    # Tie policies in order of force, comma separated; never left to chance or to staff.
    ties: Mapped[str] = mapped_column(String(120))
    # Canonical JSON of everything a voter is asked, fixed at opening, and its SHA-256.
    definition: Mapped[str | None] = mapped_column(Text)
    definition_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    box_public_key: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # The private box key under the server's own key, with solo custody only; otherwise see KeyWrap.
    box_wrapped_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    # solo (demonstrations, tests, imported elections) or two_of_three.
    custody: Mapped[str] = mapped_column(String(12), default="solo")
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Two officers agreed to open the box; with two_of_three two key-holders then open it.
    opening_approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    key_destroyed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # The day the last backup is deleted in which the wrapped key still is.
    backups_expire_on: Mapped[date | None] = mapped_column(Date)

    consultation: Mapped[Consultation] = relationship()

    __table_args__ = (
        CheckConstraint(
            "status IN ('preparing', 'frozen', 'closed', 'opened', 'published', 'void')", name="status_known"
        ),
        CheckConstraint(
            "ballot_type IN ('approval', 'single', 'views', 'ranking', 'points', 'best_worst', 'balance')",
            name="ballot_type_known",
        ),
        CheckConstraint("custody IN ('solo', 'two_of_three')", name="custody_known"),
        CheckConstraint("budget_pence >= 0", name="budget_not_negative"),
        CheckConstraint("area_reach IN ('own', 'any', 'own_and_more')", name="area_reach_known"),
        CheckConstraint("(area_reach IS NULL) = (ward_money_pence IS NULL)", name="area_whole"),
        CheckConstraint("area_leftover IN ('ward', 'council')", name="area_leftover_known"),
        CheckConstraint("max_choices IS NULL OR max_choices >= min_choices", name="choices_in_order"),
    )


class DefinitionVersion(Model):
    """What voters were asked: version 1 as fixed with the first ballot, then each lawful change with its public reason."""

    __tablename__ = "definition_version"

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Canonical JSON, as in Vote.definition, and its SHA-256.
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    # The cards of the options by their codes, as canonical JSON: the text has their hashes.
    cards: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(300), default="")
    fixed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("reason <> '' OR number = 1", name="change_has_reason"),
        {"info": {APPEND_ONLY: True}},
    )


class RollEntry(Model):
    """A voter of one vote. A resident (`account_id`), or a row of an imported election (`external_id`), once each."""

    __tablename__ = "roll_entry"

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id", ondelete="CASCADE"), primary_key=True)
    voter_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    external_id: Mapped[str | None] = mapped_column(String(120))
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"))
    age_band: Mapped[str | None] = mapped_column(String(5))
    sex: Mapped[str | None] = mapped_column(String(6))
    channel: Mapped[str] = mapped_column(String(8), default="online")
    state: Mapped[str] = mapped_column(String(8), default="eligible")
    reason_code: Mapped[str | None] = mapped_column(String(30))

    __table_args__ = (
        UniqueConstraint("vote_id", "account_id"),
        UniqueConstraint("vote_id", "external_id"),
        CheckConstraint("(account_id IS NULL) <> (external_id IS NULL)", name="one_identity"),
        CheckConstraint("channel IN ('online', 'paper', 'assisted', 'import')", name="channel_known"),
        CheckConstraint("state IN ('eligible', 'excluded')", name="state_known"),
        {"sqlite_with_rowid": False},
    )


class StratumTally(Model):
    """A figure of a table of votes by group that was named before opening; computed in memory while the box was opened.

    `category` is a group of the breakdown ("" where voters did not say), `option_code` an option, or "" for all ballots of the
    group. `ballots` is NULL where the figure is hidden: hidden numbers are not stored anywhere.
    """

    __tablename__ = "stratum_tally"

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id", ondelete="CASCADE"), primary_key=True)
    breakdown: Mapped[str] = mapped_column(String(10), primary_key=True)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    option_code: Mapped[str] = mapped_column(String(80), primary_key=True)
    ballots: Mapped[int | None] = mapped_column()

    __table_args__ = ({"info": {APPEND_ONLY: True}},)


class KeyHolder(Model):
    """One of the three people of whom any two together open the box. Never the phrase: what it opens, and what checks it."""

    __tablename__ = "key_holder"

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id", ondelete="CASCADE"), primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    # X25519, of the private key that the phrase gives with this salt; a typed phrase is right when it gives the same.
    check_tag: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # Rehearsed: the phrase was typed back once.
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    account: Mapped[Account] = relationship()

    __table_args__ = (
        UniqueConstraint("vote_id", "account_id"),
        CheckConstraint("slot BETWEEN 1 AND 3", name="one_of_three"),
        CheckConstraint("(salt IS NULL) = (check_tag IS NULL)", name="phrase_whole"),
        CheckConstraint("confirmed_at IS NULL OR check_tag IS NOT NULL", name="phrase_before_rehearsal"),
    )


class KeyWrap(Model):
    """The private box key, encrypted so that these two holders together can read it. Deleted when the key is destroyed."""

    __tablename__ = "key_wrap"

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id", ondelete="CASCADE"), primary_key=True)
    # The slots of the two: "12", "13" or "23".
    pair: Mapped[str] = mapped_column(String(2), primary_key=True)
    ephemeral: Mapped[bytes] = mapped_column(LargeBinary(32))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(12))
    blob: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("pair IN ('12', '13', '23')", name="pair_known"),)


class KeyEntry(Model):
    """A holder's half of the opening, for the quarter of an hour in which a second one may follow; under the server's key."""

    __tablename__ = "key_entry"

    vote_id: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    entered_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (
        ForeignKeyConstraint(["vote_id", "slot"], ["key_holder.vote_id", "key_holder.slot"], ondelete="CASCADE"),
    )


class ExclusionContest(Model):
    """A resident says that taking them off the register was wrong; answered before the box can be opened."""

    __tablename__ = "exclusion_contest"

    vote_id: Mapped[int] = mapped_column(primary_key=True)
    voter_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # upheld (back on the register) or refused; NULL while it waits.
    outcome: Mapped[str | None] = mapped_column(String(7))
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (
        ForeignKeyConstraint(
            ["vote_id", "voter_id"], ["roll_entry.vote_id", "roll_entry.voter_id"], ondelete="CASCADE"
        ),
        CheckConstraint("outcome IN ('upheld', 'refused')", name="outcome_known"),
        CheckConstraint("(outcome IS NULL) = (answered_at IS NULL)", name="answer_whole"),
    )


class SealedBallot(Model):
    """The ballot in the box: one per voter by primary key, readable by nobody without the box key."""

    __tablename__ = "sealed_ballot"

    vote_id: Mapped[int] = mapped_column(primary_key=True)
    voter_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)
    ciphertext_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    # SHA-256 of the page nonce under its own label: makes a retry a replay, reveals nothing of the ballot.
    replay_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    revision: Mapped[int] = mapped_column()
    cast_day: Mapped[date] = mapped_column(Date)
    row_mac: Mapped[bytes] = mapped_column(LargeBinary(32))
    state: Mapped[str] = mapped_column(String(9), default="live")

    __table_args__ = (
        ForeignKeyConstraint(
            ["vote_id", "voter_id"], ["roll_entry.vote_id", "roll_entry.voter_id"], ondelete="CASCADE"
        ),
        UniqueConstraint("vote_id", "ciphertext_hash"),
        UniqueConstraint("vote_id", "replay_hash"),
        CheckConstraint("revision > 0", name="revision_positive"),
        CheckConstraint("state IN ('live', 'withdrawn', 'excluded')", name="state_known"),
        {"sqlite_with_rowid": False},
    )


class BoardBallot(Model):
    """An opened ballot, without a voter: choices only, shuffled, in batches."""

    __tablename__ = "board_ballot"

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id", ondelete="CASCADE"), primary_key=True)
    batch: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    slot: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[str] = mapped_column(Text)

    __table_args__ = ({"sqlite_with_rowid": False, "info": {APPEND_ONLY: True}},)


class BoardTracker(Model):
    """A tracker and the batch its ballot is in; sorted apart from the ballots."""

    __tablename__ = "board_tracker"

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id", ondelete="CASCADE"), primary_key=True)
    tracker: Mapped[str] = mapped_column(String(19), primary_key=True)
    batch: Mapped[int] = mapped_column()

    __table_args__ = ({"sqlite_with_rowid": False, "info": {APPEND_ONLY: True}},)


class BoxOutbox(Model):
    """What happened in the box and is not in its log yet: a random name, no time, no voter. Emptied by the sequencer.

    No foreign key and no index: every cast writes a row here, and the table is never long.
    """

    __tablename__ = "box_outbox"

    rid: Mapped[bytes] = mapped_column(LargeBinary(16), primary_key=True)
    vote_id: Mapped[int] = mapped_column()
    # A name of log.leaves.MOVEMENTS: add, replace, withdraw, exclude.
    kind: Mapped[str] = mapped_column(String(8))
    new_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    old_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    reason_code: Mapped[str | None] = mapped_column(String(30))

    __table_args__ = (
        CheckConstraint("kind IN ('add', 'replace', 'withdraw', 'exclude')", name="kind_known"),
        CheckConstraint("(new_hash IS NOT NULL) = (kind IN ('add', 'replace'))", name="new_ballot"),
        CheckConstraint("(old_hash IS NOT NULL) = (kind <> 'add')", name="old_ballot"),
        CheckConstraint("(reason_code IS NOT NULL) = (kind = 'exclude')", name="reason_of_exclusion"),
        {"sqlite_with_rowid": False},
    )


class BoxLeaf(Model):
    """A line of the public log of a box. `index` runs from 0 without gaps; `ballot_hash` is the ballot it puts in, if any."""

    __tablename__ = "box_leaf"

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Canonical JSON, as published.
    leaf: Mapped[str] = mapped_column(Text)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    ballot_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))

    __table_args__ = (
        UniqueConstraint("vote_id", "leaf_hash"),
        UniqueConstraint("vote_id", "ballot_hash"),
        {"info": {APPEND_ONLY: True}},
    )


class SignedCheckpoint(Model):
    """A signed state of a log. `edge` is the right edge of its tree, from which the next leaves are hashed on."""

    __tablename__ = "checkpoint"

    # The origin of the log, as in the note.
    log: Mapped[str] = mapped_column(String(80), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    edge: Mapped[bytes] = mapped_column(LargeBinary)
    # The signed note (C2SP checkpoint), as published.
    note: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = ({"info": {APPEND_ONLY: True}},)


class Participation(Model):
    """Who took part, without what or when: written at opening, in voter order."""

    __tablename__ = "participation"

    vote_id: Mapped[int] = mapped_column(primary_key=True)
    voter_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = (
        ForeignKeyConstraint(
            ["vote_id", "voter_id"], ["roll_entry.vote_id", "roll_entry.voter_id"], ondelete="CASCADE"
        ),
        {"sqlite_with_rowid": False},
    )


class CountRun(Model):
    """One count of the opened ballots. A recount is a new row; rows are never changed, only published."""

    __tablename__ = "count_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id", ondelete="CASCADE"), index=True)
    rule: Mapped[str] = mapped_column(String(40))
    rule_settings: Mapped[str] = mapped_column(Text)
    ties: Mapped[str] = mapped_column(String(120))
    engine: Mapped[str] = mapped_column(String(40))
    # SHA-256 of the canonical ballots and definition that were counted.
    input_digest: Mapped[str] = mapped_column(String(64))
    # The outcome as canonical JSON (counting.Outcome.to_json).
    outcome: Mapped[str] = mapped_column(Text)
    ballots: Mapped[int] = mapped_column()
    ballots_not_counted: Mapped[int] = mapped_column()
    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    counted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    vote: Mapped[Vote] = relationship()
