"""Single transferable vote: several are elected, each needs a quota, and what is over the quota moves on.

The quota is Droop's: the ballots divided by one more than the seats, whole part, plus one. An option with at least the
quota is elected; its surplus moves on with all its ballots, each at the same part of its value (weighted inclusive
Gregory, as in Scottish council elections: The Scottish Local Government Elections Order 2011, schedule 1, rules 46-50).
That order cuts values at five decimal places; here they are exact. The largest surplus moves first. With no surplus to
move, the option with fewest is eliminated. When no more stand than there are seats left, all of them are elected.
Level options share a ballot equally. Worked example: docs/rules/stv.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from participation.counting.case import Case, Reason, Verdict
from participation.counting.outcome import Round
from participation.counting.rankings import Groups, rankings, standing_options
from participation.counting.rule import Rule
from participation.counting.standing import NO_BALLOTS, NO_PART, SEATS, anything_said
from participation.counting.ties import TieMet
from participation.counting.words import counted, number


@dataclass(slots=True)
class Bundle:
    """Equal ballots in one pile, worth `value` votes together."""

    groups: Groups
    value: Fraction


@dataclass
class Count:
    """The state of a count: piles of those standing, who is elected, the story so far."""

    case: Case
    quota: int
    seats: int
    piles: dict[int, list[Bundle]]
    elected: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)  # elected, surplus not yet moved
    exhausted: Fraction = Fraction(0)
    rounds: list[Round] = field(default_factory=list)
    ties: list[TieMet] = field(default_factory=list)
    ended: dict[int, tuple[str, int, Fraction]] = field(default_factory=dict)  # option -> how, round, votes

    def __post_init__(self) -> None:
        self._held = dict.fromkeys(self.piles, Fraction(0))

    def votes(self) -> dict[int, Fraction]:
        """Votes each pile holds now."""
        return {option: self._held[option] for option in self.piles}

    @property
    def standing(self) -> set[int]:
        """Options that may still receive votes: neither elected nor out."""
        return set(self.piles) - set(self.waiting)

    def deal(self, bundles: Iterable[Bundle]) -> None:
        """Lay bundles with the best options standing on them; level options share."""
        standing = self.standing
        for bundle in bundles:
            here = next((level for group in bundle.groups if (level := [o for o in group if o in standing])), None)
            if here is None:
                self.exhausted += bundle.value
                continue
            for option in here:
                share = bundle.value / len(here)
                self.piles[option].append(Bundle(bundle.groups, share))
                self._held[option] += share

    def tell(self, action: str, option: int, votes: dict[int, Fraction], note: str) -> None:
        options = self.case.election.options
        ordered = sorted(votes, key=lambda one: (-votes[one], self.case.order.position[one]))
        self.rounds.append(
            Round(
                number=len(self.rounds) + 1,
                action=action,
                option=options[option].code,
                compared=tuple((options[one].code, str(votes[one])) for one in ordered),
                spent=0,
                left=self.case.election.budget,
                note=note,
                facts={"exhausted": str(self.exhausted)},
            )
        )

    def choose(self, level: list[int], *, first: bool) -> int:
        """One of several level options by the tie rule, and the tie on record."""
        if len(level) > 1:
            self.ties.append(self.case.order.met(self.case.election, len(self.rounds) + 1, level))
        ordered = sorted(level, key=self.case.order.position.__getitem__)
        return ordered[0] if first else ordered[-1]


def count(case: Case) -> Verdict:
    standing = standing_options(case)
    state = _run(case, standing) if anything_said(case) and standing else None
    options = range(len(case.election.options))
    return Verdict(
        selected=state.elected if state else [],
        scores=[str(state.ended[option][2] if state and option in state.ended else Fraction(0)) for option in options],
        rounds=state.rounds if state else [],
        ties_met=state.ties if state else [],
        reasons=[_reason(standing, state, option) for option in options],
        facts={"quota": state.quota, "exhausted": str(state.exhausted)} if state else {},
    )


def _run(case: Case, standing: tuple[int, ...]) -> Count:
    seats = int(case.settings["seats"])
    ballots = rankings(case, standing)
    valid = sum(ballot.weight for ballot in ballots if ballot.groups)
    state = Count(case, valid // (seats + 1) + 1, seats, {option: [] for option in standing})
    state.deal(Bundle(ballot.groups, Fraction(ballot.weight)) for ballot in ballots)
    while len(state.elected) < seats and state.standing:
        votes = state.votes()
        if len(state.standing) <= seats - len(state.elected):
            _elect_the_rest(state, votes)
        elif any(votes[option] >= state.quota for option in state.standing):
            _elect(state, votes)
        elif state.waiting:
            _move_surplus(state, votes)
        else:
            _eliminate(state, votes)
    for option, votes_left in state.votes().items():
        state.ended.setdefault(option, ("standing", len(state.rounds), votes_left))
    return state


def _elect(state: Count, votes: dict[int, Fraction]) -> None:
    """Everybody with the quota, the most votes first, as far as there are seats."""
    reached = {option for option in state.standing if votes[option] >= state.quota}
    while reached and len(state.elected) < state.seats:
        most = max(votes[option] for option in reached)
        level = [option for option in sorted(reached) if votes[option] == most]
        option = state.choose(level, first=True)
        reached.discard(option)
        state.elected.append(option)
        state.waiting.append(option)
        note = f"{state.case.name(option)} has {counted(votes[option], 'vote')} and the quota is {number(state.quota)}: elected."
        state.tell("elected", option, votes, note)
        state.ended[option] = ("elected", len(state.rounds), votes[option])


def _elect_the_rest(state: Count, votes: dict[int, Fraction]) -> None:
    ordered = sorted(state.standing, key=lambda one: (-votes[one], state.case.order.position[one]))
    for option in ordered:
        state.elected.append(option)
        state.waiting.append(option)
        note = f"{state.case.name(option)} is elected: no more options stand than there are seats left."
        state.tell("elected", option, votes, note)
        state.ended[option] = ("elected", len(state.rounds), votes[option])


def _move_surplus(state: Count, votes: dict[int, Fraction]) -> None:
    """The largest surplus first; all ballots of the pile move, each at the same part of its value."""
    most = max(votes[option] for option in state.waiting)
    option = state.choose([one for one in sorted(state.waiting) if votes[one] == most], first=True)
    surplus = votes[option] - state.quota
    pile = state.piles.pop(option)
    state.waiting.remove(option)
    if surplus > 0:
        part = surplus / votes[option]
        state.deal(Bundle(bundle.groups, bundle.value * part) for bundle in pile)
        over = counted(surplus, "vote")
        note = f"The {over} {state.case.name(option)} has over the quota move on, each ballot at {part} of its value."
        state.tell("surplus moved", option, votes, note)


def _eliminate(state: Count, votes: dict[int, Fraction]) -> None:
    fewest = min(votes[option] for option in state.standing)
    level = [option for option in sorted(state.standing) if votes[option] == fewest]
    option = state.choose(level, first=False)
    pile = state.piles.pop(option)
    state.deal(pile)
    note = (
        f"{state.case.name(option)} has the fewest, {counted(fewest, 'vote')}, and is taken out; its ballots move on."
    )
    state.tell("eliminated", option, votes, note)
    state.ended[option] = ("eliminated", len(state.rounds), votes[option])


def _reason(standing: tuple[int, ...], state: Count | None, option: int) -> Reason:
    if option not in standing:
        return Reason(NO_PART)
    if state is None:
        return Reason(NO_BALLOTS)
    how, place, votes = state.ended[option]
    facts: dict[str, int | str] = {"round": place, "votes": str(votes), "quota": state.quota}
    have = counted(votes, "vote")
    if how == "elected":
        reached = f"the quota of {number(state.quota)}" if votes >= state.quota else "one of the seats left"
        return Reason(f"Elected in round {place} with {have}, to {reached}.", facts)
    facts["short"] = str(state.quota - votes)
    short = f"{counted(state.quota - votes, 'vote')} short of the quota of {number(state.quota)}"
    if how == "eliminated":
        return Reason(f"Not elected. It was taken out in round {place} with {have}, {short}.", facts)
    return Reason(f"Not elected. All seats were filled when it had {have}, {short}.", facts)


RULE = Rule(
    name="stv",
    title="Single transferable vote",
    description=(
        "Elects several. An option needs a quota of the ballots; what it has over the quota, and the ballots of options "
        "taken out, move on to the next choices, so that groups are represented by their size."
    ),
    ballot_types=("ranking",),
    settings=(SEATS,),
    count=count,
    promises=(),
)
