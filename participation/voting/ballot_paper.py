"""The ballot paper: the options of a vote with what a voter has marked so far, ready to be drawn.

Options stand in an order of their own for each voter, so that no option gains from being listed first; the same voter
always finds the same order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import inspect

from participation.consultations.models import CommissioningOption, Consultation
from participation.consultations.question_types import Choice, QuestionType, Sent, Way
from participation.counting.ballots import Problem
from participation.counting.elections import Option
from participation.voting.definition import Definition
from participation.voting.forms import PageErrors, errors_of
from participation.voting.sealing import labelled_hash


@dataclass(frozen=True, slots=True)
class Row:
    """One option on the paper. `value` is what was typed; `details` are the words of the consultation about it."""

    position: int
    option: Option
    details: CommissioningOption | None
    field: str
    value: str
    cost: str
    error: str
    ways: tuple[Way, ...]

    @property
    def id(self) -> str:
        return f"option-{self.position}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a ballot that asks several: its options in the voter's order, and the fields with what was sent."""

    number: int
    rows: tuple[Row, ...]
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class BallotPaper:
    """Everything the ballot page draws. `parts` are the questions of a ballot that asks several."""

    definition: Definition
    rows: tuple[Row, ...]
    total: str
    chosen: tuple[Choice, ...]
    errors: PageErrors
    sent: Sent
    parts: tuple[Asked, ...] = ()

    @property
    def question(self) -> QuestionType:
        return self.definition.question

    @property
    def instruction(self) -> str:
        return self.question.instruction(self.definition.election, self.definition.limits)

    @property
    def most(self) -> int | None:
        """What the running total counts down from: pence, or points; None without a limit."""
        limits = self.definition.limits
        if self.question.name == "balance":
            return self.definition.election.budget
        return limits.max_points if self.question.name == "points" else limits.max_total

    def money(self, amount: int) -> str:
        return self.definition.election.money(amount)


def ballot_paper(
    definition: Definition, consultation: Consultation, *, voter_id: int, sent: Sent, problems: Iterable[Problem] = ()
) -> BallotPaper:
    """The paper of one voter with what was sent on it, and with problems where a ballot was refused."""
    election, question = definition.election, definition.question
    # Not loaded where the page needs no words about the options (after casting, after the close).
    known = [] if "options" in inspect(consultation).unloaded else consultation.options
    details = {option.code: option for option in known}
    order = sorted(range(len(election.options)), key=lambda at: _place(definition, voter_id, election.options[at]))
    ids = {option.code: f"option-{position}" for position, option in enumerate(election.options)}
    parts = question.parts(sent, election, definition.limits)
    first = f"question-{parts[0].number}-0" if parts else f"option-{order[0]}" if order else "total"
    errors = errors_of(problems, ids, first=first)
    payload, _ = question.parse(sent, election)
    rows = tuple(
        Row(
            position=position,
            option=election.options[position],
            details=details.get(election.options[position].code),
            field=question.field(position),
            value=question.value(sent, position),
            cost=question.price(election.options[position], election),
            error=errors.of(f"option-{position}"),
            ways=question.ways(election, position),
        )
        for position in order
    )
    return BallotPaper(
        definition=definition,
        rows=rows,
        total=question.running_total(payload, election, definition.limits),
        chosen=tuple(question.chosen(payload, election)),
        errors=errors,
        sent=sent,
        parts=tuple(
            Asked(
                part.number,
                tuple(row for row in rows if row.position in part.positions),
                tuple(zip(part.fields, part.values, strict=True)),
            )
            for part in parts
        ),
    )


def _place(definition: Definition, voter_id: int, option: Option) -> tuple[bool, bytes]:
    """Money coming in stands below what it pays for; within each, an order of the voter's own."""
    mixed = labelled_hash("order-v1", definition.vote.encode(), str(voter_id).encode(), option.code.encode())
    return option.income, mixed
