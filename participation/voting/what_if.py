"""Other rules, tried: on made-up ballots by officers before the vote, on the published ballots by everybody afterwards.

Nothing here is stored, and nothing here can see a ballot that is not on the published board.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from participation.consultations.question_types import QuestionType
from participation.counting import RULES, Outcome, Rule, canonical, problems
from participation.counting.payloads import Payload, marks
from participation.voting.definition import Definition
from participation.voting.tally import counted

MADE_UP = 200
# So few that options are often level: to see how ties are decided.
FEW = 12


@dataclass(frozen=True, slots=True)
class Trial:
    """One rule's outcome over some ballots."""

    rule: Rule
    outcome: Outcome


def rules_for(definition: Definition) -> list[Rule]:
    """The rules that can count the ballots of this vote."""
    found = [rule for rule in RULES if definition.question.name in rule.ballot_types]
    # Other rules do not know that options need or exclude one another.
    return [rule for rule in found if rule.name == definition.rule] if definition.election.linked else found


def tried(definition: Definition, payloads: list[str], rule: Rule) -> Trial:
    """Count under a rule: with the vote's settings if it is the vote's rule, with the usual ones otherwise."""
    settings = definition.settings if rule.name == definition.rule else rule.clean({})
    return Trial(rule, counted(definition, payloads, rule=rule.name, settings=settings))


def made_up(definition: Definition, number: int = MADE_UP) -> list[str]:
    """Ballots of nobody, always the same for one vote: options picked by lot for as long as the ballot is allowed."""
    lot = random.Random(definition.vote)  # noqa: S311  not a secret: these are nobody's ballots
    return [canonical(_made_up(definition, definition.question, lot)) for _ in range(number)]


def _made_up(definition: Definition, question: QuestionType, lot: random.Random) -> Payload:
    election, limits = definition.election, definition.limits
    positions = list(range(len(election.options)))
    lot.shuffle(positions)
    best: Payload = {}
    for payload in _growing(question, positions, definition, lot):
        if not marks(payload, question.name) or problems(
            payload, ballot_type=question.name, election=election, limits=limits
        ):
            if best:
                break
            continue
        best = payload
        if lot.random() < 0.3:
            break
    return best or next(_growing(question, positions, definition, lot))


def _growing(
    question: QuestionType, positions: list[int], definition: Definition, lot: random.Random
) -> Iterator[Payload]:
    """The ballots with one, two, three... of these options."""
    for number in range(1, len(positions) + 1):
        sent = question.guess(positions[:number], lot.randrange, definition.election, definition.limits)
        payload, _ = question.parse(sent, definition.election)
        yield payload
