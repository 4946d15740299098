"""One vote from its draft to a recount, through pages without scripts, with every person of a real one.

Two officers, three key-holders, voters, one who is taken off the register, and somebody who checks the result at home.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from config.settings import ROOT
from participation import clock
from participation.accounts.models import Account
from participation.voting.custody import phrases
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.visitor import Page, Visitor

MANAGE = "/exampleton/manage/consultations/spending"


class People:
    """Everybody, each in a browser of their own."""

    def __init__(self, app: Flask, world: World) -> None:
        self._app, self.world = app, world
        self.officer, self.second = (self.seated(world.staff(role)) for role in ("moderator", "returning-officer"))
        self.holders = [world.staff("key-holder") for _ in range(3)]

    def seated(self, account: Account) -> Visitor:
        visitor = Visitor(self._app)
        visitor.sign_in(account)
        return visitor

    def both(self, page: str, button: str, **fields: object) -> Page:
        """The first officer asks on a page, the second approves."""
        self.officer.get(page)
        self.officer.submit(button, **fields)
        self.second.get("/exampleton/manage/approvals")
        assert "Nothing waits for you" not in self.second.page.main
        return self.second.submit("Approve")


@pytest.fixture(autouse=True)
def _quick_phrases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrases, "MEMORY", 64)
    monkeypatch.setattr(phrases, "PASSES", 1)


@pytest.fixture
def people(app: Flask, world: World) -> People:
    world.here  # noqa: B018  the council comes first
    return People(app, world)


def named(people: People) -> list[str]:
    """Three key-holders are named, make their phrases and type them back; what they wrote down."""
    page = people.officer.get(f"{MANAGE}/vote/holders")
    offered = [str(option["value"]) for option in page.soup.select("select[name=holder_1] option") if option["value"]]
    fields = {f"holder_{slot}": account_id for slot, account_id in enumerate(offered, start=1)}
    assert people.officer.submit("Name them", holder_1=offered[0], holder_2=offered[0], holder_3=offered[1]).errors
    page = people.officer.submit("Name them", **fields)
    assert page.h1 == "Run the vote"
    assert "must make a key-holder’s phrase" in page.main
    written = []
    for account in people.holders:
        holder = people.seated(account)
        holder.get(f"{MANAGE}/vote/key")
        page = holder.submit("Make your phrase")
        written.append(" ".join(item.get_text(strip=True) for item in page.soup.select(".app-phrase li")))
        holder.follow("I have written it down")
        holder.submit("Check your phrase", password=written[-1])
    return written


def tracker_on(page: Page) -> str:
    found = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", page.main)
    assert found, page.main
    return found.group()


def votes(people: People, voting: Voting) -> str:
    """One voter casts, sends the page again, changes, withdraws and casts again; the last tracker."""
    voter = people.seated(people.world.resident())
    form = voter.get(voting.url)
    first = tracker_on(voter.submit("Cast your vote", **{"approval-0": "on"}))
    voter.page = form
    assert tracker_on(voter.submit("Cast your vote", **{"approval-1": "on"})) == first
    voter.get(voting.url)
    assert tracker_on(voter.submit("Cast your vote", **{"approval-1": "on"})) != first
    voter.get(f"{voting.url}/withdraw")
    voter.submit("Withdraw")
    voter.get(voting.url)
    return tracker_on(voter.submit("Cast your vote", **{"approval-2": "on"}))


def test_from_the_key_to_the_recount(people: People, world: World, tmp_path: Path) -> None:
    voting = Voting(world, custody="two_of_three", launched=False)
    written = named(people)
    voting.launch()
    voting.cast_many(30, (0, 1))
    cheat = world.resident()
    voting.cast(cheat, 4)
    tracker = votes(people, voting)

    people.both(f"{MANAGE}/vote/close", "Ask to close the vote", reason="answered-enough")
    assert voting.vote.status == "closed"
    people.both(f"{MANAGE}/vote/register", "Ask to take them off", email=cheat.email.upper(), reason="second-account")
    told = people.seated(cheat).get(f"{voting.url}/contest")
    assert "They voted with a second account of the same person." in told.main
    page = people.officer.get(f"{MANAGE}/vote")
    assert "The days for this end at midnight" in page.main
    people.officer.get(f"{MANAGE}/vote/open-box")
    assert people.officer.submit("Ask to open the box").status == 409

    with clock.frozen_at(clock.now() + timedelta(days=8)):
        again = People(people._app, world)
        people.officer, people.second = again.officer, again.second
        people.both(f"{MANAGE}/vote/open-box", "Ask to open the box")
        assert "Two of" in people.officer.get(f"{MANAGE}/vote").main
        one, other = people.seated(people.holders[0]), people.seated(people.holders[2])
        one.get(f"{MANAGE}/vote/key")
        assert "A second key-holder must enter theirs" in one.submit("Enter your phrase", password=written[0]).main
        assert rows("board_ballot") == []
        other.get(f"{MANAGE}/vote/key")
        assert "The box is open" in other.submit("Enter your phrase", password=written[2]).main
        people.officer.get(f"{MANAGE}/vote")
        people.officer.submit("Count the ballots")
        people.both(f"{MANAGE}/vote", "Ask to publish the result")
        people.both(f"{MANAGE}/vote/destroy-key", "Ask to destroy the key")
        assert rows("key_wrap") == []
        checked(people, voting, tracker, tmp_path)


def checked(people: People, voting: Voting, tracker: str, folder: Path) -> None:
    """Anybody finds a ballot, reads why a voter is missing, and counts again at home."""
    anybody = Visitor(people._app)
    page = anybody.get("/exampleton/consultations/spending/result")
    assert "31 ballots counted" in page.main
    assert "1 voter taken off the register after the close, and not counted: second account" in page.main
    anybody.get(f"{voting.url}/find")
    assert "Option 3" in anybody.submit("Find my ballot", tracker=tracker).main
    published = anybody.get("/exampleton/consultations/spending/result/published.zip", inspect=False)
    zipfile.ZipFile(io.BytesIO(published.response.data)).extractall(folder)
    done = subprocess.run(
        [sys.executable, "-I", str(ROOT / "recount" / "recount.py"), str(folder / "spending")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "1 excluded: 31 were opened" in done.stdout
