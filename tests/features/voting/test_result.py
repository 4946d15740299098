"""The published result: reasons, money, files that recount to the same, and the ballot found by its tracker."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from participation.counting import Outcome, Profile, Ties, count
from participation.counting.pabulib import read
from participation.transactions import transaction
from participation.voting.definition import read_definition
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.visitor import Visitor


@pytest.fixture
def voting(world: World) -> Voting:
    """Options cost £10,000 to £50,000 and there is £60,000."""
    voting = Voting(world, budget_pence=6_000_000, max_total_pence=None)
    voting.cast_many(20, (4,))
    voting.cast_many(15, (0, 3))
    voting.cast_many(5, (1,))
    return voting


def test_the_page(voting: Voting, visitor: Visitor) -> None:
    base = voting.url.removesuffix("/vote")
    assert visitor.get(base + "/result").h1 == "There is no result yet"
    voting.finish()
    page = visitor.get(base + "/result")
    assert page.h1 == "Result of the vote"
    assert "40 ballots counted. 2 options of 5 are funded." in page.main
    assert "Money available £60,000 Cost of what is funded £60,000 Left £0" in page.main
    table = page.rows("Every option")
    assert table[1] == ["Option 1", "£10,000", "15", "38%", "Funded"]
    assert table[4] == ["Option 4", "£40,000", "15", "38%", "Not funded"]
    assert "were level" in page.main
    assert "the cheaper option first" in page.main
    assert len(page.soup.select(".app-bars__row")) == 5
    consultation = visitor.get(base)
    assert base + "/result" in consultation.links().values()


def test_the_files_recount_to_the_same(voting: Voting, visitor: Visitor, tmp_path) -> None:
    voting.finish()
    base = voting.url.removesuffix("/vote") + "/result/"
    texts = {
        name: visitor.get(base + name, inspect=False).response.get_data()
        for name in ("definition.json", "result.json", "board.jsonl", "options.csv", "election.pb")
    }
    result = json.loads(texts["result.json"])
    definition = read_definition(texts["definition.json"].decode().strip())
    assert definition.digest.hex() == result["definition_sha256"]
    batches = [json.loads(line) for line in texts["board.jsonl"].splitlines()]
    ballots = [ballot for batch in batches for ballot in batch["ballots"]]
    assert all(len(batch["ballots"]) == len(batch["trackers"]) >= 25 for batch in batches)
    profile = Profile.from_ballots(definition.election, ballots, ballot_type="approval", limits=definition.limits)
    again = count(
        definition.election, profile, rule=definition.rule, settings=definition.settings, ties=definition.ties
    )
    (run,) = rows("count_run")
    assert again.to_json() == run["outcome"]
    assert json.loads(again.to_json()) == result["outcome"]
    path = tmp_path / "election.pb"
    path.write_bytes(texts["election.pb"])
    file = read(path)
    theirs = count(file.election(), file.profile(), rule="greedy", settings={}, ties=Ties.parse(str(definition.ties)))
    assert theirs.selected == again.selected
    assert set(again.selected) == set(file.selected)
    table = list(csv.DictReader(io.StringIO(texts["options.csv"].decode("utf-8-sig"))))
    assert [(row["votes"], row["funded"]) for row in table] == [
        ("15", "yes"), ("5", "no"), ("0", "no"), ("15", "no"), ("20", "yes"),
    ]  # fmt: skip


def test_find_my_ballot(voting: Voting, world: World, visitor: Visitor) -> None:
    mine = voting.cast(world.resident(), 2)
    assert visitor.get(voting.url + "/find").status == 404
    voting.finish()
    visitor.get(voting.url + "/find")
    page = visitor.submit("Find my ballot", tracker="not a tracker")
    assert page.status == 422
    assert "16 letters and digits" in page.errors[0]
    page = visitor.submit("Find my ballot", tracker="0000-0000-0000-0000")
    assert page.errors == ["There is no ballot with this tracker. Check what you typed."]
    page = visitor.submit("Find my ballot", tracker=f" {mine.tracker.lower().replace('-', ' ')} ")
    assert page.status == 200
    assert page.h1 == "Find my ballot"
    lines = page.rows("Ballots of group 1")
    assert ["Option 3"] in [row[1:] for row in lines]
    assert len(lines) - 1 >= 25


def test_a_recount_is_a_new_row_and_the_published_one_stays(voting: Voting) -> None:
    voting.close_and_open()
    voting.count()
    voting.count()
    first, second = rows("count_run")
    assert first["outcome"] == second["outcome"]
    assert first["input_digest"] == second["input_digest"]
    assert Outcome.from_json(first["outcome"]).selected == ("option-5", "option-1")


def test_fewer_than_25_ballots_make_no_board(world: World, visitor: Visitor) -> None:
    voting = Voting(world)
    voting.cast_many(12)
    voting.finish()
    base = voting.url.removesuffix("/vote")
    page = visitor.get(base + "/result")
    assert "12 ballots counted" in page.main
    assert "totals but no ballots" in page.main
    assert visitor.get(base + "/result/result.json", inspect=False).status == 200
    for name in ("board.jsonl", "election.pb"):
        assert visitor.get(f"{base}/result/{name}").status == 404
    assert "Fewer than 25" in visitor.get(voting.url + "/find").main


def test_fewer_than_ten_voters_are_all_that_is_said(world: World, visitor: Visitor) -> None:
    voting = Voting(world)
    voting.cast_many(9, (0,))
    voting.finish()
    base = voting.url.removesuffix("/vote")
    page = visitor.get(base + "/result")
    assert "Fewer than 10 people took part." in page.main
    for figure in ("9 ", "Funded", "Option 1"):
        assert figure not in page.main
    for name in ("result.json", "options.csv", "board.jsonl", "election.pb"):
        assert visitor.get(f"{base}/result/{name}").status == 404
    assert visitor.get(f"{base}/result/definition.json", inspect=False).status == 200


def test_a_vote_without_ballots(world: World, visitor: Visitor) -> None:
    voting = Voting(world)
    voting.finish()
    assert "Fewer than 10 people took part." in visitor.get(voting.url.removesuffix("/vote") + "/result").main


@pytest.mark.parametrize("ballot_type", ["ranking", "points"])
def test_other_ballots_are_counted_and_shown(world: World, visitor: Visitor, ballot_type: str) -> None:
    voting = Voting(
        world, ballot_type=ballot_type, max_total_pence=None, max_points=10 if ballot_type == "points" else None
    )
    for number in range(30):
        voting.send(world.resident(), {f"{ballot_type}-{number % 3}": ["1"], f"{ballot_type}-4": ["2"]})
    voting.finish()
    base = voting.url.removesuffix("/vote")
    assert "30 ballots counted" in visitor.get(base + "/result").main
    assert visitor.get(base + "/result/election.pb", inspect=False).status == 200


@pytest.mark.parametrize(
    ("ballot_type", "rule"), [("ranking", "schulze"), ("ranking", "stv"), ("approval", "plurality")]
)
def test_rules_that_choose_rather_than_spend(world: World, visitor: Visitor, ballot_type: str, rule: str) -> None:
    voting = Voting(world, ballot_type=ballot_type, max_total_pence=None, rule=rule)
    for number in range(26):
        voting.send(world.resident(), {f"{ballot_type}-{number % 2}": ["1"], f"{ballot_type}-3": ["2"]})
    voting.finish()
    page = visitor.get(voting.url.removesuffix("/vote") + "/result")
    assert "1 option of 5 is chosen" in page.main
    assert "Money available" not in page.main


def test_another_rule_on_the_published_ballots(voting: Voting, visitor: Visitor) -> None:
    base = voting.url.removesuffix("/vote")
    assert visitor.get(base + "/result/another-rule").status == 404
    voting.finish()
    visitor.get(base + "/result")
    page = visitor.follow("see what another rule would have chosen")
    assert page.rows("published")[5][:4] == ["Option 5", "£50,000", "Chosen", "Chosen"]
    page = visitor.submit("Count with this rule", rule="equal-shares")
    assert page.status == 200
    assert page.rows("published")[5][:4] == ["Option 5", "£50,000", "Not chosen", "Chosen"]
    assert visitor.get(base + "/result/another-rule?rule=amounts").status == 404
    assert len(rows("count_run")) == 1


def test_a_rehearsal_shows_how_ties_would_be_decided(world: World, visitor: Visitor) -> None:
    """Few made-up ballots and many options: options are level, and each tie says which rule of the vote decided it."""
    voting = Voting(world, options=12, max_total_pence=None, ties="file", launched=False)
    with transaction():
        voting.vote.public_id = "a" * 16
    voting.launch()
    visitor.sign_in(world.staff("moderator"))
    page = visitor.get(f"{voting.manage_url}/try-rule")
    assert "Where options are level, this decides:" in page.main
    assert re.search(r"£[0-9,]+ of £100,000 is spent\.", page.main)
    few = visitor.submit("Count with this rule", ballots="12")
    assert "12 made-up ballots" in few.main
    assert re.search(r"Step \d+: Option \d+, Option \d+.* were level\. Option \d+ came first: ", few.main)
    assert rows("sealed_ballot") == rows("count_run") == []


@pytest.mark.parametrize("ballot_type", ["approval", "ranking", "points"])
def test_officers_rehearse_on_made_up_ballots(world: World, visitor: Visitor, ballot_type: str) -> None:
    voting = Voting(world, ballot_type=ballot_type, max_points=10, max_total_pence=None)
    visitor.sign_in(world.staff("moderator"))
    visitor.get(voting.manage_url)
    page = visitor.follow("Try rules on made-up ballots")
    assert "200 made-up ballots" in page.main
    again = visitor.submit("Count with this rule", rule="equal-shares")
    assert again.rows("Equal shares") == visitor.get(again.path).rows("Equal shares")
    assert rows("sealed_ballot") == rows("board_ballot") == rows("count_run") == []


def test_every_page_of_the_result_asks_the_registry_whether_results_are_shown(voting: Voting, visitor: Visitor) -> None:
    """A published result goes with a consultation that is withdrawn: page, files, search and other rules alike."""
    voting.finish()
    public = voting.url.removesuffix("/vote")
    doors = [f"{public}/vote/find", f"{public}/result/another-rule", f"{public}/result/election.pb"]
    assert [visitor.get(door).status for door in doors] == [200, 200, 200]
    with transaction():
        voting.consultation.state = "withdrawn"
    assert [visitor.get(door).status for door in doors] == [404, 404, 404]
