"""What residents see of consultations: home page, lists by stage, one page each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from participation import clock
from participation.consultations import service
from participation.consultations.drafts import ResponseDraft
from participation.consultations.models import Consultation
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor

STAGES = {
    "gathering": ({"gather": (-3, 20)}, "Open: say what matters", "Say what you need"),
    "voting": ({"gather": (-30, -10), "vote": (-3, 20)}, "Open: vote now", "Vote"),
    "upcoming": ({"gather": (3, 20)}, "Opening soon", "You cannot take part yet"),
    "between": ({"gather": (-30, -10), "vote": (3, 20)}, "Next step soon", "“Vote” opens at"),
    "counting": ({"vote": (-30, -10)}, "Being counted", "We have not published the result yet"),
    "closed": ({"gather": (-30, -10)}, "Closed", "read what residents said they need"),
}


@pytest.mark.parametrize("stage", STAGES)
def test_the_page_says_what_a_resident_can_do_now(world: World, visitor: Visitor, stage: str) -> None:
    phases, tag, sentence = STAGES[stage]
    world.consultation("spending", options=2, **phases)
    page = visitor.get("/exampleton/consultations/spending")
    assert page.status == 200
    now = page.soup.select_one(".app-now")
    assert tag in page.main
    assert sentence in " ".join(now.get_text(" ").split())
    assert "What residents say advises councillors. Councillors decide." in page.main


def test_the_page_tells_all_options_in_the_same_fields(world: World, visitor: Visitor) -> None:
    world.consultation("spending", options=3, vote=(-3, 20))
    page = visitor.get("/exampleton/consultations/spending")
    cards = page.soup.select(".app-options > li")
    headings = [[term.get_text() for term in card.select("dt")] for card in cards]
    assert len(cards) == 3
    assert headings[0] == ["Cost", "What you would notice", "Where", "Service", "Who would do it"]
    assert headings.count(headings[0]) == 3
    assert "£10,000" in cards[0].get_text()


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_residents_never_see_a_draft_not_even_one_that_was_given_up(world: World, visitor: Visitor, state: str) -> None:
    world.consultation("spending", gather=(-3, 20), state=state, launched_at=None)
    assert visitor.get("/exampleton/consultations/spending").status == 404
    assert "The spending consultation" not in visitor.get("/exampleton/").main
    assert "The spending consultation" not in visitor.get("/exampleton/consultations").main


def test_a_withdrawn_consultation_says_why(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    with transaction():
        service.withdraw(consultation=consultation, reason_code="election", actor_id=None)
    page = visitor.get("/exampleton/consultations/spending")
    assert "The council withdrew this consultation. An election was called" in page.main
    assert "You can no longer take part" in page.main


def test_the_answer_is_shown_above_the_question(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-30, -10))
    draft = ResponseDraft(
        we_asked="What do you need?",
        you_said="Longer hours.",
        we_did="Two libraries open late.",
        decided_on=clock.today(),
    )
    with transaction():
        service.publish_response(consultation=consultation, draft=draft, version=1, actor_id=None)
    page = visitor.get("/exampleton/consultations/spending")
    assert page.main.index("Two libraries open late.") < page.main.index("Why we asked")
    assert "Answered" in page.main
    assert "Two libraries open late." in visitor.get("/exampleton/").main


def test_the_list_is_in_parts_and_every_part_in_pages(world: World, visitor: Visitor) -> None:
    for number in range(27):
        world.consultation(f"past-{number}", gather=(-40, -10 - number))
    world.consultation("open-late", gather=(-3, 9))
    world.consultation("open-soon", gather=(-3, 2))
    page = visitor.get("/exampleton/consultations")
    assert page.main.index("The open-soon consultation") < page.main.index("The open-late consultation")
    assert "The past-1 consultation" not in page.main
    page = visitor.follow("Closed, waiting for an answer (27)")
    assert len(page.soup.select(".app-card")) == 25
    page = visitor.follow("Next page")
    assert len(page.soup.select(".app-card")) == 2
    assert visitor.get("/exampleton/consultations?show=drafts").status == 404
    assert visitor.get("/exampleton/consultations?show=open&page=2").status == 404


def test_each_consultation_is_in_the_part_its_stage_says(world: World, visitor: Visitor) -> None:
    for stage, (phases, _, _) in STAGES.items():
        world.consultation(stage, **phases)
    expected = {"open": {"gathering", "voting"}, "upcoming": {"upcoming", "between"}, "waiting": {"counting", "closed"}}
    for part, slugs in expected.items():
        page = visitor.get(f"/exampleton/consultations?show={part}")
        assert {name.split()[1] for name in page.links() if name.startswith("The ")} == slugs


def test_the_home_page_of_a_council_without_consultations(world: World, visitor: Visitor) -> None:
    world.council()
    page = visitor.get("/exampleton/")
    assert page.h1 == "Have your say in Exampleton"
    assert "Nothing is open at the moment." in page.main


def test_the_title_of_a_consultation_is_text_not_markup(world: World, visitor: Visitor) -> None:
    world.consultation(
        "spending", gather=(-3, 20), title="<b>Bold</b> & brave", background="<script>x</script>\n\nNext."
    )
    page = visitor.get("/exampleton/consultations/spending")
    assert page.h1 == "<b>Bold</b> & brave"
    assert "<script>x" not in page.html


def test_the_page_follows_the_clock_to_the_second(world: World, visitor: Visitor) -> None:
    consultation: Consultation = world.consultation("spending", gather=(-3, 20))
    closes = consultation.phases[0].closes_at
    with clock.frozen_at(closes - timedelta(seconds=1)):
        assert "Open: say what matters" in visitor.get("/exampleton/consultations/spending").main
    with clock.frozen_at(closes):
        assert "You can no longer take part" in visitor.get("/exampleton/consultations/spending").main
