"""Whether a ballot may be cast: the one rule for page, server and tests.

`problems` is asked by the page before a ballot is sealed, by the server when it is opened, and by the tests. The limits
are for casting: an imported historic election holds what was accepted, and is counted as it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from participation.counting.areas import COUNCIL, OWN, OWN_AND_MORE, Areas, ward_of
from participation.counting.balance import balance_of
from participation.counting.designs import sets_of
from participation.counting.elections import Election
from participation.counting.payloads import (
    BALLOT_TYPES,
    KEEPING,
    Mark,
    Payload,
    UnreadableBallot,
    arranged,
    canonical,
    keeps,
    marks,
)

__all__ = ["BALLOT_TYPES", "Limits", "Payload", "Problem", "UnreadableBallot", "arranged", "canonical", "problems"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a ballot may hold. None means no limit; money in whole units.

    `min_choices`, `max_choices`  options named.
    `max_total`                   cost of the options named together, or the sum of amounts; knapsack and amounts
                                  ballots fall back to the budget.
    `min_points`, `max_points`    sum of points.
    `min_each`, `max_each`        points for one option.
    `balanced`                    amounts ballots: the sum must be exactly the budget; balance ballots: nothing is left.
    `set_size`                    best-and-worst ballots: most options in one of the sets of `designs.sets_of`; without it any
                                  set will do, as in an imported election.
    `areas`                       approval ballots: a pot for each ward, and for which wards a ballot may choose.
    `home`                        the voter's own ward, where it is known: on the page and when the ballot is cast.
    """

    min_choices: int = 1
    max_choices: int | None = None
    max_total: int | None = None
    min_points: int | None = None
    max_points: int | None = None
    min_each: int = 0
    max_each: int | None = None
    balanced: bool = False
    set_size: int | None = None
    areas: Areas | None = None
    home: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a ballot cannot be cast: a stable `code`, the option it is about ("" for the whole ballot), words."""

    code: str
    option: str
    message: str


def problems(payload: Payload, *, ballot_type: str, election: Election, limits: Limits) -> tuple[Problem, ...]:
    """Every reason why this ballot cannot be cast, in the order a resident would mend them; empty when it is valid.

    A ballot that names nothing is always valid: it says that its voter has no view, or that things should stay as they are.
    """
    try:
        found = marks(payload, ballot_type)
    except UnreadableBallot as refusal:
        return (Problem("unreadable", "", refusal.message),)
    if keeps(payload) and (found or ballot_type not in KEEPING):
        return (Problem("keep-and-more", "", "A ballot cannot keep things as they are and choose options as well."),)
    if not found:
        return ()
    strangers = tuple(
        Problem("unknown-option", code, f"“{code}” is not an option in this vote.")
        for code, _ in found
        if code not in election.index
    )
    if strangers:
        return strangers
    ballot = _Cast(found, ballot_type, election, limits, payload)
    return tuple(problem for check in CHECKS[ballot_type] for problem in check(ballot))


@dataclass(frozen=True, slots=True)
class _Cast:
    """A readable ballot held against the limits of its vote. Each method is one check."""

    found: list[Mark]
    ballot_type: str
    election: Election
    limits: Limits
    payload: Payload

    def label(self, code: str) -> str:
        return self.election.options[self.election.index[code]].label

    def repeats(self) -> Iterator[Problem]:
        for code, times in Counter(code for code, _ in self.found).items():
            if times > 1:
                yield Problem("repeated", code, f"You have chosen {self.label(code)} more than once.")

    def lengths(self) -> Iterator[Problem]:
        """Options named; one that is given no points or no money counts as not chosen."""
        least, most = self.limits.min_choices, self.limits.max_choices
        numbered = self.ballot_type in ("points", "amounts")
        chosen = len({code for code, number in self.found if number or not numbered})
        if chosen < least and self.ballot_type != "amounts":
            ending = f" You have chosen {chosen}." if chosen else ""
            yield Problem("too-few", "", f"Choose at least {_number(least, 'option')}.{ending}")
        if most is not None and chosen > most:
            yield Problem("too-many", "", f"Choose no more than {_number(most, 'option')}. You have chosen {chosen}.")

    def costs(self) -> Iterator[Problem]:
        most = self.limits.max_total if self.limits.areas is None else None
        if most is None and self.ballot_type == "knapsack":
            most = self.election.budget
        total = sum(self.election.costs[self.election.index[code]] for code in {code for code, _ in self.found})
        if most is not None and total > most:
            yield Problem("over-total", "", f"Your choices cost {self.excess(total, most)} Remove one or more.")

    def points(self) -> Iterator[Problem]:
        least, most = self.limits.min_each, self.limits.max_each
        for code, points in self.found:
            if points < least:
                yield Problem("points-low", code, f"Give {self.label(code)} {_number(least, 'point')} or more.")
            if most is not None and points > most:
                yield Problem("points-high", code, f"Give {self.label(code)} {_number(most, 'point')} or fewer.")

    def points_together(self) -> Iterator[Problem]:
        least, most = self.limits.min_points, self.limits.max_points
        total = sum(points for _, points in self.found)
        if most is not None and total > most:
            yield Problem("over-points", "", f"Give no more than {_number(most, 'point')}. You have given {total}.")
        if least is not None and total < least:
            yield Problem("under-points", "", f"Give at least {_number(least, 'point')}. You have given {total}.")

    def amounts(self) -> Iterator[Problem]:
        for code, amount in self.found:
            if amount < 0:
                yield Problem("negative", code, f"The amount for {self.label(code)} cannot be less than nothing.")
        most = self.limits.max_total if self.limits.max_total is not None else self.election.budget
        total = sum(amount for _, amount in self.found)
        money = self.election.money
        if total > most:
            yield Problem("over-total", "", f"Your amounts come to {self.excess(total, most)}")
        if self.limits.balanced and total < most:
            left = f"You still have {money(most - total)} to place."
            yield Problem("under-total", "", f"Your amounts add up to {money(total)}. {left}")

    def only_one(self) -> Iterator[Problem]:
        chosen = {code for code, _ in self.found}
        if len(chosen) != 1:
            code = "too-many" if chosen else "too-few"
            yield Problem(
                code, "", "Choose one option." if not chosen else f"Choose one option. You have chosen {len(chosen)}."
            )

    def views(self) -> Iterator[Problem]:
        least = self.limits.min_choices
        if len(self.found) < least:
            yield Problem("too-few", "", f"Say yes or no to at least {_number(least, 'option')}.")

    def steps(self) -> Iterator[Problem]:
        amounts = dict(self.found)
        for option in self.election.options:
            if option.code not in amounts:
                yield Problem("no-step", option.code, f"Choose what happens to {option.label}.")
            elif amounts[option.code] not in {step.amount for step in option.steps}:
                yield Problem("not-a-step", option.code, f"Choose one of the steps offered for {option.label}.")

    def balance(self) -> Iterator[Problem]:
        left, money = balance_of(self.election, dict(self.found)).left, self.election.money
        if left < 0:
            yield Problem("over-total", "", f"Your budget is {money(-left)} short. Cut more or bring in more.")
        if self.limits.balanced and left > 0:
            yield Problem(
                "under-total",
                "",
                f"Your budget leaves {money(left)}. Spend it or bring in less, so that nothing is left.",
            )

    def sets(self) -> Iterator[Problem]:
        """Every set is one of the vote's own, answered once; a resident may leave sets out."""
        if self.limits.set_size is None:
            return
        codes = [option.code for option in self.election.options]
        own = {frozenset(codes[at] for at in places) for places in sets_of(len(codes), self.limits.set_size)}
        answered = [frozenset(one["shown"]) for one in self.payload["sets"]]
        if not set(answered) <= own or len(set(answered)) < len(answered):
            yield Problem("not-a-set", "", "Answer each of the questions on the page once.")
        if len(answered) < self.limits.min_choices:
            yield Problem("too-few", "", f"Answer at least {_number(self.limits.min_choices, 'question')}.")

    def excess(self, total: int, most: int) -> str:
        money = self.election.money
        return f"{money(total)} together, {money(total - most)} more than the {money(most)} there is."

    def links(self) -> Iterator[Problem]:
        """No option without those it needs, and none beside one it cannot join (said once for the two)."""
        if not self.election.linked:
            return
        chosen = list(dict.fromkeys(code for code, _ in self.found))
        for place, code in enumerate(chosen):
            option = self.election[code]
            if needed := self.election.missing(option, chosen):
                yield Problem("needs", code, f"{option.label} needs {self.label(needed)}. Choose both, or neither.")
            if rival := self.election.rival(option, chosen[:place]):
                yield Problem(
                    "excludes", code, f"{option.label} cannot join {self.label(rival)}. Choose one of the two."
                )

    def reach(self) -> Iterator[Problem]:
        """Only options of wards that this ballot may choose for, and of no more wards than it may name."""
        areas, home = self.limits.areas, self.limits.home
        if areas is None:
            return
        chosen = [self.election.options[self.election.index[code]] for code, _ in self.found]
        for option in chosen:
            if not areas.offers(option, home):
                yield Problem(
                    "other-ward", option.code, f"{option.label} is in another ward. Choose for your own ward."
                )
        wards = {ward_of(option) for option in chosen} - {COUNCIL}
        if areas.reach == OWN_AND_MORE and home is not None and len(wards - {home}) > areas.most:
            yield Problem(
                "too-many-wards", "", f"Choose for your own ward and {_number(areas.most, 'other ward')} at most."
            )
        elif len(wards) > areas.most_wards and (areas.reach != OWN or home is None):
            yield Problem("too-many-wards", "", f"Choose for no more than {_number(areas.most_wards, 'ward')}.")

    def pots(self) -> Iterator[Problem]:
        """Where choices must fit the money, each pot's choices fit that pot's."""
        areas, money = self.limits.areas, self.election.money
        if areas is None or self.limits.max_total is None:
            return
        chosen = {code for code, _ in self.found}
        spent = areas.spent(option for option in self.election.options if option.code in chosen)
        for pot in areas.pots:
            if spent.get(pot.ward, 0) > pot.money:
                over = spent[pot.ward] - pot.money
                yield Problem(
                    "over-pot", "", f"{pot.name}: your choices cost {money(spent[pot.ward])}, {money(over)} more than "
                    f"the {money(pot.money)} there is. Remove one or more.",
                )  # fmt: skip


CHECKS: Mapping[str, tuple[Callable[[_Cast], Iterator[Problem]], ...]] = {
    "approval": (_Cast.repeats, _Cast.lengths, _Cast.links, _Cast.reach, _Cast.pots, _Cast.costs),
    "knapsack": (_Cast.repeats, _Cast.lengths, _Cast.links, _Cast.costs),
    "ranking": (_Cast.repeats, _Cast.lengths),
    "points": (_Cast.repeats, _Cast.lengths, _Cast.points, _Cast.points_together),
    "amounts": (_Cast.repeats, _Cast.lengths, _Cast.amounts),
    "single": (_Cast.repeats, _Cast.only_one),
    "views": (_Cast.repeats, _Cast.views),
    "balance": (_Cast.repeats, _Cast.steps, _Cast.balance),
    "best_worst": (_Cast.sets,),
}


def _number(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
