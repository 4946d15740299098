"""Loaders for votes, and what may be read of their board. Nothing here reads a figure of a vote that is not published,
except for the acts that make those figures."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from participation.consultations.models import Consultation
from participation.consultations.refusals import ConsultationNotFound
from participation.extensions import db
from participation.voting.models import BoardBallot, BoardTracker, CountRun, Vote
from participation.voting.refusals import ResultNotPublished, VoteNotFound

# What every cast asks is written once: putting a statement together takes as long as running it.
_IN_BRIEF = (
    select(Consultation, Vote)
    .outerjoin(Vote, Vote.consultation_id == Consultation.id)
    .where(
        Consultation.council_id == bindparam("council_id"),
        Consultation.slug == bindparam("slug"),
        Consultation.launched_at.is_not(None),
        Consultation.state != "draft",
    )
    .options(
        joinedload(Consultation.phases),
        joinedload(Consultation.council),
        joinedload(Consultation.response),
    )
)


def consultation_in_brief(council_id: int, slug: str) -> Consultation:
    """A launched consultation with what casting needs of it: its dates and its council, not its options.

    Raises ConsultationNotFound.
    """
    return vote_in_brief(council_id, slug)[0]


def vote_in_brief(council_id: int, slug: str) -> tuple[Consultation, Vote]:
    """A launched consultation in brief, and its vote, read together: casting is measured in what it asks of the database.

    Raises ConsultationNotFound, VoteNotFound.
    """
    found = db.session.execute(_IN_BRIEF, {"council_id": council_id, "slug": slug}).unique().one_or_none()
    if found is None:
        raise ConsultationNotFound()
    consultation, vote = found
    if vote is None:
        raise VoteNotFound()
    return consultation, vote


def find_vote(consultation_id: int) -> Vote | None:
    return db.session.execute(select(Vote).where(Vote.consultation_id == consultation_id)).scalar_one_or_none()


def vote_of(consultation_id: int, *, lock: bool = False) -> Vote:
    """The vote of a consultation; `lock` holds its row until the transaction ends. Raises VoteNotFound.

    The lock lets voters join the roll meanwhile: a full lock would make them wait for each other (foreign keys).
    """
    query = select(Vote).where(Vote.consultation_id == consultation_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    vote = db.session.execute(query).scalar_one_or_none()
    if vote is None:
        raise VoteNotFound()
    return vote


def vote_named(public_id: str) -> Vote:
    """The vote with this public name. Raises VoteNotFound."""
    vote = db.session.execute(select(Vote).where(Vote.public_id == public_id)).scalar_one_or_none()
    if vote is None:
        raise VoteNotFound(f"There is no vote called {public_id}.")
    return vote


def vote_by_id(vote_id: int) -> Vote:
    """Raises VoteNotFound."""
    vote = db.session.get(Vote, vote_id)
    if vote is None:
        raise VoteNotFound()
    return vote


def votes_with_a_log() -> list[Vote]:
    """The votes whose definition is fixed, oldest first: the log of a box begins with it."""
    return list(db.session.execute(select(Vote).where(Vote.definition.is_not(None)).order_by(Vote.id)).scalars())


def votes_that_take_ballots() -> list[Vote]:
    """The launched votes whose definition is not fixed yet, whether or not they are open by now."""
    query = select(Vote).join(Vote.consultation).where(Vote.definition.is_(None), Consultation.state == "launched")
    return list(db.session.execute(query.order_by(Vote.id)).scalars())


def latest_count(vote_id: int) -> CountRun | None:
    """The newest count, published or not: for officers' acts, never for a page before publication."""
    query = select(CountRun).where(CountRun.vote_id == vote_id).order_by(CountRun.id.desc()).limit(1)
    return db.session.execute(query).scalar_one_or_none()


def is_counted(vote_id: int) -> bool:
    """Whether the opened ballots were counted at least once; says nothing of how."""
    return db.session.execute(select(CountRun.id).where(CountRun.vote_id == vote_id).limit(1)).first() is not None


def published_count(vote: Vote) -> CountRun:
    """The count whose result is published. Raises ResultNotPublished for everybody until it is."""
    if vote.status != "published" or vote.published_at is None:
        raise ResultNotPublished()
    query = (
        select(CountRun)
        .where(CountRun.vote_id == vote.id, CountRun.counted_at <= vote.published_at)
        .order_by(CountRun.id.desc())
        .limit(1)
    )
    run = db.session.execute(query).scalar_one_or_none()
    if run is None:
        raise ResultNotPublished()
    return run


def opened_payloads(vote_id: int) -> Iterator[str]:
    """The canonical text of every opened ballot, in the order of the board."""
    query = (
        select(BoardBallot.payload)
        .where(BoardBallot.vote_id == vote_id)
        .order_by(BoardBallot.batch, BoardBallot.slot)
        .execution_options(yield_per=5000)
    )
    yield from db.session.execute(query).scalars()


def opened_total(vote_id: int) -> int:
    return db.session.execute(
        select(func.count()).select_from(BoardBallot).where(BoardBallot.vote_id == vote_id)
    ).scalar_one()


def has_board(vote_id: int) -> bool:
    """Whether there were enough ballots for a board with trackers."""
    return (
        db.session.execute(select(BoardTracker.batch).where(BoardTracker.vote_id == vote_id).limit(1)).first()
        is not None
    )


def batch_of(vote_id: int, tracker: str) -> int | None:
    """The batch of the ballot with this tracker, or None."""
    return db.session.execute(
        select(BoardTracker.batch).where(BoardTracker.vote_id == vote_id, BoardTracker.tracker == tracker)
    ).scalar_one_or_none()


def ballots_in(vote_id: int, batch: int) -> list[str]:
    """The canonical texts of the ballots of one batch, sorted as on the board."""
    return list(
        db.session.execute(
            select(BoardBallot.payload)
            .where(BoardBallot.vote_id == vote_id, BoardBallot.batch == batch)
            .order_by(BoardBallot.slot)
        ).scalars()
    )


def trackers_by_batch(vote_id: int) -> Iterator[tuple[int, list[str]]]:
    """(batch, trackers in sorted order), batch by batch."""
    query = (
        select(BoardTracker.batch, BoardTracker.tracker)
        .where(BoardTracker.vote_id == vote_id)
        .order_by(BoardTracker.batch, BoardTracker.tracker)
        .execution_options(yield_per=5000)
    )
    number, trackers = 0, list[str]()
    for batch, tracker in db.session.execute(query):
        if batch != number and trackers:
            yield number, trackers
            trackers = []
        number = batch
        trackers.append(tracker)
    if trackers:
        yield number, trackers


def payloads_by_batch(vote_id: int) -> Iterator[tuple[int, list[str]]]:
    """(batch, canonical texts in sorted order), batch by batch."""
    query = (
        select(BoardBallot.batch, BoardBallot.payload)
        .where(BoardBallot.vote_id == vote_id)
        .order_by(BoardBallot.batch, BoardBallot.slot)
        .execution_options(yield_per=5000)
    )
    number, payloads = 0, list[str]()
    for batch, payload in db.session.execute(query):
        if batch != number and payloads:
            yield number, payloads
            payloads = []
        number = batch
        payloads.append(payload)
    if payloads:
        yield number, payloads
