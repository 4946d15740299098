"""The same three questions about an answered consultation, when it is answered and again later: did it meet the need?

Rounds begin and end by the clock, counted from the day the answer was published; nothing has to run. What was said is shown when
a round is over, never as it comes in, and with small numbers hidden as everywhere (`needs.suppression`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from participation import clock
from participation.consultations.further import Further
from participation.consultations.letters import News
from participation.consultations.models import Consultation, ConsultationResponse, SatisfactionAnswer
from participation.consultations.refusals import RoundNotOpen
from participation.extensions import db
from participation.needs.suppression import hide_in_list
from participation.web.mail_texts import sentence

# The words never change: answers of different rounds are compared.
QUESTIONS = {
    "met": "What the council did meets the need",
    "told": "The council told me enough to understand what was decided and why",
    "heard": "What residents said made a difference",
}
SCALE = {5: "Strongly agree", 4: "Agree", 3: "Neither agree nor disagree", 2: "Disagree", 1: "Strongly disagree"}
# How many days after the answer each round begins, at the same time of day in the UK; each is open for eight weeks.
BEGINS = {1: 0, 2: 26 * 7, 3: 52 * 7}
NAMES = {1: "When the council answered", 2: "Half a year later", 3: "A year later"}
OPEN_FOR = 8 * 7


@dataclass(frozen=True, slots=True)
class Answered:
    """One question in one round: how many gave each answer of `SCALE`, in its order; None is hidden because it is small."""

    question: str
    counts: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """A round that is over. `people` is None where too few answered to say anything."""

    number: int
    people: int | None
    answers: tuple[Answered, ...]


def round_of(published_at: datetime, number: int) -> tuple[datetime, datetime]:
    """From its first moment until before its last."""
    return (
        clock.later(published_at, days=BEGINS[number]),
        clock.later(published_at, days=BEGINS[number] + OPEN_FOR),
    )


def open_round(published_at: datetime | None, now: datetime) -> int | None:
    """The round in which residents can answer at a moment; None in between, and before the council has answered."""
    if published_at is None:
        return None
    rounds = {number: round_of(published_at, number) for number in BEGINS}
    return next((number for number, (start, end) in rounds.items() if start <= now < end), None)


def rounds_over(published_at: datetime | None, now: datetime) -> list[int]:
    if published_at is None:
        return []
    return [number for number in BEGINS if round_of(published_at, number)[1] <= now]


def say(*, consultation: Consultation, account_id: int, answers: Mapping[str, int]) -> None:
    """Answer the open round, or answer it anew. Raises RoundNotOpen."""
    number = open_round(_published_at(consultation), clock.now())
    if number is None:
        raise RoundNotOpen()
    dialect = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    values = {question: answers[question] for question in QUESTIONS}
    keys = {"consultation_id": consultation.id, "round": number, "account_id": account_id}
    insert = dialect.insert(SatisfactionAnswer).values({**keys, **values})
    db.session.execute(insert.on_conflict_do_update(index_elements=list(keys), set_=values))


def answer_of(consultation: Consultation, account_id: int) -> SatisfactionAnswer | None:
    """What a resident said in the open round."""
    number = open_round(_published_at(consultation), clock.now())
    return db.session.get(SatisfactionAnswer, (consultation.id, number, account_id)) if number else None


def results(consultation: Consultation, threshold: int) -> list[Round]:
    """Every round that is over, in three queries at most."""
    return [
        _result(consultation.id, number, threshold) for number in rounds_over(_published_at(consultation), clock.now())
    ]


def _result(consultation_id: int, number: int, threshold: int) -> Round:
    of_round = (SatisfactionAnswer.consultation_id == consultation_id, SatisfactionAnswer.round == number)
    rows = db.session.execute(
        select(SatisfactionAnswer.met, SatisfactionAnswer.told, SatisfactionAnswer.heard, func.count().label("people"))
        .where(*of_round)
        .group_by(SatisfactionAnswer.met, SatisfactionAnswer.told, SatisfactionAnswer.heard)
    ).all()
    people = sum(row.people for row in rows)
    if people < threshold:
        return Round(number, None, ())
    told = []
    for question in QUESTIONS:
        counts = [sum(row.people for row in rows if getattr(row, question) == value) for value in SCALE]
        told.append(Answered(question, shown(counts, threshold)))
    return Round(number, people, tuple(told))


def shown(counts: Sequence[int], threshold: int) -> tuple[int | None, ...]:
    """The counts with the small ones hidden, and one more where they could be worked out from the total."""
    hidden = hide_in_list(list(counts), threshold, [None] * len(counts))
    return tuple(None if place in hidden else count for place, count in enumerate(counts))


def _published_at(consultation: Consultation) -> datetime | None:
    return consultation.response.published_at if consultation.response else None


def asked_again(council_id: int, since: datetime) -> list[News]:
    """For the weekly mails: a later round has begun."""
    now = clock.now()
    rows = db.session.execute(
        select(Consultation.id, Consultation.title, ConsultationResponse.published_at)
        .join(ConsultationResponse, ConsultationResponse.consultation_id == Consultation.id)
        .where(
            Consultation.council_id == council_id,
            ConsultationResponse.published_at > clock.later(since, days=-BEGINS[3] - 1),
        )
        .order_by(Consultation.id)
    )
    begun = ((row, round_of(row.published_at, number)[0]) for row in rows for number in BEGINS if number > 1)
    return [
        News(
            row.id,
            sentence("asked_again", title=row.title),
            start,
        )
        for row, start in begun
        if since < start <= now
    ]


def link(consultation: Consultation, now: datetime) -> list[Further]:
    """For the page of a consultation: answer, or read what was answered."""
    published_at = _published_at(consultation)
    if open_round(published_at, now):
        text = "Say how it turned out: three questions"
    elif rounds_over(published_at, now):
        text = "See what residents say about how it turned out"
    else:
        return []
    return [Further(text, "consultations.satisfaction", {"slug": consultation.slug})]
