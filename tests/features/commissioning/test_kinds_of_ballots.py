"""What a commissioner reads of each kind of ballot: support is support, never a no, a "least important" or a line of a budget."""

from __future__ import annotations

import pytest

from participation.commissioning.gather import gather
from tests.factories.votes import Voting
from tests.factories.world import World
from tests.features.voting.test_ballot_types import SENT, balanced, made
from tests.visitor import Visitor


def votes(voting: Voting) -> dict[str, int]:
    evidence = gather(voting.consultation)
    assert evidence.vote is not None
    return {option.code: option.votes for option in evidence.vote.options}


def counted(world: World, voting: Voting, sent: dict[str, list[str]]) -> Voting:
    for _ in range(30):
        voting.send(world.resident(), sent)
    voting.finish()
    return voting


def test_a_no_is_not_support(world: World) -> None:
    world.council()
    voting = counted(world, made(world, "views", **SENT["views"][0]), SENT["views"][1])
    assert votes(voting) == {"option-1": 30, "option-2": 0, "option-3": 0, "option-4": 0, "option-5": 0}


def test_least_important_is_not_support(world: World) -> None:
    world.council()
    voting = counted(world, made(world, "best_worst", **SENT["best_worst"][0]), SENT["best_worst"][1])
    assert sum(votes(voting).values()) == 30


@pytest.mark.parametrize("page", ["/exampleton/manage/needs/spending", "/exampleton/manage/needs"])
def test_a_balanced_budget_has_no_option_to_be_for(world: World, visitor: Visitor, page: str) -> None:
    world.council()
    voting = counted(world, balanced(world), {"balance-0": ["500000"]})
    assert votes(voting) == {}
    visitor.sign_in(world.staff("commissioner"))
    assert visitor.get(page).status == 200
