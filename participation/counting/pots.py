"""Pots: a part of the money for each ward, beside a pot for the whole council, each counted on its own.

The convention of ward-split elections (checked on Toulouse 2022, whose twenty ward files are made this way): the options
of the pot only; every ballot restricted to them; a ballot on which nothing is left is not counted in this pot, so that
an equal share is the pot's money divided by the ballots that say something about it; the outcome is the union.

Money a ward does not spend may be added to the council-wide pot, which is then counted last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from participation.counting.areas import TO_COUNCIL, Areas, ward_of
from participation.counting.elections import Election
from participation.counting.outcome import OptionResult, Outcome, Remark, Round
from participation.counting.profile import Profile
from participation.counting.registry import count
from participation.counting.ties import TieMet, Ties
from participation.errors import InvalidInput

ELSEWHERE = "names no option of this pot"


class PotRefused(InvalidInput):
    """Pots that overlap, name options that do not exist, or hand out more than there is."""

    title = "The pots do not fit the vote"


@dataclass(frozen=True, slots=True)
class Pot:
    """`money` for the options with these codes."""

    name: str
    money: int
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PotOutcome:
    """The outcome of one pot. `carried` is what other pots left to it, already in the budget of the outcome."""

    pot: Pot
    carried: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PotsOutcome:
    """All pots in the order they were counted."""

    parts: tuple[PotOutcome, ...]

    @property
    def selected(self) -> tuple[str, ...]:
        """Codes of everything funded, pot by pot in order of selection."""
        return tuple(code for part in self.parts for code in part.outcome.selected)

    @property
    def total_cost(self) -> int:
        return sum(part.outcome.total_cost for part in self.parts)


def pots_by_tag(election: Election, *, kind: str, money: Mapping[str, int], rest: str = "") -> tuple[Pot, ...]:
    """A pot for each entry of `money`, with the options tagged `kind:name`; `rest` names the pot of all others.

    Raises PotRefused for an option with two tags of the kind, or with one that no pot is for.
    """
    codes: dict[str, list[str]] = {name: [] for name in money}
    for option in election.options:
        names = option.tagged(kind)
        if len(names) > 1:
            raise PotRefused(f"{option.label} belongs to more than one {kind}.")
        name = names[0] if names else rest
        if name not in codes:
            raise PotRefused(f"There is no pot for {option.label}.")
        codes[name].append(option.code)
    return tuple(Pot(name, money[name], tuple(named)) for name, named in codes.items())


def part_of(election: Election, profile: Profile, pot: Pot, *, carried: int = 0) -> tuple[Election, Profile]:
    """The election and the ballots of one pot, as the module says."""
    chosen = set(pot.codes)
    own = replace(
        election,
        options=tuple(option for option in election.options if option.code in chosen),
        budget=pot.money + carried,
    )
    place = np.full(len(election.options), -1, dtype=np.int64)
    for code in pot.codes:
        place[election.index[code]] = own.index[code]
    choices = place[profile.choices]
    kept = choices >= 0
    ends = np.concatenate(([0], np.cumsum(kept, dtype=np.int64)))[profile.starts]
    says_something = np.diff(ends) > 0
    weights = np.ones(profile.size, dtype=np.int64) if profile.weights is None else profile.weights
    elsewhere = int(weights[~says_something].sum())
    return own, Profile.from_columns(
        own,
        ballot_type=profile.ballot_type,
        starts=np.concatenate(([0], ends[1:][says_something])),
        choices=choices[kept].astype(np.int32),
        values=None if profile.values is None else profile.values[kept],
        weights=None if profile.weights is None else weights[says_something],
        not_counted=(*profile.not_counted, Remark(ELSEWHERE, elsewhere)) if elsewhere else profile.not_counted,
        remarks=profile.remarks,
    )


def count_pots(
    election: Election,
    profile: Profile,
    *,
    pots: Sequence[Pot],
    rule: str,
    settings: Mapping[str, str | int | bool],
    ties: Ties,
    carry_to: str = "",
    explain: bool = True,
) -> PotsOutcome:
    """Count every pot by the same rule. With `carry_to` that pot comes last and gets what the others did not spend.

    The pots together hold no more than the election's budget. Raises PotRefused, and what `count` raises.
    """
    _check(election, pots, carry_to)
    parts: list[PotOutcome] = []
    for pot in sorted(pots, key=lambda pot: bool(carry_to) and pot.name == carry_to):
        left = sum(part.outcome.budget - part.outcome.total_cost for part in parts)
        carried = left if carry_to and pot.name == carry_to else 0
        own, ballots = part_of(election, profile, pot, carried=carried)
        outcome = count(own, ballots, rule=rule, settings=settings, ties=ties, explain=explain)
        parts.append(PotOutcome(pot, carried, outcome))
    return PotsOutcome(tuple(parts))


def area_pots(election: Election, areas: Areas) -> tuple[Pot, ...]:
    """The pots of a vote by area as they are counted: the wards in order, the whole council last; none without options."""
    pots = (
        Pot(pot.name, pot.money, tuple(option.code for option in election.options if ward_of(option) == pot.ward))
        for pot in areas.pots
    )
    return tuple(pot for pot in pots if pot.codes)


def carried_to(areas: Areas, pots: Sequence[Pot]) -> str:
    """The name of the pot that gets what wards leave over; "" where each keeps its own, or nothing is for the whole council."""
    council = areas.pots[-1].name
    return council if areas.leftover == TO_COUNCIL and any(pot.name == council for pot in pots) else ""


def together(election: Election, profile: Profile, pots: PotsOutcome) -> Outcome:
    """The outcome of all pots as one: steps and selections run on from pot to pot, and `facts` has the figures of each.

    `pot_1_name`, `pot_1_money`, `pot_1_carried` (of that, left over by other pots), `pot_1_ballots` (those that say something
    about it) and `pot_1_spent`, and so on.
    """
    first = pots.parts[0].outcome
    facts: dict[str, int | str] = {"pots": len(pots.parts)}
    rounds: list[Round] = []
    ties: list[TieMet] = []
    results: dict[str, OptionResult] = {}
    selected = pots.selected
    for number, part in enumerate(pots.parts, start=1):
        outcome, before = part.outcome, len(rounds)
        facts |= {
            f"pot_{number}_name": part.pot.name, f"pot_{number}_money": outcome.budget,
            f"pot_{number}_carried": part.carried, f"pot_{number}_ballots": outcome.ballots,
            f"pot_{number}_spent": outcome.total_cost,
        }  # fmt: skip
        rounds += [
            replace(one, number=one.number + before, facts={**one.facts, "pot": number}) for one in outcome.rounds
        ]
        ties += [replace(one, round=one.round + before) for one in outcome.ties_met]
        for one in outcome.options:
            position = selected.index(one.code) + 1 if one.selected else None
            results[one.code] = replace(one, position=position, facts={**one.facts, "pot": number})
    return replace(
        first,
        budget=election.budget, ballots=profile.ballots, ballots_not_counted=profile.not_counted, remarks=profile.remarks,
        selected=selected, total_cost=pots.total_cost, rounds=tuple(rounds), ties_met=tuple(ties),
        options=tuple(results[option.code] for option in election.options), facts=facts,
    )  # fmt: skip


def _check(election: Election, pots: Sequence[Pot], carry_to: str) -> None:
    names = [pot.name for pot in pots]
    codes = [code for pot in pots for code in pot.codes]
    if _repeated(names) or (carry_to and carry_to not in names):
        raise PotRefused(
            f"There is no pot called {carry_to}." if not _repeated(names) else "Two pots have the same name."
        )
    if _repeated(codes):
        raise PotRefused(f"The option {_repeated(codes)[0]} is in two pots.")
    for code in codes:
        if code not in election.index:
            raise PotRefused(f"There is no option {code} in this vote.")
    total = sum(pot.money for pot in pots)
    if any(pot.money < 0 for pot in pots) or total > election.budget:
        raise PotRefused(f"The pots hold {election.money(total)}, and there is {election.money(election.budget)}.")


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
