"""The ballot paper: the options of a vote with what a voter has marked so far, ready to be drawn.

Options stand in an order of their own for each voter, so that no option gains from being listed first; the same voter
always finds the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect

from participation.consultations.cards import cards_of
from participation.consultations.models import CommissioningOption, Consultation
from participation.consultations.question_types import Choice, QuestionType, Sent, Way
from participation.counting.areas import COUNCIL, ward_of
from participation.counting.ballots import Limits, Problem
from participation.counting.elections import Election, Option
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
    # Titles of the options it needs, and of those it cannot join; only where the ballot keeps to them.
    needs: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    # The longer part of the card: (heading, text in pieces of words and addresses).
    card: tuple[tuple[str, list[tuple[str, str]]], ...] = ()

    @property
    def id(self) -> str:
        return f"option-{self.position}"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a ballot that asks several: its options in the voter's order, and the fields with what was sent."""

    number: int
    rows: tuple[Row, ...]
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Options under one heading; "" where there is one list. `money` is what there is for them, "" where all share one pot."""

    heading: str
    money: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class BallotPaper:
    """Everything the ballot page draws. `parts` are the questions of a ballot that asks several."""

    definition: Definition
    limits: Limits
    rows: tuple[Row, ...]
    total: str
    chosen: tuple[Choice, ...]
    errors: PageErrors
    sent: Sent
    parts: tuple[Asked, ...] = ()
    groups: tuple[Group, ...] = ()
    # What was said instead of choosing, "" for nothing.
    instead: str = ""

    @property
    def instead_ways(self) -> tuple[Way, ...]:
        """The radio buttons of what can be said instead of choosing."""
        return self.question.instead_ways(self.definition.election)

    @property
    def question(self) -> QuestionType:
        return self.definition.question

    @property
    def instruction(self) -> str:
        return self.question.instruction(self.definition.election, self.limits)

    @property
    def most(self) -> int | None:
        """What the running total counts down from: pence, or points; None without a limit."""
        limits = self.limits
        if self.question.name == "balance":
            return self.definition.election.budget
        return limits.max_points if self.question.name == "points" else limits.max_total

    @property
    def pots(self) -> list[dict[str, Any]]:
        """What the live total of a vote by area needs: each pot, and whether it is spoken of before anything is chosen."""
        areas, home = self.limits.areas, self.limits.home
        if areas is None or self.limits.max_total is None:
            return []
        return [
            {"ward": pot.ward, "name": pot.name, "money": pot.money, "always": pot.ward in (COUNCIL, home)}
            for pot in areas.pots
        ]

    def pot_of(self, row: Row) -> str:
        return ward_of(row.option)

    def money(self, amount: int) -> str:
        return self.definition.election.money(amount)


def ballot_paper(
    definition: Definition, consultation: Consultation, *, voter_id: int, limits: Limits, sent: Sent,
    problems: Iterable[Problem] = (),
) -> BallotPaper:  # fmt: skip
    """The paper of one voter with what was sent on it, and with problems where a ballot was refused.

    `limits` are the voter's own: in a vote by area the paper has only options within their reach.
    """
    election, question = definition.election, definition.question
    # Not loaded where the page needs no words about the options (after casting, after the close).
    known = [] if "options" in inspect(consultation).unloaded else consultation.options
    details = {option.code: option for option in known}
    told = cards_of(known)
    offered = [
        at for at, option in enumerate(election.options) if not limits.areas or limits.areas.offers(option, limits.home)
    ]
    order = sorted(offered, key=lambda at: _place(definition, voter_id, election.options[at]))
    ids = {election.options[position].code: f"option-{position}" for position in offered}
    parts = question.parts(sent, election, limits)
    first = f"question-{parts[0].number}-0" if parts else f"option-{order[0]}" if order else "total"
    errors = errors_of(problems, ids, first=first)
    payload, said = question.parse(sent, election)[0], question.instead(sent, election)
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
            card=told.get(election.options[position].code, ()),
            **_links(election, position, question),
        )
        for position in order
    )
    return BallotPaper(
        definition=definition,
        limits=limits,
        rows=rows,
        total=question.total(sent, election, limits),
        chosen=() if said and not question.chooses(payload, election) else tuple(question.chosen(payload, election)),
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
        groups=tuple(_groups(rows, election, limits)),
        instead=said,
    )


def _links(election: Election, position: int, question: QuestionType) -> dict[str, tuple[str, ...]]:
    if question.name != "approval" or not election.linked:
        return {}
    one = election.options[position]
    return {
        "needs": tuple(election[code].label for code in one.needs if code in election.index),
        "rivals": tuple(
            other.label for other in election.options if other.code in one.excludes or one.code in other.excludes
        ),
    }


def _groups(rows: tuple[Row, ...], election: Election, limits: Limits) -> Iterator[Group]:
    """The voter's own ward, the whole council, then the other wards as listed; one group where there is one pot."""
    if limits.areas is None:
        yield Group("", "", rows)
        return
    pots = sorted(limits.areas.pots, key=lambda pot: (pot.ward != limits.home, pot.ward != COUNCIL))
    for pot in pots:
        own = tuple(row for row in rows if ward_of(row.option) == pot.ward)
        if own:
            yield Group(
                f"Your ward: {pot.name}" if pot.ward == limits.home else pot.name, election.money(pot.money), own
            )


def _place(definition: Definition, voter_id: int, option: Option) -> tuple[bool, bytes]:
    """Money coming in stands below what it pays for; within each, an order of the voter's own."""
    mixed = labelled_hash("order-v1", definition.vote.encode(), str(voter_id).encode(), option.code.encode())
    return option.income, mixed
