"""Every kind of ballot under parallel requests: what is in the box is what was accepted, once a voter, and keeps its rule.

Which answers keep the rule is said by the second writing of the rules, in the words residents read (`test_every_ballot.keeps`).
"""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from participation.counting import canonical
from participation.extensions import db
from participation.voting.definition import Definition, definition_of
from participation.voting.queries import opened_payloads
from participation.voting.refusals import BallotRefused, ChangedElsewhere
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.features.voting.test_ballot_types import INSTEAD, balanced, made
from tests.pure.consultations.test_every_ballot import keeps

VOTERS, PAGES = 6, 3
ACCEPTED, REFUSED, LATER = "accepted", "refused", "later"


def answer(dice: random.Random, definition: Definition) -> dict[str, list[str]]:
    """What a page may send: answers that keep the rule about as often as ones that break it."""
    question, election = definition.question, definition.election
    sent = {question.instead_field: [dice.choice(["", "", "", "", "no-view", "keep"])]}
    places = [str(place) for place in range(len(election.options))]
    for field in sorted(question.fields(election)):
        number = int(field.rpartition("-")[2]) if field[-1].isdigit() else 0
        values = {
            "approval": ["on", ""], "single": [*places, ""], "views": ["yes", "no", "none"],
            "ranking": ["", "", "1", "2", "3"], "points": ["", "1", "2", "x"], "best_worst": [""],
            "balance": ["", "1", *(way.value for way in question.ways(election, number))],
        }[question.name]  # fmt: skip
        sent[field] = [dice.choice(values)]
    for part in question.parts({}, election, definition.limits):
        if dice.random() < 0.5:
            both = dice.sample([str(place) for place in part.positions], 2) if dice.random() < 0.8 else [places[0]] * 2
            sent |= {field: [value] for field, value in zip(part.fields, both, strict=True)}
    return sent


@pytest.mark.parametrize("name", [*INSTEAD, "balance"])
def test_what_is_in_the_box_is_what_was_accepted(app: Flask, world: World, name: str) -> None:
    voting = balanced(world) if name == "balance" else made(world, name, **INSTEAD[name])
    if name == "approval":
        voting = Voting(world, "within", budget_pence=9_000_000, max_total_pence=9_000_000)
    definition = definition_of(voting.vote, voting.consultation)
    dice = random.Random(name)
    jobs = [(world.resident().id, [answer(dice, definition) for _ in range(PAGES)]) for _ in range(VOTERS)]

    def send(account_id: int, sent: dict[str, list[str]]) -> str:
        with app.app_context():
            try:
                voting.send(account_id, sent)
            except BallotRefused:
                return REFUSED
            except ChangedElsewhere:
                return LATER
            finally:
                db.session.remove()
            return ACCEPTED

    with ThreadPoolExecutor(6) as pool:
        asked = [(voter, sent, pool.submit(send, voter, sent)) for page in range(PAGES) for voter, sents in jobs
                 for sent in (sents[page],)]  # fmt: skip
        said = [(voter, sent, future.result(60)) for voter, sent, future in asked]
    fits = {id(sent): keeps(name, sent, definition.election, definition.limits) for _, sent, _ in said}
    assert {True, False} == set(fits.values()), "all answers keep the rule, or none does"
    for voter, sents in jobs:
        outcomes = [outcome for one, _, outcome in said if one == voter]
        assert outcomes.count(ACCEPTED) == any(fits[id(sent)] for sent in sents)
    for _, sent, outcome in said:
        assert (outcome == REFUSED) == (not fits[id(sent)])
    box = Counter(
        canonical(definition.question.read(sent, definition.election, definition.limits).payload)
        for _, sent, outcome in said
        if outcome == ACCEPTED
    )
    assert len(rows("sealed_ballot")) == box.total()
    voting.finish()
    assert Counter(opened_payloads(voting.vote.id)) == box
