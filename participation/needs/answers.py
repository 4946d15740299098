"""Answers to the questions beside a ballot, rounded like themes so that they tell of nobody.

One list of answers can be compared with that of another version, and with numbers of voters that are public: totals to the
nearest threshold leave no difference that tells of a few people.
"""

from __future__ import annotations

from participation.needs.evidence import AnsweredQuestion, Evidence
from participation.needs.figures import NOT_AVAILABLE as NO_SHARE
from participation.needs.figures import (
    Figure,
    hidden,
    not_available,
    ratio,
    rounded,
    rounded_people,
    rounded_total,
    share_status,
)
from participation.needs.ranges import wilson
from participation.needs.summary import AnswerRow


def answer_rows(evidence: Evidence, threshold: int) -> tuple[AnswerRow, ...]:
    """Every answer of every question, both in the order in which residents saw them."""
    return tuple(row for question in evidence.asked for row in _rows(question, threshold))


def _rows(question: AnsweredQuestion, threshold: int) -> list[AnswerRow]:
    base = rounded_people(sum(people for _, people in question.answers), threshold)
    rows = []
    for number, (answer, people) in enumerate(question.answers, start=1):
        figure = rounded_total(people, threshold)
        share = hidden() if figure.value is None else _share(int(figure.value), base)
        rows.append(AnswerRow(f"{question.code}-{number}", question.words, answer, figure, share))
    return rows


def _share(people: int, base: int) -> Figure:
    """Of the people who answered, both rounded; with its range."""
    base = max(base, people)
    status = share_status(base)
    if status == NO_SHARE:
        return not_available()
    low, high = wilson(people / base, base)
    return Figure(ratio(people, base), status, base, rounded(low), rounded(high))
