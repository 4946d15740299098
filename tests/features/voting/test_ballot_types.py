"""Each type of ballot from its set-up over the page without scripts to the published result."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from participation.consultations.lines import LineDraft, StepDraft, add_step, set_line
from participation.transactions import transaction
from participation.voting.refusals import BallotRefused, SetUpRefused
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.features.voting.published import publish_to, recounted
from tests.visitor import Visitor

SIGNED = {"signed_off_by": "Head of finance", "signed_off_on": date(2026, 1, 1)}
# What each type sends for the options at the listed positions 0 and 1, and what the page then says.
SENT: dict[str, tuple[dict[str, Any], dict[str, list[str]], str]] = {
    "single": ({"rule": "plurality"}, {"single": ["1"]}, "You have chosen Option 2."),
    "views": (
        {"rule": "more-yes-than-no"}, {"views-0": ["yes"], "views-1": ["no"]},
        "You have said yes or no to 2 of 5 options.",
    ),
    "best_worst": (
        {"rule": "best-worst"}, {"best_worst-1-most": ["0"], "best_worst-1-least": ["2"]},
        "You have answered 1 of 4 questions.",
    ),
}  # fmt: skip


def made(world: World, name: str, **draft: Any) -> Voting:
    return Voting(world, ballot_type=name, max_total_pence=None, **draft)


def balanced(world: World, *, budget: int = 14_000_000, exactly: bool = False, launched: bool = True) -> Voting:
    """Lines of £10,000 to £50,000; the first can be cut or raised by £5,000, the last brings money in and can bring more."""
    voting = Voting(world, launched=False)
    with transaction():
        consultation = voting.consultation
        for place, changes in ((0, (-500_000, 500_000)), (4, (1_000_000,))):
            option = consultation.options[place]
            for change in changes:
                words = f"What follows from {change // 100} on line {place + 1}."
                step = StepDraft(change_pence=change, consequence=words, **SIGNED)
                add_step(
                    consultation=consultation, option=option, draft=step, version=consultation.version, actor_id=None
                )
        # Lines that nobody may move have one step all the same, so that everything shown can be chosen.
        for option in consultation.options[1:4]:
            step = StepDraft(change_pence=-100_000, consequence="A little less.", **SIGNED)
            add_step(consultation=consultation, option=option, draft=step, version=consultation.version, actor_id=None)
        line = LineDraft(is_income=True, least_pence=None, most_pence=6_000_000, reason="The law limits the rise.")
        set_line(
            consultation=consultation,
            option=consultation.options[4],
            draft=line,
            version=consultation.version,
            actor_id=None,
        )
    voting.set_up(
        ballot_type="balance", budget_pence=budget, max_total_pence=None, rule="middle-step", balanced=exactly
    )
    if launched:
        voting.launch()
    return voting


@pytest.mark.parametrize("name", SENT)
def test_from_the_page_to_the_result(world: World, visitor: Visitor, name: str) -> None:
    world.council()
    settings, sent, total = SENT[name]
    voting = made(world, name, **settings)
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    page = visitor.submit("Update total", **{field: value[0] for field, value in sent.items()})
    assert total in page.main
    page = visitor.submit("Review before you cast it")
    assert page.h1 == "Review your vote"
    page = visitor.submit("Cast your vote")
    assert page.h1 == "You voted"
    assert len(rows("sealed_ballot")) == 1
    for _ in range(30):
        voting.send(world.resident(), sent)
    voting.finish()
    page = visitor.get(f"/exampleton/consultations/{voting.slug}/result")
    assert page.status == 200
    assert "31 ballots counted" in page.main


@pytest.mark.parametrize("name", SENT)
def test_nothing_chosen_is_refused_and_said(world: World, visitor: Visitor, name: str) -> None:
    world.council()
    voting = made(world, name, **SENT[name][0])
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    page = visitor.submit("Cast your vote")
    assert page.status == 422
    assert len(page.errors) == 1
    assert rows("sealed_ballot") == []


INSTEAD = {
    "approval": {"rule": "greedy"}, "ranking": {"rule": "borda"}, "points": {"rule": "greedy", "max_points": 5},
    **{name: settings for name, (settings, _, _) in SENT.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", [*INSTEAD, "balance"])
def test_no_view_and_keep_as_now_can_be_said_on_every_ballot(
    world: World, visitor: Visitor, tmp_path: Path, name: str
) -> None:
    """Without scripts, from the page to the result and the other program's count."""
    world.council()
    voting = balanced(world) if name == "balance" else made(world, name, **INSTEAD[name])
    field = "single" if name == "single" else f"{name}-instead"
    visitor.sign_in(world.resident())
    page = visitor.get(voting.url)
    offered = [str(tag["value"]) for tag in page.soup.select("[name$=instead], [id^=instead]") if tag["value"]]
    assert offered == ([] if name in ("views", "balance") else ["keep"]) + ["no-view"]
    page = visitor.submit("Review before you cast it", **{field: "no-view"})
    assert (page.h1, "You have no view on this." in page.main) == ("Review your vote", True)
    assert visitor.submit("Cast your vote").h1 == "You voted"
    # As few as make a board, so that the other program counts them too.
    each = 8 if "keep" in offered else 12
    for _ in range(each):
        voting.send(world.resident(), {field: ["no-view"]})
        if "keep" in offered:
            voting.send(world.resident(), {field: ["keep"]})
        voting.send(world.resident(), SENT.get(name, (0, {f"{name}-0": ["500000" if name == "balance" else "1"]}))[1])
    voting.finish()
    page = visitor.get(f"/exampleton/consultations/{voting.slug}/result")
    assert f"{each + 1} more voters took part and said they have no view" in page.main
    assert (f"{each} ballots of these say to keep things as they are" in page.main) == ("keep" in offered)
    assert f"{each * len(offered)} ballots counted" in page.main
    told = recounted(publish_to(voting, tmp_path))
    assert told.code == 0, told.text


def test_keep_as_now_stands_once_on_a_ballot(world: World, visitor: Visitor) -> None:
    """Where an option costs nothing, that option says it, and a hand-made request cannot say it twice."""
    voting = made(world, "ranking", rule="borda", launched=False)
    with transaction():
        voting.consultation.options[0].cost_pence = 0
    voting.launch()
    visitor.sign_in(world.resident())
    page = visitor.get(voting.url)
    assert [str(tag["value"]) for tag in page.soup.select("[name=ranking-instead]")] == ["", "no-view"]
    with pytest.raises(BallotRefused):
        voting.send(world.resident(), {"ranking-instead": ["keep"]})
    visitor.get(voting.url)
    page = visitor.submit("Cast your vote", **{"ranking-instead": "no-view", "ranking-1": "1"})
    assert page.errors == ["You said that you have no view, and you chose something as well. Say one of the two."]
    assert page.soup.select_one("[name=ranking-1]")["value"] == "1"
    assert page.soup.select_one("[name=ranking-instead][checked]")["value"] == "no-view"


def test_one_yes_and_one_no_are_counted_apart(world: World, visitor: Visitor) -> None:
    world.council()
    voting = made(world, "views", rule="more-yes-than-no")
    for _ in range(20):
        voting.send(world.resident(), {"views-0": ["yes"], "views-1": ["no"]})
    voting.finish()
    visitor.sign_in(world.resident())
    page = visitor.get(f"/exampleton/consultations/{voting.slug}/result")
    assert page.rows("Every option")[1:3] == [
        ["Option 1", "£10,000", "20", "0", "0", "Supported"],
        ["Option 2", "£20,000", "0", "20", "0", "Not supported"],
    ]
    assert "20 ballots say yes, 0 no and 0 had no view." in page.main


def test_half_a_question_keeps_what_was_chosen(world: World, visitor: Visitor) -> None:
    world.council()
    voting = made(world, "best_worst", rule="best-worst")
    visitor.sign_in(world.resident())
    visitor.get(voting.url)
    page = visitor.submit("Cast your vote", **{"best_worst-1-most": "0"})
    assert page.errors == ["In question 1, choose the option that matters least too."]
    assert page.soup.select_one("#question-1-0 option[selected]")["value"] == "0"


def test_a_budget_is_balanced_without_scripts(world: World, visitor: Visitor) -> None:
    """Today's lines cost £100,000 and bring in £50,000; with £40,000 beside it, £10,000 is missing."""
    world.council()
    voting = balanced(world, budget=4_000_000)
    visitor.sign_in(world.resident())
    page = visitor.get(voting.url)
    assert "As things are, the budget is £10,000 short." in page.main
    assert "You spend £100,000. £90,000 comes in. £10,000 is still to find." in page.main
    assert "What follows from -5000 on line 1." in page.main
    assert "The law limits the rise." in page.main
    legends = [legend.get_text(" ", strip=True) for legend in page.soup.select(".app-choices legend")]
    assert legends[-1].startswith("Option 5")
    assert len(page.soup.select(".app-choices input[type=radio][checked]")) == 5
    page = visitor.submit("Update total", **{"balance-0": "500000"})
    assert "You spend £95,000. £90,000 comes in. £5,000 is still to find." in page.main
    page = visitor.submit("Cast your vote")
    assert page.status == 422
    assert page.errors == ["Your budget is £5,000 short. Cut more or bring in more."]
    assert page.soup.select_one("input[name=balance-0][checked]")["value"] == "500000"
    page = visitor.submit("Review before you cast it", **{"balance-4": "6000000"})
    assert "Cut by £5,000, to £5,000" in page.main
    assert "Bring in £10,000 more, to £60,000" in page.main
    assert "costs" not in page.main
    page = visitor.submit("Cast your vote")
    assert page.h1 == "You voted"


def test_the_middle_of_each_line_is_published(world: World, visitor: Visitor) -> None:
    world.council()
    voting = balanced(world)
    for number in range(21):
        amount = "500000" if number % 3 else "1500000"
        voting.send(world.resident(), {"balance-0": [amount]})
    voting.finish()
    visitor.sign_in(world.resident())
    page = visitor.get(f"/exampleton/consultations/{voting.slug}/result")
    assert page.rows("Every option")[0] == ["Option", "Cost", "Middle ballot", "Raise it", "Keep it", "Cut it"]
    assert page.rows("Every option")[1] == ["Option 1", "£10,000", "£5,000", "7", "0", "14"]
    assert "Together the middle steps spend £95,000. £95,000 would be left." in page.main
    assert "No option is chosen" not in page.main
    assert "election.pb" not in page.main


def test_an_exact_budget_leaves_nothing(world: World) -> None:
    world.council()
    voting = balanced(world, budget=4_500_000, exactly=True)
    with pytest.raises(BallotRefused, match="short"):
        voting.send(world.resident(), {})
    with pytest.raises(BallotRefused, match="leaves £5,000"):
        voting.send(world.resident(), {"balance-4": ["6000000"]})
    voting.send(world.resident(), {"balance-0": ["500000"]})
    assert len(rows("sealed_ballot")) == 1


def test_what_is_no_step_is_refused(world: World) -> None:
    world.council()
    voting = balanced(world)
    for value in ("1", "700000", "99999999999999999999", "-5", "x"):
        with pytest.raises(BallotRefused):
            voting.send(world.resident(), {"balance-0": [value]})
    assert rows("sealed_ballot") == []


def test_the_definition_fixes_steps_and_their_words(world: World) -> None:
    world.council()
    text = balanced(world).definition_text
    assert '"steps":[[1500000,"What follows from 5000 on line 1."],[1000000,"Nothing changes."],' in text
    assert '"income":true' in text


def test_a_budget_nobody_could_balance_is_not_set_up(world: World) -> None:
    world.council()
    with pytest.raises(SetUpRefused, match="Even with every cut"):
        balanced(world, budget=0, launched=False)


def test_lines_without_steps_are_not_set_up(world: World) -> None:
    world.council()
    with pytest.raises(SetUpRefused, match="has no steps"):
        Voting(world, ballot_type="balance", max_total_pence=None, rule="middle-step")


def test_rehearsals_know_every_type(world: World, visitor: Visitor) -> None:
    world.council()
    visitor.sign_in(world.staff("moderator"))
    for place, name in enumerate(SENT):
        voting = Voting(world, f"vote-{place}", ballot_type=name, max_total_pence=None, **SENT[name][0])
        page = visitor.get(voting.manage_url + "/try-rule")
        assert page.status == 200
        assert "200" in page.main
