"""Officers run a vote from set-up to publication, and nobody sees a figure on the way."""

from __future__ import annotations

import pytest

from participation.consultations import gates
from participation.transactions import transaction
from participation.voting import service
from participation.voting.refusals import WrongStep
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.visitor import Visitor


@pytest.fixture
def officer(world: World, visitor: Visitor) -> Visitor:
    world.here  # noqa: B018  the council comes first
    visitor.sign_in(world.staff("moderator"))
    return visitor


def test_set_up_a_draft(world: World, officer: Visitor) -> None:
    draft = world.consultation("parks", vote=(2, 40), options=3, state="draft", launched_at=None)
    assert gates.problems(draft)[-1].startswith("Set up the vote")
    page = officer.get("/exampleton/manage/consultations/parks/vote")
    assert "Set up the vote" in page.main
    officer.follow("Set up the vote")
    page = officer.submit("Save")
    assert page.status == 422
    assert page.errors == ["Enter the money available"]
    page = officer.submit("Save", budget="£25,000", max_choices="2")
    assert page.h1 == "Set up the vote"
    assert "Check them below" in page.main
    page = officer.submit("Save", setting_skip="no")
    assert page.h1 == "Run the vote"
    assert "£25,000" in page.main
    assert "Choose up to 2 options. Together they can cost up to £25,000." in page.main
    (vote,) = rows("vote")
    assert (vote["budget_pence"], vote["max_total_pence"], vote["max_choices"]) == (2_500_000, 2_500_000, 2)
    assert vote["rule_settings"] == '{"skip":false,"threshold":"none"}'
    assert len(vote["box_public_key"]) == 32
    assert not any("vote" in problem for problem in gates.problems(draft))


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"budget": "£5,000"}, "Even the cheapest choice costs more"),
        ({"max_choices": "0"}, "The most options must be 1 or more"),
        ({"min_choices": "4"}, "There are only 3 options"),
        ({"ballot_type": "points"}, "Enter how many points each resident can give"),
        ({"ties": "lot"}, "Enter the seed of the lot"),
    ],
)
def test_senseless_settings_are_refused(world: World, officer: Visitor, fields: dict[str, str], problem: str) -> None:
    world.consultation("parks", vote=(2, 40), options=3, state="draft", launched_at=None)
    officer.get("/exampleton/manage/consultations/parks/vote/set-up")
    page = officer.submit("Save", **{"budget": "25000", **fields})
    assert page.status == 422
    assert problem in page.errors[0]
    assert rows("vote") == []


def test_every_rule_offered_can_be_set_up_and_shown(world: World, officer: Visitor) -> None:
    world.consultation("parks", vote=(2, 40), options=3, state="draft", launched_at=None)
    page = officer.get("/exampleton/manage/consultations/parks/vote/set-up")
    names = [str(tag["value"]) for tag in page.soup.select("input[name=rule]")]
    assert {"greedy", "equal-shares"} <= set(names)
    # A budget to balance needs the steps of its lines first: see test_ballot_types.
    for name in (name for name in names if name != "middle-step"):
        for ballot_type in ("approval", "ranking", "points", "single", "views", "best_worst"):
            officer.get("/exampleton/manage/consultations/parks/vote/set-up")
            page = officer.submit("Save", budget="25000", rule=name, ballot_type=ballot_type, max_points="5")
            if page.status == 200:
                break
        assert page.status == 200, (name, page.errors)
        assert officer.get("/exampleton/manage/consultations/parks/vote").status == 200


def test_from_the_close_to_the_result(world: World, officer: Visitor) -> None:
    voting = Voting(world)
    voting.cast_many(14, (0, 1))
    voting.cast_many(16, (4,))
    page = officer.get(voting.manage_url)
    assert "Open the box" not in page.links()
    voting.reschedule(-24, -1)
    officer.get(voting.manage_url)
    officer.follow("Open the box")
    page = officer.submit("Open the box")
    assert page.h1 == "Run the vote"
    assert rows("sealed_ballot") == []
    page = officer.submit("Count the ballots")
    assert "£" not in page.soup.select_one(".govuk-notification-banner").get_text()
    officer.submit("Count again")
    assert len(rows("count_run")) == 2
    officer.get(voting.manage_url)
    page = officer.submit("Publish the result")
    assert page.h1 == "Result of the vote"
    assert "30 ballots counted" in page.main
    assert officer.get(voting.manage_url).links()["See the result"]


def test_close_early_gives_a_reason(world: World, officer: Visitor) -> None:
    voting = Voting(world)
    voting.cast(world.resident(), 0)
    officer.get(voting.manage_url)
    officer.follow("Close the vote early")
    assert officer.submit("Close the vote now").errors == ["Choose why"]
    page = officer.submit("Close the vote now", reason="mistake")
    assert page.h1 == "Run the vote"
    assert voting.vote.status == "closed"
    officer.follow("Open the box")
    officer.submit("Open the box")
    assert len(rows("board_ballot")) == 1


def test_steps_cannot_be_taken_out_of_order(world: World) -> None:
    voting = Voting(world)
    voting.cast_many(2)
    for act in (service.open_box, service.count, service.publish):
        with pytest.raises(WrongStep), transaction():
            act(consultation=voting.consultation, actor_id=None)
    voting.close_and_open()
    for act in (service.open_box, service.publish):
        with pytest.raises(WrongStep), transaction():
            act(consultation=voting.consultation, actor_id=None)
    voting.count()
    with transaction():
        service.publish(consultation=voting.consultation, actor_id=None)
    for act in (service.open_box, service.count, service.publish):
        with pytest.raises(WrongStep), transaction():
            act(consultation=voting.consultation, actor_id=None)


def test_only_those_who_run_votes_may(world: World, visitor: Visitor) -> None:
    voting = Voting(world)
    paths = ["", "/set-up", "/close", "/open-box"]
    for account in (world.resident(), world.staff("commissioner"), world.staff("administrator")):
        visitor.sign_in(account)
        assert {visitor.get(voting.manage_url + path).status for path in paths} == {403}
