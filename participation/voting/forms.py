"""What the voting pages send. Shape only: whether a ballot may be cast is said by `counting.ballots.problems`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from participation.consultations.beside import typed_in
from participation.consultations.question_types import Sent
from participation.counting.ballots import Problem
from participation.voting.definition import Definition

# What the buttons of the ballot page ask for.
ACTS = ("total", "review", "edit", "save", "cast")
MOVES = {"up": -1, "down": 1}


@dataclass(frozen=True, slots=True)
class SentBallot:
    """A ballot page as it was sent: what was asked for, and everything on it as it was typed."""

    act: str
    # Of "up:3": the option at that listed position moves by `step`.
    position: int
    step: int
    nonce: str
    revision: int
    # The version of the definition that the page showed.
    version: int
    declares_age: bool
    sent: Sent
    # What was typed in the questions beside the ballot, by field.
    beside: Mapping[str, str]


def sent_ballot(form: MultiDict[str, str], definition: Definition) -> SentBallot:
    """Read a ballot page. Hand-made fields that are not ours are dropped; an unknown button counts as "total"."""
    act, _, place = form.get("act", "total").partition(":")
    position = int(place) if place.isascii() and place.isdigit() and len(place) < 5 else -1
    step = MOVES.get(act, 0) if 0 <= position < len(definition.election.options) else 0
    return SentBallot(
        act=act if act in ACTS else "total",
        position=position,
        step=step,
        nonce=form.get("nonce", ""),
        revision=seen_number(form, "revision"),
        version=seen_number(form, "version") or 1,
        declares_age=form.get("age") == "yes",
        sent=definition.question.kept(form.to_dict(flat=False), definition.election),
        beside=typed_in(form.to_dict(flat=False)),
    )


def seen_number(form: Mapping[str, str], name: str) -> int:
    """A number the page had seen; 0 where it is missing or no number, which at worst is a conflict."""
    text = form.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """One field with its errors, as the error summary wants it."""

    id: str
    errors: list[str]
    widget: None = None


class PageErrors:
    """The errors of a hand-made form in the shape of a WTForms form, for the error summary of the layout."""

    form_errors: tuple[str, ...] = ()

    def __init__(self, fields: Iterable[FieldErrors]) -> None:
        self.fields = tuple(fields)

    @property
    def errors(self) -> bool:
        return bool(self.fields)

    def __iter__(self) -> Iterator[FieldErrors]:
        return iter(self.fields)

    def of(self, field_id: str) -> str:
        """The first error of a field, "" when it has none."""
        return next((field.errors[0] for field in self.fields if field.id == field_id), "")


def errors_of(problems: Iterable[Problem], ids: Mapping[str, str], first: str) -> PageErrors:
    """The problems of a ballot at their fields; those of the whole ballot at the first one."""
    return PageErrors(FieldErrors(ids.get(problem.option, first), [problem.message]) for problem in problems)
