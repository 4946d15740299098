"""What other rules would have chosen: the sensitivity table of a result page and of a rehearsal.

A result that is the same under every rule is robust; where it is not, everybody can see what the choice of rule meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from participation.counting.elections import Election
from participation.counting.outcome import Outcome
from participation.counting.profile import Profile
from participation.counting.registry import RULES, count, rule_named
from participation.counting.rules.equal_shares.comparison import compare as preferred
from participation.counting.rules.greedy import BALLOTS
from participation.counting.rules.max_welfare import TooManySets
from participation.counting.ties import Ties
from participation.counting.words import counted

Settings = Mapping[str, str | int | bool]
NAMED = 3
# Rules that spend a budget, with the settings worth seeing beside each other. Larger shares (add1) are left out: on some
# real elections they take tens of thousands of counts.
SPENDING: tuple[tuple[str, str, Settings], ...] = (
    ("Most votes first", "greedy", {}),
    ("Most votes first, ending at the first that does not fit", "greedy", {"skip": False}),
    ("Most votes for the money first", "greedy-per-cost", {}),
    ("Equal shares", "equal-shares", {}),
    ("Equal shares, the rest by votes", "equal-shares", {"completion": "greedy"}),
    ("Phragmén’s rule", "phragmen", {}),
    ("Best set for all voters together", "max-welfare", {}),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One rule beside the result.

    `selected` in order; `added` and `dropped` against the result, in listed order. `prefer_this`, `prefer_result`:
    ballots with more of what they chose under this rule, or under the result. `text` says it in words; where the rule
    refused, only that.
    """

    title: str
    rule: str
    settings: Settings
    selected: tuple[str, ...]
    total_cost: int
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    prefer_this: int
    prefer_result: int
    text: str


def compare(
    election: Election,
    profile: Profile,
    outcome: Outcome,
    *,
    rules: Iterable[tuple[str, str, Settings]] | None = None,
    ties: Ties | None = None,
) -> tuple[Row, ...]:
    """The rows of the table, the published result left out. Ties as in the result unless said otherwise."""
    ties = ties or Ties.parse(outcome.ties)
    rows = []
    for title, rule, settings in rules if rules is not None else variants(profile, outcome.rule):
        if rule == outcome.rule and rule_named(rule).clean(settings) == outcome.settings:
            continue
        try:
            other = count(election, profile, rule=rule, settings=settings, ties=ties, explain=False)
        except TooManySets as refusal:
            rows.append(Row(title, rule, settings, (), 0, (), (), 0, 0, refusal.message))
            continue
        rows.append(_row(election, profile, outcome, other, title))
    return tuple(rows)


def variants(profile: Profile, rule: str) -> tuple[tuple[str, str, Settings], ...]:
    """The rules worth comparing: those of the same kind that can count these ballots."""
    if profile.ballot_type in BALLOTS and "within-budget" in rule_named(rule).promises:
        return SPENDING
    return tuple(
        (other.title, other.name, {})
        for other in RULES
        if profile.ballot_type in other.ballot_types and "within-budget" not in other.promises
    )


def _row(election: Election, profile: Profile, outcome: Outcome, other: Outcome, title: str) -> Row:
    chosen, result = set(other.selected), set(outcome.selected)
    added = tuple(option.code for option in election.options if option.code in chosen - result)
    dropped = tuple(option.code for option in election.options if option.code in result - chosen)
    index = election.index
    votes = preferred(profile, [index[code] for code in other.selected], [index[code] for code in outcome.selected])
    return Row(
        title=title,
        rule=other.rule,
        settings=other.settings,
        selected=other.selected,
        total_cost=other.total_cost,
        added=added,
        dropped=dropped,
        prefer_this=votes.first,
        prefer_result=votes.second,
        text=_text(election, other, added, dropped, votes.first, votes.second),
    )


def _text(
    election: Election, other: Outcome, added: tuple[str, ...], dropped: tuple[str, ...], better: int, worse: int
) -> str:
    if not added and not dropped:
        return "The same options."
    chosen = counted(len(other.selected), "option")
    cost = f" for {election.money(other.total_cost)}" if election.budget else ""
    changes = [f"in: {_names(election, added)}"] * bool(added) + [f"out: {_names(election, dropped)}"] * bool(dropped)
    return (
        f"{chosen}{cost}; {'; '.join(changes)}. {counted(better, 'ballot')} would have more of what they chose, "
        f"{counted(worse, 'ballot')} less."
    )


def _names(election: Election, codes: tuple[str, ...]) -> str:
    """Up to three labels, and how many more there are."""
    labels = [election.options[election.index[code]].label for code in codes[:NAMED]]
    more = len(codes) - len(labels)
    return ", ".join(labels) + (f" and {more} more" if more else "")
