"""The acts that need a second person. A feature registers each of its own once, at start.

    register_act(Act("exclude-ballot", Permission.RUN_VOTES, sentence=..., carry_out=...))

`carry_out` runs in the transaction of the approval and checks again what the act depends on: days may have passed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from participation.web.access import Permission

Payload = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """An approved request, as the act that carries it out sees it."""

    council_id: int
    subject: str
    payload: Payload
    requested_by: int
    decided_by: int


DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Details:
    """What the second person has to read before they decide: (what it is about, what is said of it), and where to read on."""

    rows: tuple[tuple[str, str], ...]
    page: str = ""
    page_name: str = ""


def _no_details(_council_id: int, _payload: Payload) -> Details:
    return Details(())


@dataclass(frozen=True, slots=True)
class Act:
    """`permission` is what both people need; `sentence` says what would happen in up to 400 characters ("Give Sam ...").

    `details` is what the page shows beside it, `ends` until when a request that was made at a moment can wait.
    """

    name: str
    permission: Permission
    sentence: Callable[[int, Payload], str]
    carry_out: Callable[[Asked], None]
    details: Callable[[int, Payload], Details] = _no_details
    ends: Callable[[datetime], datetime] = lambda at: at + DAY


_acts: dict[str, Act] = {}


def register_act(act: Act) -> None:
    """Make an act known; the same name again replaces it, so that an application can be made twice in a process."""
    _acts[act.name] = act


def act_named(name: str) -> Act:
    """Raises KeyError for what no feature registered: a fault of the program, not of a visitor."""
    return _acts[name]


def acts_for(permissions: frozenset[Permission]) -> list[str]:
    """The names of the acts that somebody with these permissions may ask for and decide."""
    return sorted(act.name for act in _acts.values() if act.permission in permissions)
