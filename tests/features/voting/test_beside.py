"""Questions beside the ballot: optional, kept through every error, apart from the sealed vote, read once the vote is over."""

from __future__ import annotations

from datetime import timedelta
from random import SystemRandom

import pytest
from sqlalchemy import text as sql

from participation import clock
from participation.commissioning import policy
from participation.commissioning.gather import gather
from participation.commissioning.themes.models import Theme
from participation.consultations import beside, editions
from participation.consultations.beside import QuestionDraft, add_question
from participation.consultations.copying import copy
from participation.consultations.queries import questions_of
from participation.eligibility.queries import rule_of
from participation.eligibility.rules import Rule
from participation.eligibility.service import set_rule
from participation.errors import InvalidInput
from participation.extensions import db
from participation.priorities import worded
from participation.priorities.refusals import ResultNotOut
from participation.privacy import retention
from participation.transactions import transaction
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.features.voting.test_ballot_types import balanced
from tests.visitor import Visitor

LONG = "Because the path floods. " * 60


def asking(world: World, *, launched: bool = True) -> tuple[Voting, list[str]]:
    """A vote with a question in words, one with answers, and a statement; and the names of their fields."""
    voting = Voting(world, launched=False)
    drafts = (
        QuestionDraft(kind="text", words="What matters most to you?"),
        QuestionDraft(kind="choice", words="How did you hear of this?", choices=("Letter", "Library", "Neighbour")),
        QuestionDraft(kind="agree", words="I know how the council spends its money."),
    )
    for draft in drafts:
        with transaction():
            consultation = voting.consultation
            add_question(consultation=consultation, draft=draft, version=consultation.version, actor_id=None)
    if launched:
        voting.launch()
    return voting, [f"beside-{row['id']}" for row in rows("side_question")]


def answers() -> list[str]:
    return sorted(row["answer"] for row in rows("side_answer"))


def test_answers_are_kept_with_the_vote_and_shown_again_to_be_changed(world: World, visitor: Visitor) -> None:
    voting, (words, choice, agree) = asking(world)
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    page = visitor.submit("Cast your vote", **{"approval-0": "on", words: "Dry feet.", choice: "Library"})
    assert page.h1 == "You voted"
    assert answers() == ["Dry feet.", "Library"]
    page = visitor.get(voting.url)
    assert page.soup.select_one(f"textarea[name={words}]").get_text().strip() == "Dry feet."
    assert page.soup.select_one(f"input[name={choice}][checked]")["value"] == "Library"
    # The ballot itself is sealed: what was chosen is not shown again.
    assert page.soup.select("input[type=checkbox][checked]") == []
    visitor.submit("Cast your vote", **{"approval-1": "on", words: "", agree: "No view"})
    assert answers() == ["Library", "No view"]


def test_nothing_needs_to_be_answered(world: World, visitor: Visitor) -> None:
    voting, _ = asking(world)
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    assert visitor.submit("Cast your vote", **{"approval-0": "on"}).h1 == "You voted"
    assert answers() == []


@pytest.mark.parametrize("button", ["Update total", "Review before you cast it", "Cast your vote"])
def test_no_error_of_the_ballot_loses_an_answer(world: World, visitor: Visitor, button: str) -> None:
    """All five options cost £150,000 of the £100,000 there is."""
    voting, (words, choice, agree) = asking(world)
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    everything = {f"approval-{place}": "on" for place in range(5)}
    page = visitor.submit(button, **everything, **{words: "Two\nlines", choice: "Letter", agree: "Agree"})
    assert page.status == (200 if button == "Update total" else 422)
    assert page.soup.select_one(f"textarea[name={words}]").get_text().strip() == "Two\nlines"
    assert page.soup.select_one(f"input[name={choice}][checked]")["value"] == "Letter"
    assert page.soup.select_one(f"input[name={agree}][checked]")["value"] == "Agree"
    page = visitor.submit("Review before you cast it", **{f"approval-{place}": None for place in range(1, 5)})
    assert page.h1 == "Review your vote"
    assert "Two lines" in " ".join(page.main.split())
    page = visitor.submit("Change what you chose")
    assert page.soup.select_one(f"textarea[name={words}]").get_text().strip() == "Two\nlines"
    visitor.submit("Cast your vote")
    assert answers() == ["Agree", "Letter", "Two\nlines"]


def test_an_answer_that_is_too_long_is_said_and_not_cut(world: World, visitor: Visitor) -> None:
    voting, (words, *_) = asking(world)
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    page = visitor.submit("Cast your vote", **{"approval-0": "on", words: LONG})
    assert page.errors == ["Your answer must be 1,000 characters or fewer"]
    assert page.soup.select_one(f"textarea[name={words}]").get_text().strip() == LONG.strip()
    assert rows("sealed_ballot") == []
    assert visitor.submit("Cast your vote", **{words: "Short."}).h1 == "You voted"


def test_a_page_that_comes_too_late_shows_what_was_typed(world: World, visitor: Visitor) -> None:
    voting, (words, *_) = asking(world)
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    voting.reschedule(-24, -1)
    page = visitor.submit("Cast your vote", **{"approval-0": "on", words: "I was slow."})
    assert page.h1 == "The vote has closed"
    assert "I was slow." in page.main
    assert answers() == []


def test_save_for_later_keeps_them_in_the_browser_alone(world: World, visitor: Visitor) -> None:
    voting, (words, *_) = asking(world)
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    page = visitor.submit("Save for later", **{"approval-0": "on", words: "Later."})
    assert page.soup.select_one(f"textarea[name={words}]").get_text().strip() == "Later."
    assert answers() == []


def test_an_answer_that_was_not_offered_is_none(world: World, visitor: Visitor) -> None:
    voting, (words, choice, _) = asking(world)
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    visitor.submit("Cast your vote", **{"approval-0": "on", choice: "A spaceship", words: "x"})
    assert answers() == ["x"]


def test_staff_set_them_in_a_draft_and_read_answers_after_the_close_only(world: World, visitor: Visitor) -> None:
    voting, (words, choice, _) = asking(world, launched=False)
    address = f"/exampleton/manage/consultations/{voting.slug}/questions"
    visitor.sign_in(world.staff("editor"))
    visitor.get(address)
    page = visitor.submit("Add the question", kind="choice", words="Which?", choices="One\nOne")
    assert page.errors == ["Enter 2 to 10 different answers, one on each line."]
    visitor.submit("Add the question", kind="choice", words="Which?", choices="One\nTwo")
    page = visitor.submit("Remove “Which?”")
    assert "Question removed." in page.main
    voting.launch()
    assert "Add a question" not in visitor.get(address).main
    for number in range(11):
        account = world.resident()
        voting.cast(account, 0)
        with transaction():
            values = [(words, f"Reason {number:02}")] + ([(choice, "Library")] if number < 10 else [(choice, "Letter")])
            for field, answer in values:
                db.session.execute(
                    sql(
                        "INSERT INTO side_answer (question_id, account_id, answer, may_be_used) VALUES (:q, :a, :s, false)"
                    ),
                    {"q": int(field.removeprefix("beside-")), "a": account.id, "s": answer},
                )
    visitor.sign_in(world.staff("moderator"))
    assert visitor.get(f"{address}/answers").status == 409
    voting.reschedule(-24, -1)
    page = visitor.get(f"{address}/answers")
    assert "Reason 00" in page.main
    facts = {row.dt.get_text(): row.dd.get_text() for row in page.soup.select(".govuk-summary-list__row")}
    assert (facts["Library"], facts["Letter"]) == ("10", "Fewer than 10")


def test_nothing_changes_once_it_is_launched_and_there_are_five_at_most(world: World) -> None:
    voting, _ = asking(world, launched=False)
    draft = QuestionDraft(kind="text", words="And?")
    for _ in range(2):
        with transaction():
            add_question(
                consultation=voting.consultation, draft=draft, version=voting.consultation.version, actor_id=None
            )
    with pytest.raises(InvalidInput, match="There can be 5 questions"):
        add_question(consultation=voting.consultation, draft=draft, version=voting.consultation.version, actor_id=None)


def test_answers_go_a_year_after_the_result_and_with_the_account(world: World) -> None:
    voting, (words, *_) = asking(world)
    account = world.resident()
    with transaction():
        db.session.execute(
            sql("INSERT INTO side_answer (question_id, account_id, answer, may_be_used) VALUES (:q, :a, 'Why', false)"),
            {"q": int(words.removeprefix("beside-")), "a": account.id},
        )
        voting.consultation.result_published_at = clock.now()
    with clock.frozen_at(clock.now() + timedelta(days=364)):
        retention.STEPS["side_answer"](clock.now())
    assert answers() == ["Why"]
    with clock.frozen_at(clock.now() + timedelta(days=366)):
        retention.STEPS["side_answer"](clock.now())
    assert answers() == []


def test_a_copy_asks_the_same_and_keeps_the_cards_and_their_links(world: World) -> None:
    voting, _ = asking(world, launched=False)
    with transaction():
        source = voting.consultation
        source.options[0].needs, source.options[1].card = ["option-2"], {"risks": "Rain."}
    with transaction():
        made = copy(consultation=voting.consultation, actor_id=None)
        assert [one.needs for one in made.options] == [["option-2"], [], [], [], []]
        assert made.options[1].card == {"risks": "Rain."}
        asked = [(one.kind, one.words, one.choices) for one in questions_of(made.id)]
        assert asked == [(one.kind, one.words, one.choices) for one in questions_of(voting.consultation.id)]
        assert len(asked) == 3


def test_a_copy_of_a_budget_carries_its_lines_steps_rule_and_set_up(world: World) -> None:
    """Everything but dates, residents' words, votes, the key and sign-offs."""
    voting = balanced(world, budget=4_000_000, exactly=True, launched=False)
    with transaction():
        rule = Rule(tier=2, wards=((world.wards()[0].id, world.wards()[0].name),), oldest=30)
        set_rule(consultation=voting.consultation, rule=rule, actor_id=None)
        editions.need(consultation=voting.consultation, codes=["bsl"])
    with transaction():
        made = copy(consultation=voting.consultation, actor_id=None)
        made_id = made.id
        for copied, option in zip(made.options, voting.consultation.options, strict=True):
            for name in ("is_income", "least_pence", "most_pence", "limits_reason", "cost_pence"):
                assert getattr(copied, name) == getattr(option, name)
            assert [
                (one.change_pence, one.consequence, one.signed_off_by, one.signed_off_on) for one in copied.steps
            ] == [(one.change_pence, one.consequence, "", None) for one in option.steps]
        assert sum(len(one.steps) for one in made.options) == 6
        assert [one.code for one in made.editions] == ["bsl"]
        assert rule_of(made_id) == rule_of(voting.consultation.id)
    first, second = rows("vote")
    same = ("ballot_type", "budget_pence", "rule", "rule_settings", "ties", "balanced", "min_choices", "max_choices")
    assert [first[name] for name in same] == [second[name] for name in same]
    assert second["consultation_id"] == made_id
    assert first["box_public_key"] != second["box_public_key"]
    assert first["public_id"] != second["public_id"]


def consenting(world: World, visitor: Visitor, number: int = 30) -> tuple[Voting, str]:
    """So many voters wrote something beside their ballots; all but every third let us use it."""
    voting, (words, choice, _) = asking(world)
    for place in range(number):
        account = world.resident(email=f"voter{place}@example.org")
        voting.cast(account, place % 2)
        typed = {words: f"Words of {place}", choice: "Letter"}
        if place % 3:
            typed[f"{words}-use"] = "yes"
        with transaction():
            beside.keep(consultation_id=voting.consultation.id, account_id=account.id, typed=typed)
    return voting, words


def test_the_voter_is_asked_and_nothing_is_ticked_beforehand(world: World, visitor: Visitor) -> None:
    voting, (words, choice, _) = asking(world)
    visitor.sign_in(world.resident())
    page = visitor.get(voting.url)
    (tick,) = page.soup.select("input[name$='-use']")
    assert (tick["name"], tick.has_attr("checked")) == (f"{words}-use", False)
    page = visitor.submit(
        "Review before you cast it", **{"approval-0": "on", words: "Dry feet.", f"{words}-use": "yes"}
    )
    assert "These words may be used, without your name" in page.main
    visitor.submit("Cast your vote")
    assert [(row["answer"], bool(row["may_be_used"])) for row in rows("side_answer")] == [("Dry feet.", True)]
    page = visitor.get(voting.url)
    assert page.soup.select_one("input[name$='-use']").has_attr("checked")
    # Vote again without the tick, and they may not be used.
    visitor.submit("Cast your vote", **{"approval-1": "on", f"{words}-use": None, choice: "Letter"})
    assert [bool(row["may_be_used"]) for row in rows("side_answer")] == [False, False]


def test_words_reach_moderators_after_the_result_without_a_person_or_a_time(world: World, visitor: Visitor) -> None:
    voting, _ = consenting(world, visitor)
    visitor.sign_in(world.staff("moderator"))
    address = f"/exampleton/manage/words-beside-votes/{voting.slug}"
    assert "once the result of the vote is published" in visitor.get(address).main
    with pytest.raises(ResultNotOut), transaction():
        worded.bring_in(consultation=voting.consultation, actor_id=None, now=clock.now())
    voting.finish()
    page = visitor.get(address)
    assert "20 texts can be handed over" in page.main
    before = [row["answer"] for row in rows("side_answer")]
    page = visitor.submit("Hand them to the moderators")
    db.session.rollback()
    assert "Words beside a vote" in page.main
    page = visitor.follow(next(text for text in page.links() if text.startswith("Words of")))
    assert "Published: “Words of" in visitor.submit("Publish").main
    made = sorted((row for row in rows("priority") if row["kind"] == "words"), key=lambda row: row["id"])
    assert {row["need"] for row in made} == {f"Words of {place}" for place in range(30) if place % 3}
    # Nothing leads back: no author, no ward, one time for all, and another order than that of accounts.
    assert {(row["author_id"], row["author_ward_id"]) for row in made} == {(None, None)}
    assert sorted(row["state"] for row in made) == ["published"] + ["waiting"] * 19
    assert len({row["submitted_at"] for row in made}) == 1
    assert [row["need"] for row in made] != [text for text in before if text in {row["need"] for row in made}]
    # The words left the accounts; what may not be used stays where it was.
    assert sorted(text for text in answers() if text != "Letter") == sorted(
        f"Words of {place}" for place in range(30) if not place % 3
    )
    assert "There is nothing to hand over." in visitor.get(address).main


def test_the_order_is_drawn_by_chance_from_the_operating_system(world: World, visitor: Visitor) -> None:
    voting, _ = consenting(world, visitor, 12)
    voting.finish()
    seen: list[list[str]] = []
    with transaction():
        worded.bring_in(
            consultation=voting.consultation,
            actor_id=None,
            now=clock.now(),
            shuffle=lambda words: seen.append(list(words)),
        )
    assert isinstance(worded.by_chance.__self__, SystemRandom)
    assert len(seen[0]) == 8


def test_published_words_go_under_themes_and_into_no_list_of_needs(world: World, visitor: Visitor) -> None:
    voting, _ = consenting(world, visitor)
    voting.finish()
    with transaction():
        worded.bring_in(consultation=voting.consultation, actor_id=None, now=clock.now())
        db.session.execute(sql("UPDATE priority SET state = 'published' WHERE kind = 'words'"))
    db.session.expire_all()
    staff = world.staff("commissioner")
    visitor.sign_in(staff)
    code = voting.consultation.services[0].code
    visitor.get(f"/exampleton/manage/themes/{code}")
    visitor.submit("Make the theme", name="What matters", definition="All of it")
    with transaction():
        theme = db.session.query(Theme).one()
        db.session.execute(
            sql("INSERT INTO theme_assignment (priority_id, theme_id, how, assigned_at) "
                "SELECT id, :t, 'read', submitted_at FROM priority WHERE kind = 'words'"), {"t": theme.id},
        )  # fmt: skip
    evidence = gather(voting.consultation)
    assert (evidence.priorities, evidence.worded) == ((), 20)
    (row,) = policy.disclosed(evidence).themes
    assert (row.name, row.needs.value) == ("What matters", 20)
    assert (
        "Words of" not in Visitor(visitor.client.application).get("/exampleton/consultations/spending/priorities").main
    )
