"""What a vote needs before its consultation is launched; registered with `consultations.gates` by the application."""

from __future__ import annotations

from participation.consultations.lifecycle import phase_of
from participation.consultations.models import Consultation
from participation.consultations.question_types import question_type
from participation.counting import Election
from participation.counting.areas import Areas
from participation.voting.custody import holders, kinds
from participation.voting.definition import limits_of, options_of
from participation.voting.queries import find_vote

# Ballots whose options are paid for out of the money available.
SPENDS = ("approval", "points", "ranking")


def area_problems(areas: Areas | None) -> list[str]:
    """Why the money cannot be divided between wards like this; none for a vote with one pot."""
    if areas is None:
        return []
    if len(areas.pots) < 2:
        return ["No option is for a ward. Say where the options are first."]
    if areas.pots[-1].money < 0:
        return ["The wards together would have more than the money available."]
    return []


def vote_is_set_up(consultation: Consultation) -> list[str]:
    """Sentences about what is missing; none without a phase for voting."""
    if phase_of(consultation, "vote") is None:
        return []
    vote = find_vote(consultation.id)
    if vote is None:
        return ["Set up the vote: the money available, the ballot and how it is counted."]
    options = options_of(consultation, vote.ballot_type)
    limits = limits_of(vote, consultation)
    problems = question_type(vote.ballot_type).senseless(Election(options, vote.budget_pence), limits)
    problems += area_problems(limits.areas)
    if vote.ballot_type in SPENDS and options and min(option.cost for option in options) > vote.budget_pence:
        problems.append("No option fits the money available for the vote.")
    if vote.custody not in kinds.offered():
        problems.append("Set up the vote with three key-holders: one key is for demonstrations only.")
    return [*problems, *holders.problems(vote)]
