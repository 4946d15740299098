"""The card of an option: the same fields with the same lengths for every way of delivering it (UK notes, section 5).

One list says what the fields are: the form, the page, the comparison, the checks before launch, and what is fixed with a vote
all follow from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from participation.consultations.models import CommissioningOption, Consultation
from participation.web.words import day, pounds

# Every option's cost is given over the same years, at today's prices.
YEARS = 5


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its heading on the card, the hint for staff, the most characters, and what it says of "Keep as now"."""

    name: str
    heading: str
    hint: str
    limit: int
    now: str


FIELDS = (
    Field("gains", "Who gains", "Which people, and how.", 300, "Nobody more than today"),
    Field("loses", "Who loses", "Which people, and how. Say so if nobody does.", 300, "Nobody more than today"),
    Field("quality", "How we would know that it works", "What would be measured.", 300, "What is measured today"),
    Field("risks", "What could go wrong", "Two risks at most, and what would be done.", 300, "The risks of today"),
    Field(
        "staff", "Who employs the staff", "Who they would work for, and what would change for them.", 200, "As today"
    ),
    Field("accountable", "Who answers for it", "Who is accountable, and where complaints go.", 200, "As today"),
    Field("ending", "How long it lasts", "How long, and how it can be ended.", 200, "As today"),
    Field(
        "social_value",
        "What else it does for the area",
        "Jobs, the environment, local groups.",
        200,
        "What it does today",
    ),
    Field("equality", "Effect on groups of people", "People who share a protected characteristic.", 300, "No change"),
    Field("evidence", "Evidence", "Where this comes from. Web addresses become links.", 400, ""),
)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of every option's card: the heading, what it says of keeping things as they are, and of each option in order."""

    heading: str
    now: str
    values: tuple[str, ...]


def card_of(option: CommissioningOption) -> dict[str, str]:
    """Every field of the card by its name, as text; "" where it says nothing. Title and cost stand on the ballot itself."""
    return {
        "description": option.description,
        "delivery_model": option.delivery_model or "",
        "limits_reason": option.limits_reason,
        "costs": costs_said(option),
        "signed_off": signed_off(option),
        "needs": " ".join(option.needs),
        "excludes": " ".join(option.excludes),
        **{field.name: option.card.get(field.name, "") for field in FIELDS},
    }


def facts(options: Sequence[CommissioningOption]) -> list[Fact]:
    """What the options say in the fields of the card, under equal headings; one under which none says anything is left out."""
    titles = {option.code: option.title for option in options}
    found = [
        Fact(f"Cost over {YEARS} years", "Nothing more than today", tuple(costs_said(option) for option in options)),
        *(
            Fact(field.heading, field.now, tuple(option.card.get(field.name, "") for option in options))
            for field in FIELDS
        ),
        Fact("Needs", "", tuple(_named(option.needs, titles) for option in options)),
        Fact("Cannot join", "", tuple(_named(excluded(option, options), titles) for option in options)),
        Fact("Figures checked by finance", "", tuple(signed_off(option) for option in options)),
    ]
    return [fact for fact in found if any(fact.values)]


def facts_of(option: CommissioningOption, consultation: Consultation) -> list[tuple[str, str]]:
    """(heading, text) of one option's card, of those lines that say something."""
    place = consultation.options.index(option)
    return [(fact.heading, fact.values[place]) for fact in facts(consultation.options) if fact.values[place]]


def cards_of(options: Sequence[CommissioningOption]) -> dict[str, tuple[tuple[str, list[tuple[str, str]]], ...]]:
    """By code: (heading, text in the pieces of `with_links`) of what each option's card says."""
    lines = facts(options)
    return {
        option.code: tuple((fact.heading, with_links(fact.values[place])) for fact in lines if fact.values[place])
        for place, option in enumerate(options)
    }


def costs_said(option: CommissioningOption) -> str:
    """ "£140,000 in all: £40,000 once and £20,000 a year, at today's prices"; "" where it is not given."""
    if option.one_off_pence is None or option.yearly_pence is None:
        return ""
    total = option.one_off_pence + YEARS * option.yearly_pence
    return (
        f"{pounds(total)} in all: {pounds(option.one_off_pence)} once and {pounds(option.yearly_pence)} a year, "
        "at today’s prices"
    )


def signed_off(option: CommissioningOption) -> str:
    if not option.signed_off_by or option.signed_off_on is None:
        return ""
    return f"{option.signed_off_by}, {day(option.signed_off_on)}"


def excluded(option: CommissioningOption, options: Iterable[CommissioningOption]) -> list[str]:
    """The codes of the options it cannot join, whichever of the two says so, in listed order."""
    return [one.code for one in options if one.code in option.excludes or option.code in one.excludes]


def with_links(text: str) -> list[tuple[str, str]]:
    """The text in pieces of (words, address); "" for words that are no address."""
    pieces, end = [], 0
    for match in _ADDRESS.finditer(text):
        pieces += [(text[end : match.start()], ""), (match[0], match[0])]
        end = match.end()
    return [piece for piece in [*pieces, (text[end:], "")] if piece[0]]


def _named(codes: Iterable[str], titles: dict[str, str]) -> str:
    return "; ".join(titles[code] for code in codes if code in titles)
