"""What a moderator typed, checked for shape and handed from forms (or a command) to the service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Period:
    """From `opens_at` until before `closes_at`, both aware."""

    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """The text and dates of a consultation. `phases` is by kind; `services` are codes of service groups."""

    title: str
    summary: str
    background: str
    what_can_change: str
    what_cannot_change: str
    influence: str
    cycle_step: str
    decision_maker: str
    decision_date: date
    services: tuple[str, ...]
    phases: Mapping[str, Period]
    equality_note: str = ""
    decided_so_far: str = ""
    minimum_age: int = 16
    moderation: str = "pre"


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionDraft:
    """One option. `group_code`, `ward_code` and `delivery_model` are codes; None is "not said" or "the whole council"."""

    title: str
    description: str
    cost_pence: int
    group_code: str | None = None
    ward_code: str | None = None
    delivery_model: str | None = None
    # The fields of `cards.FIELDS` by name; costs in pence, both or neither; codes of other options.
    card: Mapping[str, str] = field(default_factory=dict)
    one_off_pence: int | None = None
    yearly_pence: int | None = None
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    signed_off_by: str = ""
    signed_off_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponseDraft:
    """ "We asked, you said, we did"."""

    we_asked: str
    you_said: str
    we_did: str
    decided_on: date
