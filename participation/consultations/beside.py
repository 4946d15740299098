"""Questions beside a ballot: set in a draft, answered or left out while voting, read once the vote is over.

They are no part of the sealed ballot, so they are never needed to cast it, and what was typed comes back with every page that
shows an error. A question is always optional: an empty answer is no answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from participation.consultations import service
from participation.consultations.lifecycle import Move
from participation.consultations.models import Consultation, SideAnswer, SideQuestion
from participation.consultations.queries import questions_of
from participation.errors import InvalidInput
from participation.extensions import db

TEXT, CHOICE, AGREE = "text", "choice", "agree"
# Balanced, with "no view" (UK notes, section 14).
SCALE = ("Strongly agree", "Agree", "Neither agree nor disagree", "Disagree", "Strongly disagree", "No view")
MOST_QUESTIONS, MOST_CHOICES = 5, 10
LONGEST_ANSWER = 1000
# What is shown again of an answer that is too long, so that it can be shortened.
LONGEST_TYPED = 10_000
_PREFIX, _USE, YES = "beside-", "-use", "yes"


@dataclass(frozen=True, kw_only=True, slots=True)
class QuestionDraft:
    kind: str
    words: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """A question on the page with what was typed. `answers` are the radio buttons; none for an answer in words."""

    question: SideQuestion
    field: str
    value: str
    error: str
    answers: tuple[str, ...]
    # Of an answer in words: the name of the tick that lets us use it, and whether it is ticked.
    use: str = ""
    may_be_used: bool = False


def field_of(question: SideQuestion) -> str:
    return f"{_PREFIX}{question.id}"


def use_of(question: SideQuestion) -> str:
    """The field of the tick "you may use my words"."""
    return f"{field_of(question)}{_USE}"


def answers_of(question: SideQuestion) -> tuple[str, ...]:
    """The answers a question offers."""
    return SCALE if question.kind == AGREE else tuple(question.choices)


def typed_in(form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Of everything a page sent, what was typed beside the ballot, by field."""
    return {
        name: values[0].replace("\r\n", "\n").strip()[:LONGEST_TYPED]
        for name, values in form.items()
        if name.startswith(_PREFIX) and values and _is_ours(name.removeprefix(_PREFIX), values[0])
    }


def _is_ours(name: str, value: str) -> bool:
    return name.isdigit() or (name.removesuffix(_USE).isdigit() and value == YES)


def problems(typed: Mapping[str, str]) -> dict[str, str]:
    """What stands against these answers, by field. Only their length can: whatever else is wrong is no answer."""
    return {
        name: f"Your answer must be {LONGEST_ANSWER:,} characters or fewer"
        for name, answer in typed.items()
        if len(answer) > LONGEST_ANSWER
    }


def shown(consultation_id: int, typed: Mapping[str, str], *, told: Mapping[str, str] | None = None) -> list[Beside]:
    """The questions with what was typed, and with errors where the page says them."""
    return [
        Beside(
            one,
            field_of(one),
            typed.get(field_of(one), ""),
            (told or {}).get(field_of(one), ""),
            answers_of(one),
            use_of(one) if one.kind == TEXT else "",
            typed.get(use_of(one)) == YES,
        )
        for one in questions_of(consultation_id)
    ]


def answered(consultation_id: int, account_id: int) -> dict[str, str]:
    """What a resident answered before, by field."""
    query = (
        select(SideQuestion, SideAnswer.answer, SideAnswer.may_be_used)
        .join(SideAnswer, SideAnswer.question_id == SideQuestion.id)
        .where(SideQuestion.consultation_id == consultation_id, SideAnswer.account_id == account_id)
    )
    found: dict[str, str] = {}
    for question, answer, may_be_used in db.session.execute(query):
        found[field_of(question)] = answer
        if may_be_used:
            found[use_of(question)] = YES
    return found


def keep(*, consultation_id: int, account_id: int, typed: Mapping[str, str]) -> None:
    """Keep the answers that were sent in the place of those before; an empty one takes the earlier one away."""
    questions = questions_of(consultation_id)
    own = SideAnswer.question_id.in_([one.id for one in questions]) & (SideAnswer.account_id == account_id)
    db.session.execute(delete(SideAnswer).where(own))
    rows = [
        {
            "question_id": one.id,
            "account_id": account_id,
            "answer": typed[field_of(one)],
            "may_be_used": one.kind == TEXT and typed.get(use_of(one)) == YES,
        }
        for one in questions
        if _is_answer(one, typed.get(field_of(one), ""))
    ]
    if rows:
        db.session.execute(insert(SideAnswer), rows)


def _is_answer(question: SideQuestion, answer: str) -> bool:
    return bool(answer) and (question.kind == TEXT or answer in answers_of(question))


def to_be_used(consultation_id: int) -> list[SideAnswer]:
    """The answers in words of a consultation that voters let us use."""
    query = (
        select(SideAnswer)
        .join(SideQuestion, SideQuestion.id == SideAnswer.question_id)
        .where(SideQuestion.consultation_id == consultation_id, SideQuestion.kind == TEXT, SideAnswer.may_be_used)
    )
    return list(db.session.scalars(query))


def add_question(
    *, consultation: Consultation, draft: QuestionDraft, version: int, actor_id: int | None
) -> SideQuestion:
    """Ask something beside the ballot of a draft. Raises MoveRefused once it was launched, InvalidInput."""
    _require(consultation, version)
    before = questions_of(consultation.id)
    if len(before) >= MOST_QUESTIONS:
        raise InvalidInput(f"There can be {MOST_QUESTIONS} questions. Remove one first.", field="words")
    if draft.kind == CHOICE and not 2 <= len(set(draft.choices)) <= MOST_CHOICES:
        raise InvalidInput(f"Enter 2 to {MOST_CHOICES} different answers, one on each line.", field="choices")
    if any(len(choice) > 100 for choice in draft.choices):
        raise InvalidInput("Each answer must be 100 characters or fewer.", field="choices")
    question = SideQuestion(
        consultation_id=consultation.id, position=max((one.position for one in before), default=0) + 1, kind=draft.kind,
        words=draft.words, choices=list(dict.fromkeys(draft.choices)) if draft.kind == CHOICE else [],
    )  # fmt: skip
    db.session.add(question)
    service.touch(consultation=consultation, actor_id=actor_id)
    return question


def remove_question(*, consultation: Consultation, position: int, version: int, actor_id: int | None) -> None:
    """Raises InvalidInput where there is none."""
    _require(consultation, version)
    found = next((one for one in questions_of(consultation.id) if one.position == position), None)
    if found is None:
        raise InvalidInput("That question is not there any more.")
    db.session.delete(found)
    service.touch(consultation=consultation, actor_id=actor_id)


def _require(consultation: Consultation, version: int) -> None:
    service.require_move(consultation, Move.EDIT)
    service.require_version(consultation, version)


@dataclass(frozen=True, slots=True)
class Read:
    """The answers to one question: how often each was given, or the texts, in an order that says nothing of who or when."""

    question: SideQuestion
    total: int
    counts: tuple[tuple[str, int], ...]
    texts: tuple[str, ...]


def read_all(consultation_id: int) -> list[Read]:
    """For staff, once the vote is over."""
    found = []
    for question in questions_of(consultation_id):
        query = select(SideAnswer.answer).where(SideAnswer.question_id == question.id)
        answers = list(db.session.scalars(query.order_by(func.lower(SideAnswer.answer), SideAnswer.answer)))
        numbers = Counter(answers)
        counts = tuple((answer, numbers[answer]) for answer in answers_of(question))
        found.append(Read(question, len(answers), counts, tuple(answers) if question.kind == TEXT else ()))
    return found
