"""Consultations: what is asked, of whom, in which phases, with which commissioning options, and what came of it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.approvals.models import Approval
from participation.budgets.models import ServiceGroup
from participation.councils.models import Council, Ward
from participation.extensions import Base, Model, UTCDateTime

consultation_service = Table(
    "consultation_service",
    Base.metadata,
    Column("consultation_id", ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True),
    Column("group_id", ForeignKey("service_group.id"), primary_key=True),
)


class Consultation(Model):
    """One exercise with residents.

    `state` is what people decided (draft, launched, withdrawn); where a launched consultation stands at a moment follows
    from its phases and the clock (`consultations.lifecycle`), so nothing has to run for it to open or close.
    """

    __tablename__ = "consultation"

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(150))
    # One or two sentences for lists.
    summary: Mapped[str] = mapped_column(String(400))
    # Why the council asks, what it knows, what the alternatives were (plain text, blank lines part paragraphs).
    background: Mapped[str] = mapped_column(Text)
    what_can_change: Mapped[str] = mapped_column(Text)
    what_cannot_change: Mapped[str] = mapped_column(Text)
    # inform, consult, involve, collaborate: how far residents' answers go.
    influence: Mapped[str] = mapped_column(String(12))
    # understand, plan, do, review: the step of the commissioning cycle.
    cycle_step: Mapped[str] = mapped_column(String(10))
    decision_maker: Mapped[str] = mapped_column(String(120))
    decision_date: Mapped[date] = mapped_column(Date)
    # How the council considered effects on people who share a protected characteristic; empty until written.
    equality_note: Mapped[str] = mapped_column(Text, default="")
    # nothing, preferred, decided: how far the council's mind is made up (`consultations.meanings`); empty until said.
    decided_so_far: Mapped[str] = mapped_column(String(10), default="")
    minimum_age: Mapped[int] = mapped_column(default=16)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    # Contributions are published at once (post) or after a moderator read them (pre).
    moderation: Mapped[str] = mapped_column(String(4), default="pre")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    launched_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Set by the vote when its result is published, so that lists and pages know without asking the vote.
    result_published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # When staff put it away: the council answered, and everything residents chose or said has an outcome.
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Optimistic lock: an edit names the version it was made from.
    version: Mapped[int] = mapped_column(default=1)

    council: Mapped[Council] = relationship()
    extensions: Mapped[list[PhaseExtension]] = relationship(order_by="PhaseExtension.id", back_populates="consultation")
    phases: Mapped[list[Phase]] = relationship(order_by="Phase.opens_at, Phase.id", back_populates="consultation")
    options: Mapped[list[CommissioningOption]] = relationship(
        order_by="CommissioningOption.position, CommissioningOption.id", back_populates="consultation"
    )
    services: Mapped[list[ServiceGroup]] = relationship(secondary=consultation_service, order_by=ServiceGroup.position)
    response: Mapped[ConsultationResponse | None] = relationship(back_populates="consultation")
    editions: Mapped[list[Edition]] = relationship(
        order_by="Edition.code", cascade="all, delete-orphan", back_populates="consultation"
    )

    __table_args__ = (
        UniqueConstraint("council_id", "slug"),
        CheckConstraint("decided_so_far IN ('', 'nothing', 'preferred', 'decided')", name="decided_so_far_known"),
        CheckConstraint("archived_at IS NULL OR state = 'launched'", name="archived_was_launched"),
        CheckConstraint("state IN ('draft', 'launched', 'withdrawn')", name="state_known"),
        CheckConstraint("moderation IN ('pre', 'post')", name="moderation_known"),
        CheckConstraint("influence IN ('inform', 'consult', 'involve', 'collaborate')", name="influence_known"),
        CheckConstraint("cycle_step IN ('understand', 'plan', 'do', 'review')", name="cycle_step_known"),
        CheckConstraint("minimum_age BETWEEN 0 AND 120", name="minimum_age_sensible"),
    )


class Phase(Model):
    """A stretch of time in which residents may do one kind of thing. Open from `opens_at` until before `closes_at`."""

    __tablename__ = "phase"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)

    consultation: Mapped[Consultation] = relationship(back_populates="phases")

    __table_args__ = (
        UniqueConstraint("consultation_id", "kind"),
        CheckConstraint("kind IN ('gather', 'shape', 'vote')", name="kind_known"),
        CheckConstraint("closes_at > opens_at", name="dates_in_order"),
    )


class CommissioningOption(Model):
    """One thing residents can choose, with the same fields whoever would deliver it (provider-neutral)."""

    __tablename__ = "commissioning_option"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    # Stable within the consultation; what ballots name.
    code: Mapped[str] = mapped_column(String(80))
    position: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(250))
    # What it is and what residents would notice.
    description: Mapped[str] = mapped_column(Text)
    cost_pence: Mapped[int] = mapped_column(BigInteger)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("service_group.id"))
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"))
    # A code of config/taxonomy/delivery_models.csv: in_house, contract_private, shared_service, ...
    delivery_model: Mapped[str | None] = mapped_column(String(30))
    # A line of money coming in (council tax, charges), where the option is a line of a budget; its cost is what it brings.
    is_income: Mapped[bool] = mapped_column(default=False)
    # The floor and ceiling of such a line, and why: what the law asks for, a limit on council tax.
    least_pence: Mapped[int | None] = mapped_column(BigInteger)
    most_pence: Mapped[int | None] = mapped_column(BigInteger)
    limits_reason: Mapped[str] = mapped_column(String(300), default="")
    # What it costs once and each year, for the sum over `cards.YEARS`; NULL until given.
    one_off_pence: Mapped[int | None] = mapped_column(BigInteger)
    yearly_pence: Mapped[int | None] = mapped_column(BigInteger)
    # The other fields of the card (`cards.FIELDS`) by name.
    card: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # Codes of the options without which it cannot be had, and of those it cannot be had together with.
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    excludes: Mapped[list[str]] = mapped_column(JSON, default=list)
    signed_off_by: Mapped[str] = mapped_column(String(120), default="")
    signed_off_on: Mapped[date | None] = mapped_column(Date)

    consultation: Mapped[Consultation] = relationship(back_populates="options")
    group: Mapped[ServiceGroup | None] = relationship(lazy="joined")
    ward: Mapped[Ward | None] = relationship(lazy="joined")
    # What it may change by, where it is a line of a budget to balance; smallest amount first.
    steps: Mapped[list[BudgetStep]] = relationship(
        order_by="BudgetStep.change_pence", cascade="all, delete-orphan", back_populates="option"
    )

    __table_args__ = (
        UniqueConstraint("consultation_id", "code"),
        CheckConstraint("cost_pence >= 0", name="cost_not_negative"),
        CheckConstraint("(one_off_pence IS NULL) = (yearly_pence IS NULL)", name="costs_whole"),
        CheckConstraint("(signed_off_by = '') = (signed_off_on IS NULL)", name="sign_off_whole"),
        Index(None, "consultation_id", "position"),
    )


class Edition(Model):
    """A language or format that a consultation is needed in (a code of `consultations.editions`), and where it is.

    Empty until somebody saves it. `of_texts` is the digest of the English texts it was made from, so that a later change of
    those shows.
    """

    __tablename__ = "consultation_edition"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    # Either the whole text, or the address of a document or video.
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str] = mapped_column(String(500), default="")
    of_texts: Mapped[str] = mapped_column(String(64), default="")
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    consultation: Mapped[Consultation] = relationship(back_populates="editions")

    __table_args__ = (CheckConstraint("(saved_at IS NULL) = (of_texts = '')", name="saved_is_of_texts"),)


class BudgetStep(Model):
    """One step of a budget line in a balance-the-budget vote: by how much, what follows, and who in finance signed it off.

    The step of no change is not stored: every line can be kept as it is.
    """

    __tablename__ = "budget_step"

    option_id: Mapped[int] = mapped_column(ForeignKey("commissioning_option.id", ondelete="CASCADE"), primary_key=True)
    # More than today above zero, less below.
    change_pence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    consequence: Mapped[str] = mapped_column(String(300))
    # Empty only in a draft that was copied: its figures are of another year, and somebody has to sign them off anew.
    signed_off_by: Mapped[str] = mapped_column(String(120), default="")
    signed_off_on: Mapped[date | None] = mapped_column(Date)

    option: Mapped[CommissioningOption] = relationship(back_populates="steps")

    __table_args__ = (
        CheckConstraint("(signed_off_by = '') = (signed_off_on IS NULL)", name="sign_off_whole"),
        CheckConstraint("change_pence <> 0", name="changes_something"),
        CheckConstraint("consequence <> ''", name="says_what_follows"),
    )


class SideQuestion(Model):
    """A question beside the ballot: optional, answered in the same sitting, no part of the sealed ballot."""

    __tablename__ = "side_question"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column()
    # text: in the resident's own words. choice: one of `choices`. agree: how far they agree with the statement in `words`.
    kind: Mapped[str] = mapped_column(String(6))
    words: Mapped[str] = mapped_column(String(250))
    choices: Mapped[list[str]] = mapped_column(JSON, default=list)

    __table_args__ = (
        UniqueConstraint("consultation_id", "position"),
        CheckConstraint("kind IN ('text', 'choice', 'agree')", name="kind_known"),
    )


class SideAnswer(Model):
    """A resident's answer to a question beside the ballot. No time: when somebody voted is nobody's business."""

    __tablename__ = "side_answer"

    question_id: Mapped[int] = mapped_column(ForeignKey("side_question.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True)
    answer: Mapped[str] = mapped_column(Text)
    # Of an answer in words: it may be used in the summary of needs, without a name, once the result is published.
    may_be_used: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (CheckConstraint("answer <> ''", name="says_something"), {"sqlite_with_rowid": False})


class ConsultationResponse(Model):
    """ "We asked, you said, we did": without it a consultation is not answered."""

    __tablename__ = "consultation_response"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    we_asked: Mapped[str] = mapped_column(Text)
    you_said: Mapped[str] = mapped_column(Text)
    we_did: Mapped[str] = mapped_column(Text)
    decided_on: Mapped[date] = mapped_column(Date)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    consultation: Mapped[Consultation] = relationship(back_populates="response")


class LaunchRequest(Model):
    """Why a draft may be launched although checks are not met. The `approval` says who asked, who decided, and what exactly.

    `reasons` holds, by the code of a check that is not met, why it is launched nevertheless. About one version only.
    """

    __tablename__ = "launch_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), index=True)
    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"), unique=True)
    version: Mapped[int] = mapped_column()
    reasons: Mapped[dict[str, str]] = mapped_column(JSON)
    # Why it was sent back.
    note: Mapped[str] = mapped_column(Text, default="")

    approval: Mapped[Approval] = relationship()


class PhaseExtension(Model):
    """A closing date was moved, for a reason that residents read. Rows are added, never changed."""

    __tablename__ = "phase_extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    closed_at_before: Mapped[datetime] = mapped_column(UTCDateTime)
    closes_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(Text)
    extended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    extended_at: Mapped[datetime] = mapped_column(UTCDateTime)

    consultation: Mapped[Consultation] = relationship(back_populates="extensions")

    __table_args__ = (CheckConstraint("closes_at > closed_at_before", name="later_than_before"),)


class Follower(Model):
    """A resident asked to hear what comes of a consultation."""

    __tablename__ = "consultation_follower"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class MailChoice(Model):
    """Whether a resident wants mails of a kind (`consultations.mail_kinds`). No row: as the kind says by itself."""

    __tablename__ = "mail_choice"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    wanted: Mapped[bool] = mapped_column()
    chosen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LastMail(Model):
    """When a resident was last sent a mail of a kind, so that the next one begins where it ended."""

    __tablename__ = "last_mail"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SatisfactionAnswer(Model):
    """What a resident says about an answered consultation in one round of `consultations.satisfaction`; changed until it ends.

    Each of the three is from 1 (strongly disagree) to 5 (strongly agree).
    """

    __tablename__ = "satisfaction_answer"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True)
    met: Mapped[int] = mapped_column()
    told: Mapped[int] = mapped_column()
    heard: Mapped[int] = mapped_column()

    __table_args__ = (
        CheckConstraint("met BETWEEN 1 AND 5 AND told BETWEEN 1 AND 5 AND heard BETWEEN 1 AND 5", name="on_the_scale"),
    )
