"""What a commissioner reads of each kind of ballot: support is support, never a no, a "least important" or a line of a budget."""

from __future__ import annotations

import csv
import io

import pytest

from participation import clock
from participation.commissioning import downloads, service
from participation.commissioning.documents import document_of
from participation.commissioning.gather import gather
from participation.commissioning.policy import disclosed
from participation.consultations.beside import QuestionDraft, add_question, field_of, keep
from participation.consultations.queries import questions_of
from participation.needs.summary import Summary
from participation.transactions import transaction
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


def test_what_residents_say_no_to_is_on_the_page_and_in_every_file(world: World, visitor: Visitor) -> None:
    world.council()
    voting = counted(world, made(world, "views", **SENT["views"][0]), SENT["views"][1])
    visitor.sign_in(world.staff("commissioner"))
    page = visitor.get("/exampleton/manage/needs/spending")
    rows = page.rows("What residents say yes and no to")[1:]
    assert sorted(row[1:4] for row in rows) == [["0", "0", "30"]] * 3 + [["0", "30", "0"], ["30", "0", "0"]]
    source = downloads.source_of(voting.consultation, None)
    listed = list(csv.DictReader(io.StringIO(downloads.bytes_of(source, "csv").decode("utf-8-sig"))))
    assert {row["value"] for row in listed if (row["table"], row["column"]) == ("yes_and_no", "disagree")} == {
        "0",
        "30",
    }
    assert "What residents say yes and no to" in visitor.get("/exampleton/manage/needs/spending/print").main


def test_a_balanced_budget_shows_what_would_be_raised_and_who_pays(world: World, visitor: Visitor) -> None:
    world.council()
    voting = counted(world, balanced(world), {"balance-0": ["500000"]})
    visitor.sign_in(world.staff("commissioner"))
    page = visitor.get("/exampleton/manage/needs/spending")
    first = page.rows("What residents do with each line of the budget")[1]
    assert (first[1], first[2], first[5]) == ("£10,000", "−£5,000", "100%")
    assert page.rows("Where the money would go")[1][1:] == ["What is left over", "£5,000"]
    assert {table.name for table in document_of(service.preview(voting.consultation, version=1, now=clock.now())).tables} >= {
        "balanced_budget", "budget_flows",
    }  # fmt: skip


def test_a_vote_of_few_says_nothing_here_as_on_its_result_page(world: World) -> None:
    world.council()
    voting = made(world, "views", **SENT["views"][0])
    for _ in range(9):
        voting.send(world.resident(), SENT["views"][1])
    voting.finish()
    assert gather(voting.consultation).vote is None


@pytest.mark.parametrize("name", ["views", "single"])
def test_voters_without_a_view_hide_nothing_that_others_said(world: World, name: str) -> None:
    world.council()
    voting = made(world, name, **SENT[name][0])
    silent = {"single" if name == "single" else f"{name}-instead": ["no-view"]}
    for _ in range(3):
        voting.send(world.resident(), silent)
    counted(world, voting, SENT[name][1])
    found = gather(voting.consultation).vote
    assert found is not None
    assert (found.ballots, found.ballots_not_counted) == (30, 3)
    assert sum(one.people for one in found.together) == (30 if name == "single" else 0)
    assert [one.ballots for one in found.views] == ([30] if name == "views" else [])


def test_answers_beside_the_ballot_are_counted_without_telling_of_a_few(world: World, visitor: Visitor) -> None:
    """27 libraries, 3 parks; one answer of somebody whose ballot was taken out, and words of their own that nobody counts."""
    world.council()
    voting = made(world, "single", launched=False, **SENT["single"][0])
    with transaction():
        for draft in (
            QuestionDraft(kind="choice", words="What do you use most?", choices=("Library", "Park")),
            QuestionDraft(kind="text", words="What would help you?"),
        ):
            add_question(
                consultation=voting.consultation, draft=draft, version=voting.consultation.version, actor_id=None
            )
    voting.launch()
    choice, words = (field_of(one) for one in questions_of(voting.consultation.id))
    answers = ["Library"] * 27 + ["Park"] * 3
    for number, answer in enumerate(answers):
        resident = world.resident()
        voting.send(resident, SENT["single"][1])
        with transaction():
            typed = {choice: answer, words: f"Words of number {number}."}
            keep(consultation_id=voting.consultation.id, account_id=resident.id, typed=typed)
    outsider = world.resident()
    with transaction():
        keep(consultation_id=voting.consultation.id, account_id=outsider.id, typed={choice: "Park"})
    assert gather(voting.consultation).asked == ()
    voting.finish()
    (question,) = gather(voting.consultation).asked
    assert question.answers == (("Library", 27), ("Park", 3))
    summary = disclosed(gather(voting.consultation))
    assert [(row.answer, row.people.value, row.people.status) for row in summary.answers] == [
        ("Library", 30, ""), ("Park", None, "c"),
    ]  # fmt: skip
    assert summary.answers[0].share.base == 30
    assert Summary.from_json(summary.to_json()) == summary
    table = next(one for one in document_of(summary).tables if one.name == "answers_beside_the_vote")
    assert next(row[1:4] for row in table.rows) == ("What do you use most?", "Library", 30)
    visitor.sign_in(world.staff("commissioner"))
    page = visitor.get(f"/exampleton/manage/needs/{voting.slug}")
    assert "Answers to questions beside the vote" in page.main
    assert [row[1:3] for row in page.rows("Answers to questions beside the vote")[1:]] == [
        ["Library", "30"],
        ["Park", "fewer than 20"],
    ]
    assert "Words of number" not in page.text
