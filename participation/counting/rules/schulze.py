"""Schulze: who would beat whom, two at a time, and the strongest chain of such wins where they run in a circle.

For every pair the ballots preferring one to the other are compared. A win's strength is the number of ballots for it
(`winning-votes`) or its lead (`margins`). A chain of wins is as strong as its weakest link; A stands before B if the
strongest chain from A to B is stronger than any from B to A. An option that beats every other one alone always wins.

M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election
method", Social Choice and Welfare 36 (2011), with its example of 45 voters in docs/rules/schulze.md.
"""

from __future__ import annotations

import numpy as np

from participation.counting.case import Case, Reason, Verdict
from participation.counting.outcome import Round
from participation.counting.profile import Column
from participation.counting.rankings import pairwise, standing_options
from participation.counting.rule import Rule, Setting
from participation.counting.standing import NO_BALLOTS, NO_PART, SEATS, anything_said
from participation.counting.ties import TieMet
from participation.counting.words import counted, number

STRENGTH = Setting(
    "strength",
    "How strong a win between two options is",
    "choice",
    "winning-votes",
    (("winning-votes", "as many ballots as prefer the winner"), ("margins", "by how many ballots it leads")),
)


def strongest_chains(table: Column, strength: str) -> Column:
    """Strength of the strongest chain from each option (row) to each other one; nothing where there is none."""
    lead = table - table.T
    chains = np.where(lead > 0, table if strength == "winning-votes" else lead, 0)
    for via in range(len(table)):
        chains = np.maximum(chains, np.minimum(chains[:, via : via + 1], chains[via : via + 1, :]))
    np.fill_diagonal(chains, 0)
    return chains


def count(case: Case) -> Verdict:
    standing = standing_options(case)
    table = pairwise(case, standing)
    chains = strongest_chains(table, str(case.settings["strength"]))
    elected, rounds, ties = _elect(case, standing, table, chains)
    beaten = (chains > chains.T).sum(axis=1)
    scores = dict(zip(standing, beaten.tolist(), strict=True))
    return Verdict(
        selected=elected,
        scores=[str(scores.get(option, 0)) for option in range(len(case.election.options))],
        rounds=rounds,
        ties_met=ties,
        reasons=[
            _reason(case, standing, table, chains, elected, option) for option in range(len(case.election.options))
        ],
    )


def _elect(
    case: Case, standing: tuple[int, ...], table: Column, chains: Column
) -> tuple[list[int], list[Round], list[TieMet]]:
    """One after the other, an option that no other one left stands before."""
    left = list(range(len(standing)))
    elected: list[int] = []
    rounds: list[Round] = []
    ties: list[TieMet] = []
    for seat in range(1, 1 + (int(case.settings["seats"]) if anything_said(case) else 0)):
        unbeaten = [one for one in left if (chains[one, left] >= chains[left, one]).all()]
        if not unbeaten:
            break
        level = [standing[one] for one in unbeaten]
        if len(level) > 1:
            ties.append(case.order.met(case.election, seat, level))
        chosen = case.order.first(level)
        rivals = [standing[one] for one in left if standing[one] != chosen]
        rounds.append(_round(case, seat, chosen, rivals, standing, table))
        elected.append(chosen)
        left.remove(standing.index(chosen))
    return elected, rounds, ties


def _round(case: Case, seat: int, chosen: int, rivals: list[int], standing: tuple[int, ...], table: Column) -> Round:
    here = standing.index(chosen)
    lost = [rival for rival in rivals if table[here, standing.index(rival)] < table[standing.index(rival), here]]
    note = f"{case.name(chosen)} would beat every other option left, two at a time, and is elected."
    if lost:
        names = ", ".join(case.name(rival) for rival in lost)
        note = f"{case.name(chosen)} is elected: its chain of wins is stronger than the direct win of {names} over it."
    elif any(table[here, standing.index(rival)] == table[standing.index(rival), here] for rival in rivals):
        note = f"{case.name(chosen)} would be beaten by none of the options left and is elected."
    options = case.election.options
    return Round(
        number=seat,
        action="elected",
        option=options[chosen].code,
        compared=tuple((options[rival].code, _versus(table, here, standing.index(rival))) for rival in rivals),
        spent=0,
        left=case.election.budget,
        note=note,
    )


def _versus(table: Column, one: int, other: int) -> str:
    return f"{int(table[one, other])}:{int(table[other, one])}"


def _reason(
    case: Case, standing: tuple[int, ...], table: Column, chains: Column, elected: list[int], option: int
) -> Reason:
    if option not in standing:
        return Reason(NO_PART)
    here = standing.index(option)
    facts: dict[str, int | str] = {"stands_before": int((chains[here] > chains[:, here]).sum())}
    for there, rival in enumerate(standing):
        if there != here:
            facts[f"preferred_to:{case.election.options[rival].code}"] = int(table[here, there])
    if not elected:
        return Reason(NO_BALLOTS, facts)
    if option in elected:
        return Reason(_elected(case, standing, table, here), facts)
    winner = elected[-1]
    return Reason(_beaten(table, chains, here, standing.index(winner), case.name(winner)), facts)


def _elected(case: Case, standing: tuple[int, ...], table: Column, here: int) -> str:
    rivals = [there for there in range(len(standing)) if there != here]
    wins = sum(bool(table[here, there] > table[there, here]) for there in rivals)
    if not rivals:
        return "Elected. It was the only option."
    closest = min(rivals, key=lambda there: (int(table[here, there] - table[there, here]), there))
    return (
        f"Elected. Two at a time it beats {number(wins)} of {counted(len(rivals), 'other option')}; the closest is "
        f"{case.name(standing[closest])}, with {number(int(table[here, closest]))} ballots to "
        f"{number(int(table[closest, here]))}."
    )


def _beaten(table: Column, chains: Column, here: int, there: int, winner: str) -> str:
    against, own = int(table[there, here]), int(table[here, there])
    direct = f"{counted(against, 'ballot')} {'prefers' if against == 1 else 'prefer'} {winner} to it, {number(own)} the other way"
    if against > own and chains[there, here] > chains[here, there]:
        return f"Not elected. {direct}; it needed {counted(against - own + 1, 'ballot')} more the other way to be ahead of it."
    if chains[there, here] > chains[here, there]:
        return (
            f"Not elected. {direct}, but through other options {winner} stands before it: a chain of wins of strength "
            f"{number(int(chains[there, here]))} against {number(int(chains[here, there]))}."
        )
    return f"Not elected. {direct}; the two stand level, and {winner} came first by the tie rule."


RULE = Rule(
    name="schulze",
    title="Wins two at a time",
    description=(
        "Every two options are compared by how many rankings prefer one to the other. The option that beats all others is "
        "elected; where wins run in a circle, the strongest chain of wins decides."
    ),
    ballot_types=("ranking",),
    settings=(SEATS, STRENGTH),
    count=count,
    promises=("monotone",),
)
