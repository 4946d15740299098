"""Voters' pages without scripts: choose, total, review, save, cast, receipt, change, withdraw, and an old tab."""

from __future__ import annotations

import re

import pytest

from participation.transactions import transaction
from participation.voting.keys import server_keys
from participation.voting.receipts import is_genuine
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.features.queries import counted_queries
from tests.visitor import Visitor


@pytest.fixture
def voting(world: World) -> Voting:
    return Voting(world)


@pytest.fixture
def voter(world: World, visitor: Visitor, voting: Voting) -> Visitor:
    visitor.sign_in(world.resident())
    return visitor


def tracker_on(text: str) -> str:
    return re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", text)[0]


def test_choose_total_review_and_cast(voter: Visitor, voting: Voting) -> None:
    page = voter.get(voting.url)
    assert page.h1 == "Vote"
    assert "Together they can cost up to £100,000" in page.main
    assert "You have chosen 0 options, costing £0" in page.main
    page = voter.submit("Update total", **{"approval-0": "on", "approval-2": "on"})
    assert "You have chosen 2 options, costing £40,000. £60,000 of £100,000 is left." in page.main
    page = voter.submit("Review before you cast it")
    assert page.h1 == "Review your vote"
    assert "Option 1" in page.main
    assert "Option 2" not in page.main
    page = voter.submit("Change what you chose")
    assert page.soup.select_one("#option-2").has_attr("checked")
    voter.submit("Review before you cast it")
    page = voter.submit("Cast your vote")
    assert page.status == 200
    assert page.h1 == "You voted"
    assert "Option 3" in page.main
    assert tracker_on(page.main)
    assert page.response.headers["Cache-Control"] == "no-store"
    assert len(rows("sealed_ballot")) == 1


def test_a_cast_reads_everything_once(voter: Visitor, voting: Voting, world: World) -> None:
    """What a busy evening consists of: the first ballot, which fixes the definition, is in the box already."""
    voting.cast(world.resident("first@example.org"), 0)
    voter.get(voting.url)
    with counted_queries() as seen:
        assert voter.submit("Cast your vote", **{"approval-0": "on"}).h1 == "You voted"
    tables = [found[1] for statement in seen if (found := re.search(r"FROM (\w+)", statement))]
    assert sorted(name for name in tables if name in ("consultation", "vote", "phase", "account")) == [
        "account",
        "consultation",
        "vote",
    ]
    assert sum(statement.startswith("INSERT") for statement in seen) == 4, "the roll, the box, its log, the mail"
    assert len([statement for statement in seen if not statement.startswith("BEGIN")]) <= 13


def test_a_refused_ballot_keeps_what_was_chosen(voter: Visitor, voting: Voting) -> None:
    voter.get(voting.url)
    page = voter.submit("Cast your vote")
    assert page.status == 422
    assert page.errors == ["Choose an option, or say that you have no view."]
    assert page.soup.title.get_text().startswith("Error: ")
    everything = {f"approval-{position}": "on" for position in range(5)}
    page = voter.submit("Cast your vote", **everything)
    assert page.status == 422
    assert "£50,000 more than the £100,000 there is" in page.errors[0]
    assert len(page.soup.select("input[type=checkbox][checked]")) == 5
    assert rows("sealed_ballot") == []
    page = voter.submit("Cast your vote", **{"approval-4": None})
    assert page.h1 == "You voted"


def test_the_receipt_as_text_file_and_for_printing(voter: Visitor, voting: Voting) -> None:
    voter.get(voting.url)
    page = voter.submit("Cast your vote", **{"approval-0": "on"})
    tracker = tracker_on(page.main)
    line = page.soup.select_one("#receipt").get_text(strip=True)
    assert is_genuine(line, server_keys().receipt_public_key)
    file = voter.submit("Save the receipt")
    assert file.response.mimetype == "text/plain"
    assert "attachment" in file.response.headers["Content-Disposition"]
    assert tracker in file.html
    assert line in file.html
    assert "Option 1" not in file.html
    voter.page = page
    printed = voter.submit("Show the receipt for printing")
    assert tracker in printed.main
    assert line in printed.main
    later = voter.get(voting.url + "/receipt", inspect=False)
    assert line in later.html
    assert tracker not in later.html


def test_the_same_page_sent_twice_is_said_plainly(voter: Visitor, voting: Voting) -> None:
    form = voter.get(voting.url)
    first = voter.submit("Cast your vote", **{"approval-0": "on"})
    voter.page = form
    again = voter.submit("Cast your vote", **{"approval-1": "on"})
    assert again.status == 200
    assert again.h1 == "Your vote was already in the box"
    assert tracker_on(again.main) == tracker_on(first.main)
    assert "Option" not in again.main
    assert len(rows("sealed_ballot")) == 1


def test_change_and_withdraw(voter: Visitor, voting: Voting) -> None:
    voter.get(voting.url)
    voter.submit("Cast your vote", **{"approval-0": "on"})
    page = voter.follow("change your vote")
    assert page.h1 == "Change your vote"
    assert "Your ballot is sealed, so we cannot show you what you chose" in page.main
    assert page.soup.select("input[type=checkbox][checked]") == []
    page = voter.submit("Cast your vote", **{"approval-1": "on"})
    assert page.h1 == "You changed your vote"
    voter.follow("withdraw it")
    page = voter.submit("Withdraw your vote")
    assert page.h1 == "You withdrew your vote"
    voter.follow("Vote again")
    assert voter.submit("Cast your vote", **{"approval-1": "on"}).status == 200
    assert voter.get(voting.url + "/cast").h1 == "Your vote is in the box"


def test_two_windows(voter: Visitor, voting: Voting) -> None:
    """F5: the slower window is told, keeps its choices, and may then decide."""
    old = voter.get(voting.url)
    voter.get(voting.url)
    voter.submit("Cast your vote", **{"approval-0": "on"})
    voter.page = old
    page = voter.submit("Cast your vote", **{"approval-3": "on"})
    assert page.status == 409
    assert "changed somewhere else" in page.main
    assert page.soup.select_one("#option-3").has_attr("checked")
    assert voter.submit("Cast your vote").h1 == "You changed your vote"


def test_an_old_tab_after_the_close_keeps_the_choices(voter: Visitor, voting: Voting) -> None:
    voter.get(voting.url)
    voting.reschedule(-24, -1)
    for button in ("Cast your vote", "Review before you cast it", "Update total"):
        form = voter.page
        page = voter.submit(button, **{"approval-0": "on", "approval-2": "on"})
        assert page.status == 403
        assert page.h1 == "The vote has closed"
        assert "It closed at" in page.main
        assert "Option 1" in page.main
        assert "Option 3" in page.main
        assert "Option 2" not in page.main
        voter.page = form
    assert rows("sealed_ballot") == []
    assert voter.get(voting.url).h1 == "The vote has closed"


def test_choices_saved_for_later_stay_in_the_browser(world: World, voter: Visitor, voting: Voting) -> None:
    voter.get(voting.url)
    page = voter.submit("Save for later", **{"approval-1": "on"})
    assert "You have not voted yet" in page.main
    assert page.soup.select_one("#option-1").has_attr("checked")
    assert rows("sealed_ballot") == []
    cookie = next(cookie for cookie in voter.client._cookies.values() if cookie.key.startswith("choices-"))
    assert cookie.http_only
    assert cookie.path == voting.url
    assert "approval" not in cookie.value
    # The next person at this computer does not get them.
    voter.sign_in(world.resident())
    assert voter.get(voting.url).soup.select("input[type=checkbox][checked]") == []
    voter.submit("Cast your vote", **{"approval-0": "on"})
    assert not any(cookie.key.startswith("choices-") for cookie in voter.client._cookies.values())


def test_damaged_and_foreign_fields_do_no_harm(voter: Visitor, voting: Voting) -> None:
    page = voter.get(voting.url)
    token = page.soup.select_one("input[name=csrf_token]")["value"]
    for sent in (
        {"act": "cast", "nonce": "x", "revision": "0", "approval-0": "on"},
        {"act": "cast", "nonce": "0" * 32, "revision": "seven", "approval-99": "on"},
        {"act": "up:999999", "nonce": "", "revision": "-1"},
        {"act": "nonsense"},
        {},
    ):
        answer = voter.post(voting.url, {"csrf_token": token, **sent})
        assert answer.status in (200, 422)
    assert rows("sealed_ballot") == []


def test_who_may_see_the_ballot(world: World, visitor: Visitor, voting: Voting) -> None:
    assert "/sign-in" in visitor.get(voting.url, follow=False).response.headers["Location"]
    visitor.sign_in(world.staff("moderator"))
    assert visitor.get(voting.url).status == 403


def test_each_voter_has_an_order_of_their_own_that_stays(world: World, visitor: Visitor) -> None:
    voting = Voting(world, options=12)
    orders = []
    for _ in range(4):
        visitor.sign_in(world.resident())
        shown = [[tag["id"] for tag in visitor.get(voting.url).soup.select("input[type=checkbox]")] for _ in range(2)]
        assert shown[0] == shown[1]
        orders.append(tuple(shown[0]))
    assert len(set(orders)) > 1
    assert {frozenset(order) for order in orders} == {frozenset(f"option-{position}" for position in range(12))}


def test_ranking_by_number_and_by_buttons(world: World, visitor: Visitor) -> None:
    voting = Voting(world, options=4, ballot_type="ranking", max_total_pence=None, max_choices=3)
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    page = visitor.submit("Cast your vote", **{"ranking-0": "1", "ranking-1": "1", "ranking-2": "first"})
    assert page.status == 422
    assert "The place of Option 3 must be a whole number, like 1." in page.errors
    assert "Give each option its own place: Option 1 and Option 2 both have 1." in page.errors
    assert page.soup.select_one("#option-2")["value"] == "first"
    visitor.submit("Update order", **{"ranking-0": "2", "ranking-1": "5", "ranking-2": None})
    visitor.submit("Move up : Option 2")
    page = visitor.submit("Move up : Option 4")
    values = [page.soup.select_one(f"#option-{position}")["value"] for position in range(4)]
    assert values == ["2", "1", "", "3"]
    page = visitor.submit("Cast your vote")
    assert page.h1 == "You voted"
    assert [line.get_text(" ", strip=True)[:3] for line in page.soup.select("dd")] == ["1st", "2nd", "3rd"]


def test_points(world: World, visitor: Visitor) -> None:
    voting = Voting(world, options=3, ballot_type="points", max_total_pence=None, max_points=10)
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    page = visitor.submit("Update total", **{"points-0": "7", "points-1": "4"})
    assert "You have given 11 points, 1 more than the 10 you have." in page.main
    page = visitor.submit("Cast your vote")
    assert page.errors == ["Give no more than 10 points. You have given 11."]
    page = visitor.submit("Cast your vote", **{"points-1": "3"})
    assert page.h1 == "You voted"
    assert "7 points" in page.main


def test_a_higher_age_is_asked_for(world: World, visitor: Visitor, voting: Voting) -> None:
    with transaction():
        voting.consultation.minimum_age = 18
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    page = visitor.submit("Cast your vote", **{"approval-0": "on"})
    assert page.errors == ["Tick the box to say that you are 18 or over"]
    assert page.soup.select_one("#option-0").has_attr("checked")
    visitor.submit("Review before you cast it", age="yes")
    assert visitor.submit("Cast your vote").h1 == "You voted"


def test_the_mail_says_that_and_never_what(world: World, voter: Visitor, voting: Voting) -> None:
    voter.get(voting.url)
    tracker = tracker_on(voter.submit("Cast your vote", **{"approval-0": "on"}).main)
    (mail,) = rows("outbox_mail")
    assert "was cast on" in mail["body"]
    for secret in (tracker, "Option", "option-"):
        assert secret not in mail["body"] + mail["subject"] + mail["key"]


def test_a_vote_that_has_not_opened(world: World, voter: Visitor, voting: Voting) -> None:
    voting.reschedule(1, 24)
    page = voter.get(voting.url)
    assert page.h1 == "The vote has not opened yet"
    assert voter.get(voting.url + "/secrecy").status == 200
