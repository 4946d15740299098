"""Random small elections for Hypothesis: few options, few costs, so that ties, unaffordable and free options abound."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import settings
from hypothesis import strategies as st

from participation.counting import Election, Option, Profile

# Reproducible on every machine, whatever its speed.
quick = settings(max_examples=50, deadline=None, derandomize=True, database=None)
thorough = settings(max_examples=300, deadline=None, derandomize=True, database=None)
thousands = settings(max_examples=2000, deadline=None, derandomize=True, database=None)

CODES = ("10", "9", "a", "B", "2025/X/1", "07", "é")
TIES = st.sampled_from(["id", "file", "cheapest,id", "cheapest,most-votes,id", "most-votes,lot:2026-05-07"])


class Small(NamedTuple):
    """An election, its ballots as payloads, and their type."""

    election: Election
    ballots: list[dict[str, Any]]
    ballot_type: str

    @property
    def profile(self) -> Profile:
        return Profile.from_ballots(self.election, self.ballots, ballot_type=self.ballot_type)

    @property
    def support(self) -> list[dict[int, int]]:
        """For each voter the options supported and the points given, 1 on approvals."""
        index = self.election.index
        if self.ballot_type == "points":
            return [{index[c]: p for c, p in ballot["points"].items() if p > 0} for ballot in self.ballots]
        return [{index[c]: 1 for c in ballot["approve"]} for ballot in self.ballots]


@st.composite
def elections(draw: st.DrawFn, *, free: bool = True, least_options: int = 1) -> Election:
    codes = draw(st.lists(st.sampled_from(CODES), min_size=least_options, max_size=6, unique=True))
    costs = st.sampled_from([0, 1, 2, 3, 4, 6, 10] if free else [1, 2, 3, 4, 6, 10])
    options = tuple(Option(code, draw(costs)) for code in codes)
    budget = draw(st.integers(0, sum(option.cost for option in options) + 2))
    return Election(options, budget, unit=1, currency="")


@st.composite
def approvals(draw: st.DrawFn, *, free: bool = True) -> Small:
    election = draw(elections(free=free))
    codes = [option.code for option in election.options]
    named = st.lists(st.sampled_from(codes), unique=True)
    return Small(election, [{"approve": ballot} for ballot in draw(st.lists(named, max_size=9))], "approval")


@st.composite
def points(draw: st.DrawFn, *, least: int = 0, free: bool = True) -> Small:
    election = draw(elections(free=free))
    codes = [option.code for option in election.options]
    given = st.dictionaries(st.sampled_from(codes), st.integers(least, 5))
    return Small(election, [{"points": ballot} for ballot in draw(st.lists(given, max_size=8))], "points")


@st.composite
def rankings(draw: st.DrawFn) -> Small:
    election = draw(elections())
    codes = [option.code for option in election.options]
    ballots = []
    for named in draw(st.lists(st.lists(st.sampled_from(codes), unique=True), max_size=7)):
        places: list[list[str]] = []
        for code in named:
            if places and draw(st.booleans()):
                places[-1].append(code)
            else:
                places.append([code])
        ballots.append({"rank": places})
    return Small(election, ballots, "ranking")


def any_ballots() -> st.SearchStrategy[Small]:
    return st.one_of(approvals(), points(), rankings())
