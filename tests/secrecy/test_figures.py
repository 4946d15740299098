"""P8: before publication no page, no list and no file says how many voted for what, to anybody, at any stage.

How many ballots are in the box is told in one place: its public log, whose lines anybody can count while the vote is open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from participation.extensions import db
from participation.transactions import transaction
from participation.voting import ballot_box, roll, schedule, service
from participation.voting.ballot_box import Casting, Voter
from participation.voting.definition import definition_of
from participation.voting.receipts import tracker_of
from tests.architecture.site import PEOPLE
from tests.factories.votes import Voting
from tests.factories.world import World
from tests.secrecy.needles import found_in, of_ballot
from tests.secrecy.pages import Seen, Visitors

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
VOTERS = 3011
OPTIONS = 12
# The pages of the public log of the box.
BOX = re.compile(r"/vote/box(/|$)")


def told(shown: str, figures: set[int]) -> set[int]:
    """The figures that stand as numbers of their own in a text, as 1512 or as 1,512."""
    spelled = {spelling: figure for figure in figures for spelling in (str(figure), f"{figure:,}")}
    any_of_them = "|".join(sorted(spelled, key=len, reverse=True))
    found = re.findall(rf"(?<![\w.,#/-])({any_of_them})(?![\w/-]|[.,]\d)", shown)
    return {spelled[one] for one in found}


def test_numbers_are_seen_as_people_see_them() -> None:
    figures = {1512, 3011}
    assert told("<td>1,512</td> of 3011.", figures) == figures
    assert told("£11,512 id=x1512 1512.5 2/1512 31512", figures) == set()


class Poll:
    """A vote with thousands of ballots, of which it is known what nobody may be told yet."""

    def __init__(self, world: World) -> None:
        self.voting = Voting(world, "budget", options=OPTIONS, budget_pence=10**9, max_total_pence=None)
        self._votes: Counter[str] = Counter()
        self.secrets: dict[str, list[str]] = {}
        self._cast()

    @property
    def figures(self) -> set[int]:
        """How many voted, and how many for each option."""
        return {VOTERS, *self._votes.values()}

    def _cast(self) -> None:
        with transaction():
            vote, consultation = self.voting.vote, self.voting.consultation
            schedule.freeze(vote=vote, consultation=consultation, actor_id=None)
            voters = list(range(1, VOTERS + 1))
            roll.enter_rows(vote_id=vote.id, voters=[(voter, f"voter {voter}") for voter in voters])
            castings = self._castings(vote.public_id, voters)
            definition = definition_of(vote, consultation)
            assert max(ballot_box.cast_all(definition=definition, vote_id=vote.id, castings=castings)) == VOTERS

    def _castings(self, vote: str, voters: list[int]) -> Iterator[Casting]:
        random, strata = Random(8), roll.strata(channel="import")
        for voter in voters:
            codes = [f"option-{place}" for place in sorted(random.sample(range(1, OPTIONS + 1), random.randint(3, 9)))]
            nonce = random.randbytes(16)
            self._votes.update(codes)
            self.secrets[str(voter)] = [*of_ballot(codes), nonce.hex(), tracker_of(vote, nonce)]
            yield Casting(Voter(voter, strata), nonce, {"approve": codes})


def test_p8_nobody_is_shown_a_figure_or_a_ballot_before_publication(app: Flask, world: World, tmp_path: Path) -> None:
    visitors, poll = Visitors(app, world), Poll(world)
    voting = poll.voting

    def nothing_is_shown(stage: str) -> None:
        db.session.rollback()
        seen = visitors.look(voting)
        assert {one.person for one in seen} == set(PEOPLE)
        assert [(one.address, one.status) for one in seen if one.status >= 500] == []
        assert leaks(seen, poll.figures) == [], stage
        everything = tmp_path / stage
        everything.write_text("\n".join(one.shown for one in seen))
        assert found_in(everything, poll.secrets) == set(), stage

    nothing_is_shown("open")
    voting.reschedule(-48, -1)
    nothing_is_shown("closed")
    voting.close_and_open()
    nothing_is_shown("opened")
    voting.count()
    nothing_is_shown("counted")
    with transaction():
        service.publish(consultation=voting.consultation, actor_id=None)
    db.session.rollback()
    # And then everybody is told, which shows that the search can see.
    assert told(visitors.result(voting).shown, poll.figures) == poll.figures


def leaks(seen: list[Seen], figures: set[int]) -> list[tuple[str, str, set[int]]]:
    """Who was told which figures where; how many lines the log of the box has is no secret on its own pages."""
    found = [(one.person, one.address, told(one.shown, figures)) for one in seen]
    return [
        (person, address, numbers) for person, address, numbers in found
        if numbers - ({VOTERS} if BOX.search(address) else set())
    ]  # fmt: skip
