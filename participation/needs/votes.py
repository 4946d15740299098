"""Votes on statements as events: the last vote of each person counts, whatever came before (needs notes, section 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from participation.needs.agreement import Tally
from participation.needs.multiplicity import benjamini_hochberg, holm
from participation.needs.ranges import chi_squared_p, wilson

AGREE, PASS, DISAGREE = 1, 0, -1
FEWEST_VOTES = 30
FEWEST_IN_GROUP = 20
Latest = Mapping[tuple[str, str], int]


def latest(events: Iterable[tuple[str, str, int]]) -> dict[tuple[str, str], int]:
    """The standing vote of each (person, statement) out of events in the order of time."""
    return {(person, statement): vote for person, statement, vote in events}


def tallies(votes: Latest) -> dict[str, Tally]:
    """Agree, disagree and pass of every statement."""
    counts: dict[str, list[int]] = {}
    for (_, statement), vote in votes.items():
        counts.setdefault(statement, [0, 0, 0])[1 - vote] += 1
    return {statement: Tally(agree, disagree, passed) for statement, (agree, passed, disagree) in counts.items()}


@dataclass(frozen=True)
class Ranked:
    """A statement by the lower end of its support; passes are in the base."""

    statement: str
    tally: Tally
    support: float
    lower: float
    upper: float


def ranked(votes: Latest, left_out: frozenset[str] = frozenset(), fewest: int = FEWEST_VOTES) -> list[Ranked]:
    """Statements with enough votes, the surest support first; statements about people themselves are left out."""
    found = []
    for statement, tally in tallies(votes).items():
        if statement not in left_out and tally.people >= fewest:
            support = tally.agree / tally.people
            found.append(Ranked(statement, tally, support, *wilson(support, tally.people)))
    return sorted(found, key=lambda row: (-row.lower, row.statement))


@dataclass(frozen=True)
class GroupTest:
    """Whether groups agree with a statement to different degrees: chi-squared over all groups with enough votes."""

    statement: str
    groups: Mapping[str, tuple[int, int]]
    statistic: float
    p: float
    p_holm: float
    q: float


def compare_groups(
    votes: Latest, group_of: Mapping[str, str], statements: Iterable[str], fewest: int = FEWEST_IN_GROUP
) -> list[GroupTest]:
    """Every statement at least two groups voted on, smallest p first, corrected over all of them."""
    counts: dict[str, dict[str, list[int]]] = {statement: {} for statement in statements}
    for (person, statement), vote in votes.items():
        group = group_of.get(person)
        if group is not None and statement in counts:
            cell = counts[statement].setdefault(group, [0, 0])
            cell[0] += vote == AGREE
            cell[1] += 1
    tested = []
    for statement, groups in counts.items():
        kept = {group: (agree, n) for group, (agree, n) in sorted(groups.items()) if n >= fewest}
        statistic = _chi_squared(list(kept.values()))
        if len(kept) > 1 and statistic is not None:
            tested.append((statement, kept, statistic, chi_squared_p(statistic, len(kept) - 1)))
    adjusted, q = holm([row[3] for row in tested]), benjamini_hochberg([row[3] for row in tested])
    made = [GroupTest(*row, p_holm, q_value) for row, p_holm, q_value in zip(tested, adjusted, q, strict=True)]
    return sorted(made, key=lambda test: (test.p, test.statement))


def _chi_squared(cells: list[tuple[int, int]]) -> float | None:
    """Pearson's statistic of agree against the rest; None where everybody or nobody agrees."""
    agree, people = sum(a for a, _ in cells), sum(n for _, n in cells)
    if agree in (0, people):
        return None
    share = agree / people
    return sum((a - n * share) ** 2 / (n * share * (1 - share)) for a, n in cells)
