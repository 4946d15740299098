"""Ties are a declared policy, fixed before the count and published with it.

A policy is a list in order of force. It becomes one strict order of the options before the first round, the same for
every round and every step of a completion, so that a lot is drawn once:

    file         listed order
    id           code as text ("10" before "9")
    cheapest     lower cost first
    most-votes   more ballots naming it first
    lot:SEED     order of the SHA-256 of "SEED:code": anybody who knows the public seed can repeat the draw

The default of the platform, `cheapest,most-votes,id`, follows the guidance of equalshares.net/implementation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from participation.counting.elections import Election
from participation.errors import InvalidInput

DEFAULT = "cheapest,most-votes,id"
# Policies that leave nothing undecided; what stands after one of them can have no force.
STRICT = ("file", "id", "lot")
POLICIES = (*STRICT, "cheapest", "most-votes")


class UnknownTiePolicy(InvalidInput):
    title = "That tie rule does not exist"
    public = "“{policy}” is not a tie rule. Use file, id, cheapest, most-votes or lot:SEED, separated by commas."


@dataclass(frozen=True, slots=True)
class Ties:
    """A declared tie policy. `policies` ends with a strict one; where the declaration does not, `id` is added."""

    policies: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Ties:
        """Read "cheapest,most-votes,id". Raises UnknownTiePolicy."""
        policies = tuple(part.strip() for part in text.split(",") if part.strip())
        for policy in policies:
            name, _, seed = policy.partition(":")
            if (name not in POLICIES or bool(seed) != (name == "lot")) or (":" in policy and not seed):
                raise UnknownTiePolicy(policy=policy)
        if not any(policy.partition(":")[0] in STRICT for policy in policies):
            policies += ("id",)
        return cls(policies)

    def __str__(self) -> str:
        return ",".join(self.policies)

    def bind(self, election: Election, votes: Sequence[int]) -> TieOrder:
        """The strict order of one election's options; `votes` are ballots naming each option, in listed order."""
        keys = tuple((policy, _keys(policy, election, votes)) for policy in self.policies)
        return TieOrder(keys)


@dataclass(frozen=True, slots=True)
class TieMet:
    """A tie that was met: in which round, between which options, which came first and which policy said so."""

    round: int
    options: tuple[str, ...]
    chosen: str
    policy: str


@dataclass(frozen=True)
class TieOrder:
    """A policy applied to one election: what each named policy says of each option (smaller first)."""

    keys: tuple[tuple[str, tuple[int, ...]], ...]

    @cached_property
    def order(self) -> tuple[int, ...]:
        """All options, the one that wins every tie first."""
        size = len(self.keys[0][1])
        return tuple(sorted(range(size), key=lambda option: [key[option] for _, key in self.keys]))

    @cached_property
    def position(self) -> tuple[int, ...]:
        """Place of each option in `order`."""
        places = [0] * len(self.order)
        for place, option in enumerate(self.order):
            places[option] = place
        return tuple(places)

    def first(self, tied: Iterable[int]) -> int:
        """The option among `tied` that the policy puts first."""
        return min(tied, key=self.position.__getitem__)

    def met(self, election: Election, number: int, tied: Iterable[int]) -> TieMet:
        """The record of a tie between at least two options in round `number`; options in listed order."""
        rivals = sorted(tied)
        chosen = self.first(rivals)
        left = rivals
        deciding = self.keys[-1][0]
        for policy, key in self.keys:
            least = min(key[option] for option in left)
            left = [option for option in left if key[option] == least]
            if left == [chosen]:
                deciding = policy
                break
        return TieMet(number, election.codes(rivals), election.options[chosen].code, deciding)


def _keys(policy: str, election: Election, votes: Sequence[int]) -> tuple[int, ...]:
    """What one policy says of each option: smaller comes first, equal is undecided."""
    name, _, seed = policy.partition(":")
    codes = [option.code for option in election.options]
    match name:
        case "cheapest":
            return election.costs
        case "most-votes":
            return tuple(-number for number in votes)
        case "id":
            return _places(codes)
        case "lot":
            return _places([hashlib.sha256(f"{seed}:{code}".encode()).hexdigest() for code in codes])
        case _:
            return tuple(range(len(codes)))


def _places(texts: list[str]) -> tuple[int, ...]:
    place = {text: number for number, text in enumerate(sorted(texts))}
    return tuple(place[text] for text in texts)
