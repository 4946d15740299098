"""What a vote needs before its consultation is launched; registered with `consultations.gates` by the application."""

from __future__ import annotations

from participation.consultations.lifecycle import phase_of
from participation.consultations.models import Consultation
from participation.consultations.question_types import question_type
from participation.counting import Election, rule_named
from participation.counting.areas import COUNCIL, TO_COUNCIL, Areas, ward_of
from participation.counting.elections import Option
from participation.extensions import Model
from participation.voting.custody import holders, kinds
from participation.voting.definition import limits_of, options_of
from participation.voting.queries import find_vote

# Ballots whose options are paid for out of the money available.
SPENDS = ("approval", "points", "ranking")
LINKS_REFUSED = (
    "Some options need or cannot join one another. That can be counted where residents choose options and most votes come "
    "first. Choose that, or take the links out of the options."
)

NOTHING_FOR_ALL = (
    "No option is for the whole council, so money that wards do not spend could not be added to it. Keep it for the wards, or "
    "add such an option."
)


def area_problems(areas: Areas | None, *, for_council: bool = True) -> list[str]:
    """Why the money cannot be divided between wards like this; none for a vote with one pot.

    `for_council`: whether any option is for no ward in particular.
    """
    if areas is None:
        return []
    if len(areas.pots) < 2:
        return ["No option is for a ward. Say where the options are first."]
    if areas.pots[-1].money < 0:
        return ["The wards together would have more than the money available."]
    if areas.leftover == TO_COUNCIL and not for_council:
        return [NOTHING_FOR_ALL]
    return []


def link_problems(election: Election, *, ballot_type: str, rule: str, areas: Areas | None = None) -> list[str]:
    """Options that need or exclude one another are kept to by ballots that choose options and are counted most votes first."""
    if not election.linked or "within-budget" not in rule_named(rule).promises:
        return []
    if (ballot_type, rule) != ("approval", "greedy"):
        return [LINKS_REFUSED]
    if areas and any(
        ward_of(election[code]) != ward_of(one) for one in election.options for code in _links(election, one)
    ):
        return ["An option can need, or not join, only options of its own ward. Take the other links out."]
    return []


def _links(election: Election, option: Option) -> list[str]:
    return [code for code in (*option.needs, *option.excludes) if code in election.index]


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
    problems += area_problems(limits.areas, for_council=any(ward_of(one) == COUNCIL for one in options))
    problems += link_problems(
        Election(options, vote.budget_pence), ballot_type=vote.ballot_type, rule=vote.rule, areas=limits.areas
    )
    if vote.ballot_type in SPENDS and options and min(option.cost for option in options) > vote.budget_pence:
        problems.append("No option fits the money available for the vote.")
    if vote.custody not in kinds.offered():
        problems.append("Set up the vote with three key-holders: one key is for demonstrations only.")
    return [*problems, *holders.problems(vote)]


def keys_are_rehearsed(consultation: Consultation) -> list[str]:
    """Every key-holder has shown that they kept their phrase, beyond the two without whom there is no launch at all."""
    vote = find_vote(consultation.id) if phase_of(consultation, "vote") else None
    return holders.doubts(vote) if vote is not None else []


def votes_of(consultation_id: int) -> list[Model]:
    """The vote as it is set up, as a row that an approval of the launch covers (`consultations.launching`)."""
    vote = find_vote(consultation_id)
    return [vote] if vote is not None else []
