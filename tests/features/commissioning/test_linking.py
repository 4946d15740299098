"""A person says what is the same as in an earlier round: it counts before names, and is kept with who and when."""

from __future__ import annotations

import pytest

from participation.commissioning import downloads
from participation.commissioning.gather import gather
from participation.commissioning.models import RoundLink
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.needs.summarise import summarise
from tests.factories.world import World
from tests.features.commissioning.stage import Kind, freeze, need, residents
from tests.visitor import Page, Visitor

PAGE = "/exampleton/manage/earlier-rounds/later"


@pytest.fixture
def later(world: World, commissioner: Visitor, gathered: Consultation) -> Consultation:
    """A year later, in other words: lighting under another name, and quiet tables under the same."""
    freeze(commissioner)
    consultation = world.consultation("later", gather=(-20, -1), summary="Which services matter most to you?")
    people = residents(world.wards(), Kind(60, 0), Kind(40, 1))
    need(consultation, world.groups()[0], "Lamps that work", people[:90])
    need(consultation, world.groups()[2], "Quiet tables", people[60:])
    return consultation


def compared(consultation: Consultation) -> dict[str, tuple[str, str]]:
    """By name now: the name then where a person said it is the same, and what the trend says."""
    return {row.name: (row.linked, row.verdict) for row in summarise(gather(consultation)).trends}


def terms(page: Page) -> list[str]:
    return [" ".join(tag.get_text(" ").split()) for tag in page.soup.select("dd.govuk-summary-list__value")]


def offered(page: Page, name: str) -> dict[str, str]:
    return {option.get_text(): str(option["value"]) for option in page.soup.select(f"select[name={name}] option")}


def test_a_question_and_a_need_in_other_words(world: World, commissioner: Visitor, later: Consultation) -> None:
    assert compared(later) == {}
    page = commissioner.get(PAGE)
    assert terms(page) == ["“What should we pay for?” Other words, so it is not compared"]
    page = commissioner.submit("The same question : The spending consultation")
    assert "The same, said" in terms(page)[0]
    assert compared(later) == {"Quiet tables": ("", "no clear change")}
    now, then = offered(page, "now"), offered(page, "then")
    # What has no figure then cannot be compared.
    assert set(then) == {"Better street lighting", "Benches in the park", "Longer library hours", "Quiet tables"}
    page = commissioner.submit("They are the same", now=now["Lamps that work"], then=then["Better street lighting"])
    assert compared(later) == {
        "Quiet tables": ("", "no clear change"),
        "Lamps that work": ("Better street lighting", "rise"),
    }
    summary = commissioner.get("/exampleton/manage/needs/later")
    assert "Then: “Better street lighting”, which a person said is the same" in summary.main
    body = downloads.bytes_of(downloads.source_of(later, None), "csv").decode()
    assert "Better street lighting" in body
    # A name is only a suggestion, which a person can turn down; and what a person said, too.
    commissioner.get(PAGE)
    commissioner.submit("Not the same : Quiet tables")
    assert set(compared(later)) == {"Lamps that work"}
    commissioner.submit("Not the same : Lamps that work")
    assert compared(later) == {}
    kept = [
        (link.kind, link.same, link.person.name, link.ended_at is None)
        for link in db.session.query(RoundLink).order_by(RoundLink.id)
    ]
    name = kept[0][2]
    assert kept == [
        ("question", True, name, True), ("need", True, name, False), ("need", False, name, True), ("need", False, name, True),
    ]  # fmt: skip
    assert name
    commissioner.submit("Not the same question : The spending consultation")
    assert gather(later).earlier == ()


def test_a_link_takes_the_place_of_a_name(world: World, commissioner: Visitor, later: Consultation) -> None:
    commissioner.get(PAGE)
    page = commissioner.submit("The same question : The spending consultation")
    now, then = offered(page, "now"), offered(page, "then")
    commissioner.submit("They are the same", now=now["Quiet tables"], then=then["Longer library hours"])
    assert compared(later)["Quiet tables"][0] == "Longer library hours"
    page = commissioner.submit("They are the same", now=now["Lamps that work"], then=then["Longer library hours"])
    assert {name: linked for name, (linked, _) in compared(later).items()} == {
        "Quiet tables": "", "Lamps that work": "Longer library hours",
    }  # fmt: skip
    assert len(terms(page)) == 3


@pytest.mark.parametrize(("now", "then"), [("need:nothing", "need:nothing"), ("need:x", "option:x"), ("", "")])
def test_what_is_in_no_round_is_refused(commissioner: Visitor, later: Consultation, now: str, then: str) -> None:
    page = commissioner.get(PAGE)
    page = commissioner.submit("The same question : The spending consultation")
    token = page.soup.find("input", {"name": "csrf_token"})["value"]
    earlier = next(
        str(form["action"]) for form in page.soup.find_all("form") if str(form["action"]).endswith("/things")
    )
    said = commissioner.post(earlier, {"csrf_token": token, "same": "yes", "now": now, "then": then})
    assert said.status == 422
    assert db.session.query(RoundLink).count() == 1
