"""What a rule is given and what it gives back.

A rule sees a `Case` and returns a `Verdict` in listed positions of options; `registry.count` turns that into an
`Outcome`. So a rule is a function of what may decide, and the form of a result is written down once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from participation.counting.elections import Election
from participation.counting.outcome import Facts, Round
from participation.counting.profile import Profile
from participation.counting.scores import scores
from participation.counting.ties import TieMet, TieOrder, Ties

Settings = Mapping[str, str | int | bool]


@dataclass(frozen=True)
class Case:
    """One count to be made.

    `settings`  complete and checked: every setting of the rule is there.
    `explain`   whether to work out what each losing option lacked; without it sentences are shorter and counting faster.
    `path`      "auto", "reference" (plain Python) or "compiled": same result, other speed.
    """

    election: Election
    profile: Profile
    settings: Settings
    ties: Ties
    explain: bool = True
    path: str = "auto"

    @cached_property
    def order(self) -> TieOrder:
        return self.ties.bind(self.election, self.profile.votes)

    @cached_property
    def scores(self) -> tuple[Fraction, ...]:
        """Votes or points of each option; see `scores.scores`."""
        return scores(self.profile)

    @cached_property
    def minimum(self) -> Fraction | None:
        """The score an option needs before it may win, by the `threshold` setting: none, the vote's own, or a number."""
        asked = str(self.settings.get("threshold", "none"))
        if asked == "none":
            return None
        return self.election.threshold if asked == "file" else Fraction(asked)

    def below_threshold(self, option: int) -> bool:
        """Inclusive, on the score the rule uses: an option with exactly the minimum takes part."""
        return self.minimum is not None and self.scores[option] < self.minimum

    def barred(self, option: int) -> str:
        """Why an option takes no part in the count at all: "dear", "threshold", "unwanted", or "" when it does.

        An option dearer than the whole budget can never win, and must not end a count that stops at the first one that
        does not fit. A free option needs at least one supporter.
        """
        cost = self.election.costs[option]
        if cost > self.election.budget:
            return "dear"
        if self.below_threshold(option):
            return "threshold"
        return "unwanted" if cost == 0 and not self.profile.votes[option] else ""

    @cached_property
    def entrants(self) -> tuple[int, ...]:
        """The options that take part, in listed order."""
        return tuple(option for option in range(len(self.election.options)) if not self.barred(option))

    def name(self, option: int) -> str:
        """How sentences name an option."""
        return self.election.options[option].label

    def money(self, amount: int | Fraction) -> str:
        return self.election.money(amount)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one option won or lost: a sentence and its numbers."""

    sentence: str
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule decided. `scores` and `reasons` in listed order; `facts` are numbers of the whole count."""

    selected: Sequence[int]
    scores: Sequence[str]
    rounds: Sequence[Round]
    ties_met: Sequence[TieMet]
    reasons: Sequence[Reason]
    facts: Facts = field(default_factory=dict)
