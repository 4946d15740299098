"""The result of a count: what was chosen, every step on the way, and a reason for each option.

An outcome is a frozen value with one canonical text, the same bytes on any machine: keys sorted, no blanks, exact ratios
written as "125/18". That text is what a count run stores and what anybody can compare after repeating the count.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from participation.counting.ties import TieMet

ENGINE = "participation-counting 1"
Fact = int | str
Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Remark:
    """How many ballots something is true of ("names an option twice", "names an option that is not in this vote")."""

    reason: str
    number: int


@dataclass(frozen=True, slots=True)
class Round:
    """One step of a count.

    `action`    funded, skipped, stopped, elected, eliminated, ...: what happened to `option` ("" when to none).
    `compared`  the best options of the round with the exact value that was compared, best first.
    `spent`     money spent in this round; `left` of the budget after it.
    `note`      one plain sentence.
    """

    number: int
    action: str
    option: str
    compared: tuple[tuple[str, str], ...]
    spent: int
    left: int
    note: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OptionResult:
    """What became of one option.

    `votes`     ballots naming it. `score`: the number the rule ranked it by, exact, as text.
    `position`  place in the order of selection, from 1; None when it was not selected.
    `sentence`  the reason, in words a resident understands; `facts` are its numbers.
    """

    code: str
    cost: int
    votes: int
    score: str
    selected: bool
    position: int | None
    sentence: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A complete, repeatable result. Options stand in listed order, `selected` in order of selection."""

    rule: str
    settings: Mapping[str, str | int | bool]
    ties: str
    ballot_type: str
    budget: int
    unit: int
    currency: str
    ballots: int
    ballots_not_counted: tuple[Remark, ...]
    remarks: tuple[Remark, ...]
    selected: tuple[str, ...]
    total_cost: int
    rounds: tuple[Round, ...]
    ties_met: tuple[TieMet, ...]
    options: tuple[OptionResult, ...]
    facts: Facts = field(default_factory=dict)
    engine: str = ENGINE

    @property
    def not_counted(self) -> int:
        """Number of ballots that were not counted."""
        return sum(remark.number for remark in self.ballots_not_counted)

    def option(self, code: str) -> OptionResult:
        """The result of one option. Raises KeyError."""
        for result in self.options:
            if result.code == code:
                return result
        raise KeyError(code)

    def to_json(self) -> str:
        """The canonical text: equal outcomes have equal bytes."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Outcome:
        """Read back what `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        data["ballots_not_counted"] = tuple(Remark(**remark) for remark in data["ballots_not_counted"])
        data["remarks"] = tuple(Remark(**remark) for remark in data["remarks"])
        data["selected"] = tuple(data["selected"])
        data["rounds"] = tuple(_round(entry) for entry in data["rounds"])
        data["ties_met"] = tuple(TieMet(**{**tie, "options": tuple(tie["options"])}) for tie in data["ties_met"])
        data["options"] = tuple(OptionResult(**result) for result in data["options"])
        return cls(**data)


def _round(entry: dict[str, Any]) -> Round:
    compared = tuple((str(code), str(value)) for code, value in entry.pop("compared"))
    return Round(compared=compared, **entry)
