"""What the demonstration is made of, read from config/demo: consultations with their options, and needs by service."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.settings import ROOT

FOLDER = ROOT / "config" / "demo"


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionContent:
    """One option; money in whole pounds, `appeal` is the share of voters, in percent, that would pick it.

    `yearly` is what it costs each year once it is there; without it the option has no card.
    """

    code: str
    title: str
    description: str
    cost: int
    group: str
    delivery_model: str
    appeal: int
    ward: str | None = None
    yearly: int | None = None
    gains: str = ""
    loses: str = ""
    risks: str = ""
    accountable: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponseContent:
    days_ago: int
    decided_days_ago: int
    we_asked: str
    you_said: str
    we_did: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeContent:
    """What became of one option; `amount` in whole pounds."""

    option: str
    answer: str
    reason: str
    owner: str = ""
    status: str = "planned"
    amount: int | None = None
    due_in_days: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsultationContent:
    """One consultation. `gather`, `shape` and `vote` are (opens, closes) in days from today; money in whole pounds."""

    slug: str
    title: str
    summary: str
    services: tuple[str, ...]
    background: str
    what_can_change: str
    what_cannot_change: str
    influence: str
    cycle_step: str
    decision_maker: str
    decision_in_days: int
    equality_note: str = ""
    moderation: str
    submissions: int
    waiting: int
    gather: tuple[int, int] | None = None
    shape: tuple[int, int] | None = None
    vote: tuple[int, int] | None = None
    draft: bool = False
    ballots: int = 0
    leave_closed: bool = False
    published_days_ago: int | None = None
    budget: int = 0
    max_choices: int | None = None
    max_total: int | None = None
    rule: str = "greedy"
    rule_settings: Mapping[str, str | int | bool] = field(default_factory=dict)
    ties: str = "cheapest,most-votes,id"
    options: tuple[OptionContent, ...] = ()
    response: ResponseContent | None = None
    outcomes: tuple[OutcomeContent, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedContent:
    group: str
    title: str
    need: str

    def in_ward(self, ward: str) -> tuple[str, str, bool]:
        """Title and text with the ward's name filled in, and whether the need is about that ward."""
        local = "{ward}" in self.title or "{ward}" in self.need
        return self.title.replace("{ward}", ward), self.need.replace("{ward}", ward), local


@dataclass(frozen=True, slots=True)
class CommentContent:
    """What somebody says for or against the need with this title, or the option; `waiting`: no moderator read it yet."""

    stance: str
    text: str
    need: str = ""
    option: str = ""
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class PhotoContent:
    """A picture of `demo.drawings` with the need of this title."""

    need: str
    drawing: str
    alt: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SatisfactionContent:
    """How `people` found that a consultation turned out: shares from "strongly agree" down, by question."""

    consultation: str
    days_after_answer: int
    people: int
    met: tuple[int, ...]
    told: tuple[int, ...]
    heard: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class VoicesContent:
    """What residents add to needs and to answers."""

    comments: tuple[CommentContent, ...]
    photos: tuple[PhotoContent, ...]
    satisfaction: SatisfactionContent


@dataclass(frozen=True, kw_only=True, slots=True)
class ThemeContent:
    """A theme of a service; `needs` were read one by one, `accepted` taken from suggestions; `into` is merged away."""

    group: str
    name: str
    name_cy: str
    definition: str
    needs: tuple[str, ...]
    accepted: tuple[str, ...] = ()
    first_name: str = ""
    into: str = ""


@dataclass(frozen=True, slots=True)
class QuoteContent:
    """Words of a need that a commissioner asked for, and whether a moderator cleared them yet."""

    title: str
    words: str
    cleared: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordContent:
    """A summary that was signed; `cites` ties options' outcomes to its figures."""

    consultation: str
    days_ago: int
    contrary: str = ""
    limits: str = ""
    cites: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceContent:
    """What commissioners did with what residents said."""

    themes: tuple[ThemeContent, ...]
    quotes: tuple[QuoteContent, ...]
    records: tuple[RecordContent, ...]


def evidence(slug: str) -> EvidenceContent:
    """The themes, quotes and signed summaries of a council's demonstration."""
    found = _read(FOLDER / slug / "themes.toml")
    return EvidenceContent(
        themes=tuple(ThemeContent(**_fixed(row)) for row in found["theme"]),
        quotes=tuple(QuoteContent(**row) for row in found["quote"]),
        records=tuple(RecordContent(**_fixed(row)) for row in found["record"]),
    )


def _fixed(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def consultations(slug: str) -> list[ConsultationContent]:
    """The consultations of a council's demonstration."""
    return [_consultation(row) for row in _read(FOLDER / slug / "consultations.toml")["consultation"]]


def voices(slug: str) -> VoicesContent:
    """The comments, pictures and answers of a council's demonstration."""
    found = _read(FOLDER / slug / "voices.toml")
    return VoicesContent(
        comments=tuple(CommentContent(**row) for row in found["comment"]),
        photos=tuple(PhotoContent(**row) for row in found["photo"]),
        satisfaction=SatisfactionContent(**_fixed(found["satisfaction"])),
    )


def needs(slug: str) -> list[NeedContent]:
    """The needs that made-up residents write."""
    return [NeedContent(**row) for row in _read(FOLDER / slug / "needs.toml")["need"]]


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _stripped(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value.strip() if isinstance(value, str) else value for key, value in row.items()}


def _consultation(row: dict[str, Any]) -> ConsultationContent:
    values = _stripped(row)
    values["options"] = tuple(OptionContent(**_stripped(option)) for option in values.pop("option", ()))
    values["outcomes"] = tuple(OutcomeContent(**_stripped(outcome)) for outcome in values.pop("outcome", ()))
    if "response" in values:
        values["response"] = ResponseContent(**_stripped(values["response"]))
    for key in ("gather", "shape", "vote", "services"):
        if key in values:
            values[key] = tuple(values[key])
    return ConsultationContent(**values)
