"""Votes by area: a pot of money for each ward beside one for the whole council, and for which wards a ballot may choose.

One rule for page, server and count. The page and the server know the voter's own ward (`Limits.home`); the count does not,
because an opened ballot says nothing of its voter, and holds it to the number of wards alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from participation.counting.elections import Option

# The pot of options that are for no ward in particular.
COUNCIL = ""
OWN, ANY, OWN_AND_MORE = "own", "any", "own_and_more"
REACHES = (OWN, ANY, OWN_AND_MORE)
# What becomes of money that the options of a ward leave over: it stays the ward's, or it goes to options of the whole council.
WARD_KEEPS, TO_COUNCIL = "ward", "council"
LEFTOVERS = (WARD_KEEPS, TO_COUNCIL)


@dataclass(frozen=True, slots=True)
class AreaPot:
    """`money` for the options of the ward with this code; COUNCIL for those of none."""

    ward: str
    name: str
    money: int


@dataclass(frozen=True, slots=True)
class Areas:
    """How far a ballot reaches. Options of the whole council are always within reach.

    `reach`     own: the voter's own ward. any: any wards, up to `most`. own_and_more: their own, and up to `most` others.
    `leftover`  ward: what a ward leaves over is kept for it. council: it is added to the money of the whole council, which is
                counted last.
    """

    reach: str
    most: int
    pots: tuple[AreaPot, ...]
    leftover: str = WARD_KEEPS

    @property
    def most_wards(self) -> int:
        """Wards on one ballot, whoever's it is."""
        return {OWN: 1, ANY: self.most, OWN_AND_MORE: self.most + 1}[self.reach]

    def offers(self, option: Option, home: str | None) -> bool:
        """Whether a voter of this ward may choose the option at all."""
        return self.reach != OWN or home is None or ward_of(option) in (COUNCIL, home)

    def name_of(self, ward: str) -> str:
        return next((pot.name for pot in self.pots if pot.ward == ward), ward)

    def spent(self, options: Iterable[Option]) -> dict[str, int]:
        """What these options cost, pot by pot; pots of which none is chosen are left out."""
        totals: dict[str, int] = {}
        for option in options:
            totals[ward_of(option)] = totals.get(ward_of(option), 0) + option.cost
        return totals


def ward_of(option: Option) -> str:
    """The code of the ward that an option is for; COUNCIL for none."""
    return next(iter(option.tagged("ward")), COUNCIL)


def areas_of(
    options: Iterable[Option], *, reach: str, most: int, ward_money: int, budget: int, names: Mapping[str, str],
    leftover: str = WARD_KEEPS,
) -> Areas:  # fmt: skip
    """A pot of `ward_money` for each ward that has an option, and what is left of the budget for the whole council."""
    wards = list(dict.fromkeys(ward for option in options if (ward := ward_of(option)) != COUNCIL))
    pots = [AreaPot(ward, names.get(ward, ward), ward_money) for ward in wards]
    council = AreaPot(COUNCIL, "The whole council", budget - ward_money * len(wards))
    return Areas(reach, most, (*pots, council), leftover)


def read_areas(facts: Mapping[str, Any]) -> Areas:
    """Read back what `dataclasses.asdict` and JSON made of them."""
    pots = tuple(AreaPot(**pot) for pot in facts["pots"])
    return Areas(facts["reach"], facts["most"], pots, facts.get("leftover", WARD_KEEPS))
