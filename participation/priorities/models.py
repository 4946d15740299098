"""Priorities: needs in residents' own words, what others say about them, and the support of other residents."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.budgets.models import ServiceGroup
from participation.consultations.models import CommissioningOption, Consultation
from participation.councils.models import Ward
from participation.extensions import Model, UTCDateTime


class Contribution(Model):
    """What a resident wrote and moderators read: a need, a comment on a need or an option, or words beside a ballot (`kind`).

    Moderation is about contributions; everything that counts needs asks for `Priority`, which is a need and nothing else.
    `author_id` is NULL once the author erased their account; the text stays, without a person.
    """

    __tablename__ = "priority"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(7), default="need")
    public_id: Mapped[str] = mapped_column(String(16), unique=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"), index=True)
    # The author's own ward when it was submitted: for participation by ward, never shown beside the text.
    author_ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"))
    # The author does not meet who this consultation is for (`standing`): heard, labelled, and counted apart.
    apart: Mapped[bool] = mapped_column(default=False)
    group_id: Mapped[int] = mapped_column(ForeignKey("service_group.id"))
    # The ward the need is about; NULL = the whole council.
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"))
    title: Mapped[str] = mapped_column(String(120))
    need: Mapped[str] = mapped_column(Text)
    # Of a comment: the need or the option it is about (one of the two), and whether it speaks for or against it.
    about_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"))
    option_id: Mapped[int | None] = mapped_column(ForeignKey("commissioning_option.id", ondelete="CASCADE"))
    stance: Mapped[str | None] = mapped_column(String(7))
    state: Mapped[str] = mapped_column(String(10))
    # Rises with each edit; a decision names the version it was about.
    version: Mapped[int] = mapped_column(default=1)
    # A random number drawn once, so that lists can be in random but stable order.
    shuffle: Mapped[int] = mapped_column()
    submitted_at: Mapped[datetime] = mapped_column(UTCDateTime)

    consultation: Mapped[Consultation] = relationship()
    group: Mapped[ServiceGroup] = relationship()
    ward: Mapped[Ward | None] = relationship(foreign_keys=[ward_id])
    pictures: Mapped[list[NeedPicture]] = relationship(back_populates="priority", order_by="NeedPicture.place")

    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'published', 'refused', 'withdrawn', 'merged')", name="state_known"),
        CheckConstraint("kind IN ('need', 'comment', 'words')", name="kind_known"),
        CheckConstraint("kind <> 'words' OR (author_id IS NULL AND author_ward_id IS NULL)", name="words_are_nobodys"),
        CheckConstraint(
            "(kind = 'comment') = (about_id IS NOT NULL OR option_id IS NOT NULL)", name="comment_is_about_something"
        ),
        CheckConstraint("about_id IS NULL OR option_id IS NULL", name="comment_is_about_one_thing"),
        CheckConstraint("(kind = 'comment') = (stance IS NOT NULL)", name="comment_has_a_stance"),
        CheckConstraint("stance IN ('for', 'against')", name="stance_known"),
        Index(None, "consultation_id", "state", "shuffle"),
        Index(None, "consultation_id", "state", "submitted_at"),
        Index(None, "group_id", "state"),
        Index(None, "about_id", "state", "shuffle"),
        Index(None, "option_id", "state", "shuffle"),
    )
    __mapper_args__ = {"polymorphic_on": "kind"}


class OwnWords(Contribution):
    """What stands for itself and can be put under a theme: a need, or what a voter wrote beside a ballot."""

    # Its name would lead Flask-SQLAlchemy to the table a second time; a kind of contribution has none of its own.
    __tablename__ = None  # type: ignore[assignment]
    __mapper_args__ = {"polymorphic_abstract": True}


class Priority(OwnWords):
    """One need."""

    __tablename__ = None
    __mapper_args__ = {"polymorphic_identity": "need"}


class Worded(OwnWords):
    """What a voter wrote beside a ballot and lets us use: nobody's, in no list of needs, and supported by nobody.

    It came here after the result was published, together with all others, in an order drawn by chance (`priorities.worded`).
    """

    __tablename__ = None
    __mapper_args__ = {"polymorphic_identity": "words"}


class Comment(Contribution):
    """What somebody says for or against a need or an option. Title, service and ward are those of what it is about."""

    __mapper_args__ = {"polymorphic_identity": "comment"}

    about: Mapped[Priority | None] = relationship(foreign_keys=[Contribution.about_id], remote_side=[Contribution.id])
    option: Mapped[CommissioningOption | None] = relationship(foreign_keys=[Contribution.option_id])

    @property
    def subject(self) -> str:
        """What the need or the option is called."""
        return self.about.title if self.about else self.option.title if self.option else ""


class PrioritySupport(Model):
    """A resident supports a priority: once, by primary key. The author's own support is a row like any other."""

    __tablename__ = "priority_support"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True)
    # The supporter's ward at that moment, for participation by ward.
    ward_id: Mapped[int | None] = mapped_column(ForeignKey("ward.id"))
    supported_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # As `Priority.apart`, for the supporter.
    apart: Mapped[bool] = mapped_column(default=False)
    # Set while the support only came here because another priority was merged into this one; its undo takes it away. Where the
    # merged one is deleted for good, there is no undo any more, and the support stays.
    merge_id: Mapped[int | None] = mapped_column(ForeignKey("priority_merge.id", ondelete="SET NULL"), index=True)


class NeedPicture(Model):
    """One of a few photos of a need, encoded anew (`priorities.pictures`), and what is on it in words."""

    __tablename__ = "need_picture"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), primary_key=True)
    # Counts from 1; the place of a deleted one is free again.
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    alt: Mapped[str] = mapped_column(String(200))
    # Large, so only read where the picture itself is sent.
    jpeg: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str] = mapped_column(String(64))
    width: Mapped[int] = mapped_column()
    height: Mapped[int] = mapped_column()
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)

    priority: Mapped[Contribution] = relationship(back_populates="pictures")

    __table_args__ = (CheckConstraint("place BETWEEN 1 AND 3", name="a_few"),)


class NeedFollower(Model):
    """A resident asked to hear what becomes of a need."""

    __tablename__ = "need_follower"

    priority_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class PriorityMerge(Model):
    """One priority was found to say the same as another, which is kept. Both texts stay; undone, all is as before."""

    __tablename__ = "priority_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"), index=True)
    # The state to which an undo brings the merged one back.
    state_before: Mapped[str] = mapped_column(String(10))
    merged_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    kept: Mapped[Priority] = relationship(foreign_keys=[kept_id])
    merged: Mapped[Priority] = relationship(foreign_keys=[merged_id])

    __table_args__ = (CheckConstraint("kept_id <> merged_id", name="two_priorities"),)


class Outcome(Model):
    """What became of one option or one published need: the council's answer, who does what by when, and how far it is."""

    __tablename__ = "outcome"

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    option_id: Mapped[int | None] = mapped_column(ForeignKey("commissioning_option.id", ondelete="CASCADE"))
    priority_id: Mapped[int | None] = mapped_column(ForeignKey("priority.id", ondelete="CASCADE"))
    answer: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(Text)
    amount_pence: Mapped[int | None] = mapped_column(BigInteger)
    # Who answers for it: a post or a team, not a person's name.
    owner: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(10))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(default=1)

    consultation: Mapped[Consultation] = relationship()
    option: Mapped[CommissioningOption | None] = relationship()
    priority: Mapped[Priority | None] = relationship()
    history: Mapped[list[OutcomeChange]] = relationship(order_by="OutcomeChange.id", back_populates="outcome")

    __table_args__ = (
        UniqueConstraint("option_id"),
        UniqueConstraint("priority_id"),
        CheckConstraint("(option_id IS NULL) <> (priority_id IS NULL)", name="about_one_thing"),
        CheckConstraint("answer IN ('accepted', 'partly', 'not')", name="answer_known"),
        CheckConstraint("status IN ('planned', 'under_way', 'done', 'dropped')", name="status_known"),
        CheckConstraint("amount_pence >= 0", name="amount_not_negative"),
        Index(None, "consultation_id", "status", "due_on"),
    )


class OutcomeChange(Model):
    """What an outcome said from a moment on. Rows are added, never changed."""

    __tablename__ = "outcome_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    outcome_id: Mapped[int] = mapped_column(ForeignKey("outcome.id", ondelete="CASCADE"), index=True)
    answer: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    amount_pence: Mapped[int | None] = mapped_column(BigInteger)
    due_on: Mapped[date | None] = mapped_column(Date)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    outcome: Mapped[Outcome] = relationship(back_populates="history")
