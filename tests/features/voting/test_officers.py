"""Officers run a vote from set-up to publication, and nobody sees a figure on the way."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from flask import Flask

from participation import clock
from participation.consultations import gates
from participation.consultations import service as consultation_service
from participation.consultations.moments import in_uk, uk_moment
from participation.consultations.refusals import PhaseNotOpen
from participation.transactions import transaction
from participation.voting import four_eyes, schedule, service
from participation.voting.refusals import VoteClosed, WrongStep
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.visitor import Page, Visitor


class Second:
    """Another officer, who approves whatever waits."""

    def __init__(self, app: Flask, world: World) -> None:
        self.visitor = Visitor(app)
        self.visitor.sign_in(world.staff("returning-officer"))

    def approve(self) -> Page:
        self.visitor.get("/exampleton/manage/approvals")
        return self.visitor.submit("Approve")


@pytest.fixture
def second(app: Flask, world: World) -> Second:
    world.here  # noqa: B018  the council comes first
    return Second(app, world)


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


def test_from_the_close_to_the_result(world: World, officer: Visitor, second: Second) -> None:
    voting = Voting(world)
    voting.cast_many(14, (0, 1))
    voting.cast_many(16, (4,))
    page = officer.get(voting.manage_url)
    assert "Open the box" not in page.links()
    voting.reschedule(-24, -1)
    officer.get(voting.manage_url)
    officer.follow("Open the box")
    page = officer.submit("Ask to open the box")
    assert page.h1 == "Run the vote"
    assert "This waits for a second person: Open the ballot box of “The spending consultation”" in page.main
    assert "Open the box" not in page.links() and "see what they must approve" in page.links()
    assert len(rows("sealed_ballot")) == 30
    second.approve()
    assert rows("sealed_ballot") == []
    officer.get(voting.manage_url)
    page = officer.submit("Count the ballots")
    assert "£" not in page.soup.select_one(".govuk-notification-banner").get_text()
    officer.submit("Count again")
    assert len(rows("count_run")) == 2
    officer.get(voting.manage_url)
    officer.submit("Ask to publish the result")
    second.approve()
    officer.get(voting.manage_url)
    page = officer.follow("See the result")
    assert "30 ballots counted" in page.main
    officer.get(voting.manage_url)
    officer.follow("Destroy the key")
    officer.submit("Ask to destroy the key")
    second.approve()
    page = officer.get(voting.manage_url)
    assert "The last backup from before is deleted by" in page.main
    assert page.soup.select(".govuk-tag--blue") == []


def test_the_register_of_an_open_vote_shows_no_form(world: World, officer: Visitor) -> None:
    voting = Voting(world)
    voting.cast(world.resident(), 0)
    page = officer.get(f"{voting.manage_url}/register")
    assert "Voters can be taken off after voting closes at" in page.main
    assert not page.soup.select("main form")
    voting.reschedule(-24, -1)
    assert officer.get(f"{voting.manage_url}/register").soup.select("main form")


def test_a_result_that_was_counted_again_is_asked_for_again(world: World, officer: Visitor, second: Second) -> None:
    voting = Voting(world)
    voting.cast_many(2)
    voting.reschedule(-24, -1)
    with transaction():
        service.open_box(consultation=voting.consultation, actor_id=None)
    voting.count()
    officer.get(voting.manage_url)
    officer.submit("Ask to publish the result")
    voting.count()
    assert second.approve().status == 409
    assert voting.vote.status == "opened"


def test_close_early_gives_a_reason_and_takes_two(world: World, officer: Visitor, second: Second) -> None:
    voting = Voting(world)
    voting.cast(world.resident(), 0)
    officer.get(voting.manage_url)
    officer.follow("Close the vote early")
    assert officer.submit("Ask to close the vote").errors == ["Choose why"]
    page = officer.submit("Ask to close the vote", reason="mistake")
    assert page.h1 == "Run the vote"
    assert voting.vote.status == "frozen"
    asked = officer.get("/exampleton/manage/approvals")
    assert asked.soup.find("button", string="Approve") is None
    # Names keep their capitals also for those who hear the page.
    hidden = asked.soup.select_one("main .govuk-button .govuk-visually-hidden")
    assert hidden.get_text().startswith(": Close the vote in “The spending consultation”")
    second.approve()
    assert voting.vote.status == "closed"
    officer.get(voting.manage_url)
    officer.follow("Open the box")
    officer.submit("Ask to open the box")
    second.approve()
    assert len(rows("board_ballot")) == 1


def test_one_officer_alone_is_told_what_is_needed(world: World, officer: Visitor) -> None:
    voting = Voting(world)
    world.staff("commissioner")
    officer.get(f"{voting.manage_url}/close")
    page = officer.submit("Ask to close the vote", reason="mistake")
    assert page.status == 403
    assert "Ask an administrator to make somebody else a returning officer or a moderator" in page.main
    assert rows("approval") == []
    assert voting.vote.status == "preparing"


def test_an_extension_takes_two_and_moves_the_end_by_the_clock_of_the_box(
    world: World, officer: Visitor, second: Second
) -> None:
    voting = Voting(world)
    voting.cast(world.resident(), 0)
    ends = voting.consultation.phases[0].closes_at
    officer.get(voting.manage_url)
    officer.follow("Keep the vote open for longer")
    later = in_uk(ends + timedelta(days=3)).date()
    sent = {"day": [later.day, later.month, later.year], "time": "noon", "reason": "Post was late in two wards."}
    assert officer.submit("Ask to keep it open", **{**sent, "day": [1, 1, 2020]}).errors == [
        "The new time must be after the time the vote closes now."
    ]
    assert (
        officer.submit("Ask to keep it open", **{**sent, "day": [1, 1, 2099]})
        .errors[0]
        .startswith("The vote must close")
    )
    officer.submit("Ask to keep it open", **sent)
    assert voting.consultation.phases[0].closes_at == ends
    second.approve()
    until = uk_moment(later, time(12))
    assert voting.consultation.phases[0].closes_at == until
    assert [one["reason"] for one in rows("phase_extension")] == ["Post was late in two wards."]
    assert any('"extend"' in one["leaf"] for one in rows("box_leaf"))
    with clock.frozen_at(ends + timedelta(hours=1)):
        voting.cast(world.resident(), 0)
    with clock.frozen_at(until), pytest.raises(VoteClosed):
        voting.cast(world.resident(), 0)


def test_an_extension_approved_after_the_close_changes_nothing(world: World, officer: Visitor, second: Second) -> None:
    voting = Voting(world)
    until, asker = clock.now() + timedelta(days=20), world.staff("moderator").id
    with transaction():
        four_eyes.ask(
            consultation=voting.consultation, act=four_eyes.EXTEND, requested_by=asker,
            facts={"until": until.isoformat(), "reason": "More time."},
        )  # fmt: skip
    voting.reschedule(-24, -1)
    ended = voting.consultation.phases[0].closes_at
    assert second.approve().status == 409
    assert voting.consultation.phases[0].closes_at == ended
    assert rows("approval")[0]["decision"] is None


def test_a_vote_is_closed_by_its_own_page_alone(world: World, officer: Visitor) -> None:
    voting = Voting(world)
    page = officer.get("/exampleton/manage/consultations/spending/close/vote")
    assert page.path == f"{voting.manage_url}/close"
    with pytest.raises(PhaseNotOpen), transaction():
        consultation_service.close_phase(
            consultation=voting.consultation, kind="vote", reason_code="mistake", actor_id=None
        )


def test_a_withdrawn_consultation_destroys_its_ballots_unopened(world: World, officer: Visitor) -> None:
    voting = Voting(world)
    voting.cast_many(3)
    officer.get("/exampleton/manage/consultations/spending/withdraw")
    officer.submit("Withdraw", reason="election")
    assert rows("sealed_ballot") == rows("board_ballot") == rows("box_outbox") == []
    assert (voting.vote.status, voting.vote.box_wrapped_key) == ("void", None)
    assert '"ballots":"unopened"' in rows("box_leaf")[-1]["leaf"]
    assert "ballots-destroyed" in [event["tag"] for event in rows("audit_event")]
    assert "destroyed unopened" in officer.get(voting.manage_url).main
    with voting.after_close(), pytest.raises(WrongStep), transaction():
        service.open_box(consultation=voting.consultation, actor_id=None)


def test_the_timer_closes_what_is_over(world: World) -> None:
    voting = Voting(world)
    voting.cast(world.resident(), 0)
    with transaction():
        assert not schedule.close_if_over(voting.vote)
    with voting.after_close(), transaction():
        assert schedule.close_if_over(voting.vote)
    assert voting.vote.closed_at == voting.consultation.phases[0].closes_at


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
    paths = ["", "/set-up", "/close", "/open-box", "/extend", "/register", "/holders", "/destroy-key"]
    for account in (world.resident(), world.staff("commissioner"), world.staff("administrator")):
        visitor.sign_in(account)
        assert {visitor.get(voting.manage_url + path).status for path in paths} == {403}


def test_a_vote_on_one_option_that_two_people_launched_is_counted(world: World) -> None:
    """Where somebody said why there is no alternative: approve of it, or cast a ballot without it."""
    voting = Voting(world, options=1)
    assert [one.code for one in gates.doubts(voting.consultation) if one.code == "alternatives_are_given"]
    assert not [one for one in gates.problems(voting.consultation) if "option" in one]
    voting.cast_many(3)
    voting.finish()
    assert voting.vote.status == "published"
