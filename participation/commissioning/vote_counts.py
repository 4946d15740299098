"""What may be read of a vote: only of one whose result is published. Before that nothing here finds it, for no role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask import current_app
from sqlalchemy import func, select

from participation.commissioning.counts import PeopleCell, cells_by
from participation.consultations.beside import TEXT
from participation.consultations.models import Consultation, SideAnswer, SideQuestion
from participation.councils.models import Ward
from participation.errors import NotFound
from participation.extensions import db
from participation.needs.evidence import AGE, SEX, WARD, Quoted
from participation.needs.taking_part import NOT_STATED
from participation.voting import publication
from participation.voting.breakdowns import NOT_STATED as NO_GROUP
from participation.voting.breakdowns import figures_of
from participation.voting.definition import definition_of
from participation.voting.models import BoardBallot, CountRun, Participation, RollEntry, Vote
from participation.voting.queries import find_vote, published_count
from participation.voting.refusals import ResultNotPublished


def published(consultation: Consultation) -> tuple[Vote, CountRun] | None:
    """The vote and the count whose result is published, or None for everybody until it is.

    Also where so few took part that the result page says nothing of what they chose.
    """
    vote = find_vote(consultation.id)
    if vote is None or consultation.result_published_at is None:
        return None
    try:
        run = published_count(vote)
    except ResultNotPublished:
        return None
    smallest: int = current_app.config["SETTINGS"].suppression_threshold
    return None if run.ballots + run.ballots_not_counted < smallest else (vote, run)


def published_ballots(consultation: Consultation) -> bytes | None:
    """The ballots anybody can download beside the result, in the Pabulib format; None where they are not published."""
    found = published(consultation)
    if found is None:
        return None
    definition = definition_of(found[0], consultation)
    try:
        return publication.file_named(
            "election.pb", vote=found[0], consultation=consultation, definition=definition
        ).content
    except NotFound:
        return None


def voters(vote_ids: Sequence[int]) -> dict[int, list[PeopleCell]]:
    """By vote: the people whose ballot was opened, by ward, age band and sex."""
    groups = (Participation.vote_id, Ward.code, RollEntry.age_band, RollEntry.sex)
    query = (
        select(*groups, func.count())
        .join(RollEntry, (RollEntry.vote_id == Participation.vote_id) & (RollEntry.voter_id == Participation.voter_id))
        .outerjoin(Ward, Ward.id == RollEntry.ward_id)
        .where(Participation.vote_id.in_(vote_ids))
        .group_by(*groups)
    )
    return cells_by(db.session.execute(query))


# The groupings of tables of votes that a summary has too, and how they call those who did not say.
_TABLES = {"ward": WARD, "age": AGE, "sex": SEX}


def published_by_group(vote_id: int, ballots: int) -> tuple[Quoted, ...]:
    """Who voted, by the groupings whose tables of votes are published with the result, as it is published there."""
    found: dict[str, list[tuple[str, int | None]]] = defaultdict(list)
    for one in figures_of(vote_id):
        if one.option_code == "" and one.breakdown in _TABLES:
            found[one.breakdown].append((NOT_STATED if one.category == NO_GROUP else one.category, one.ballots))
    return tuple(Quoted(_TABLES[name], ballots, tuple(people)) for name, people in found.items())


def answers_beside(vote_id: int) -> dict[tuple[int, str], int]:
    """By question and answer: the voters who gave it, of those whose ballot was opened; texts in own words are not read here."""
    query = (
        select(SideAnswer.question_id, SideAnswer.answer, func.count())
        .join(SideQuestion, SideQuestion.id == SideAnswer.question_id)
        .join(RollEntry, RollEntry.account_id == SideAnswer.account_id)
        .join(
            Participation,
            (Participation.vote_id == RollEntry.vote_id) & (Participation.voter_id == RollEntry.voter_id),
        )
        .join(Vote, (Vote.id == RollEntry.vote_id) & (Vote.consultation_id == SideQuestion.consultation_id))
        .where(Vote.id == vote_id, SideQuestion.kind != TEXT)
        .group_by(SideAnswer.question_id, SideAnswer.answer)
    )
    return {(question, answer): people for question, answer, people in db.session.execute(query)}


def taken_off(vote_ids: Sequence[int]) -> dict[int, int]:
    """By vote: the people taken off the register, whose ballots are in no count."""
    query = (
        select(RollEntry.vote_id, func.count())
        .where(RollEntry.vote_id.in_(vote_ids), RollEntry.state == "excluded")
        .group_by(RollEntry.vote_id)
    )
    return dict(db.session.execute(query).all())


def board_patterns(vote_ids: Sequence[int]) -> dict[int, list[tuple[str, int]]]:
    """By vote: (payload, ballots) of the published board, equal ballots together."""
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    query = (
        select(BoardBallot.vote_id, BoardBallot.payload, func.count())
        .where(BoardBallot.vote_id.in_(vote_ids))
        .group_by(BoardBallot.vote_id, BoardBallot.payload)
    )
    for vote_id, payload, ballots in db.session.execute(query):
        found[vote_id].append((payload, ballots))
    return found
