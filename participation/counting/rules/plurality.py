"""Plurality: the option with the most votes is elected.

The rule of a single choice ("choose one"). On approval ballots every approved option gets a vote, which with more than
one mark allowed is approval voting (Brams & Fishburn, "Approval Voting", 1978). On rankings only the first place
counts; options ranked first together share the vote. Worked example: docs/rules/plurality.md.
"""

from __future__ import annotations

from fractions import Fraction

from participation.counting.case import Case, Verdict
from participation.counting.rankings import rankings, standing_options
from participation.counting.rule import Rule
from participation.counting.standing import SEATS, verdict


def count(case: Case) -> Verdict:
    standing = standing_options(case)
    if case.profile.ballot_type != "ranking":
        return verdict(
            case, {option: Fraction(case.profile.votes[option]) for option in standing}, "vote", support_needed=True
        )
    firsts = dict.fromkeys(standing, Fraction(0))
    for ballot in rankings(case, standing):
        for option in ballot.groups[0] if ballot.groups else ():
            firsts[option] += Fraction(ballot.weight, len(ballot.groups[0]))
    return verdict(case, firsts, "first choice", support_needed=True)


RULE = Rule(
    name="plurality",
    title="Most votes wins",
    description=(
        "The option with the most votes is elected. On rankings a vote is a first place. Simple, but two similar options "
        "can take votes from each other and let a third one win."
    ),
    ballot_types=("single", "approval", "ranking"),
    settings=(SEATS,),
    count=count,
    promises=("monotone",),
)
