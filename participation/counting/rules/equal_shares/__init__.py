"""Equal shares: every ballot gets the same share of the budget, and supporters buy together.

The budget is split equally among the ballots. An option is affordable when its supporters together have its cost; they
pay as equally as their purses allow. In each round the option is bought that gives its supporters most for what they
pay: the one with the least payment for each unit of satisfaction. So 30 per cent of the voters can decide about 30 per
cent of the money.

Peters, Pierczyński & Skowron, "Proportional Participatory Budgeting with Additive Utilities" (NeurIPS 2021,
arXiv 2008.13276); cost utilities and completions as on equalshares.net. Worked example: docs/rules/equal-shares.md.
"""

from __future__ import annotations

from participation.counting.rule import Rule, Setting
from participation.counting.rules import greedy
from participation.counting.rules.equal_shares.verdict import count

SATISFACTION = Setting(
    "satisfaction",
    "What a funded option is worth to a voter",
    "choice",
    "cost",
    (
        ("cost", "what it costs"),
        ("cardinality", "one, whatever it costs"),
        ("points", "the points the voter gave it"),
        ("points-cost", "the points the voter gave it, times its cost"),
    ),
)
SETTINGS = (
    SATISFACTION,
    Setting(
        "completion",
        "What happens with money that is left",
        "choice",
        "none",
        (
            ("none", "it is left"),
            ("greedy", "it goes to the options with most votes that fit"),
            ("add1", "the count is repeated with larger shares"),
            ("add1-greedy", "larger shares, then most votes"),
        ),
    ),
    Setting(
        "stop",
        "When larger shares end",
        "choice",
        "exhaustive",
        (("exhaustive", "as soon as nothing more fits"), ("overspend", "only before overspending")),
    ),
    Setting(
        "endowment",
        "The first share",
        "choice",
        "exact",
        (("exact", "budget divided by ballots"), ("integral", "whole currency units of it")),
    ),
    Setting("compare", "Hand over to most votes first if more ballots gain by it", "flag", False),
    greedy.THRESHOLD,
)


RULE = Rule(
    name="equal-shares",
    title="Equal shares",
    description=(
        "The budget is shared equally among the ballots. Options are bought by their supporters together, the one that "
        "gives most for what each pays first, so that every group of residents decides about its part of the money."
    ),
    ballot_types=greedy.BALLOTS,
    settings=SETTINGS,
    count=count,
)
