"""Borda: points for places, the most points win.

With m options standing a first place earns m - 1 points, each later place one less. Options ranked level share the mean
of the places they fill. Options a ballot leaves out are level in last place: they share what is left (`shared`), or get
nothing (`nothing`), which favours options named by short ballots.

J.-C. de Borda, "Memoire sur les elections au scrutin" (1781); level and missing places as in Emerson, "The original
Borda count and partial voting", Social Choice and Welfare 40 (2013). Worked example: docs/rules/borda.md.
"""

from __future__ import annotations

from fractions import Fraction

from participation.counting.case import Case, Verdict
from participation.counting.rankings import rankings, standing_options
from participation.counting.rule import Rule, Setting
from participation.counting.standing import SEATS, verdict

UNRANKED = Setting(
    "unranked",
    "What options left out of a ranking earn",
    "choice",
    "shared",
    (("shared", "the mean of the places that are left"), ("nothing", "no points")),
)


def count(case: Case) -> Verdict:
    standing = standing_options(case)
    share_rest = case.settings["unranked"] == "shared"
    points = dict.fromkeys(standing, Fraction(0))
    rest = Fraction(0)  # what every standing option would earn by being left out of all ballots
    for ballot in rankings(case, standing):
        top = len(standing) - 1
        left_out = Fraction(max(top - sum(map(len, ballot.groups)), 0), 2) if share_rest else Fraction(0)
        rest += left_out * ballot.weight
        for group in ballot.groups:
            each = Fraction(2 * top - len(group) + 1, 2)
            top -= len(group)
            for option in group:
                points[option] += (each - left_out) * ballot.weight
    return verdict(case, {option: earned + rest for option, earned in points.items()}, "point")


RULE = Rule(
    name="borda",
    title="Points for places",
    description=(
        "Each place on a ranking earns points, the first place most. The option with the most points is elected, often "
        "one that many residents find good rather than one that some find best."
    ),
    ballot_types=("ranking",),
    settings=(SEATS, UNRANKED),
    count=count,
    promises=("monotone",),
)
