"""Themes: suggested by a machine, owned by people; every act logged; quotes only after a moderator."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask

from participation import clock
from participation.commissioning.gather import gather
from participation.commissioning.models import NeedsRecord
from participation.commissioning.themes.models import Quote, Theme, ThemeAssignment, ThemeChange
from participation.commissioning.themes.quoting import is_from
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.needs.summary import Summary
from participation.priorities.models import Priority
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.commissioning.stage import SPENDING, Kind, freeze, need, residents
from tests.visitor import Page, Visitor

LIBRARIES = "/exampleton/manage/themes/cul"
QUOTES = "/exampleton/manage/quotes"
MOVE = "Move the ticked needs to a new theme"


def make(visitor: Visitor, name: str, **more: str) -> Page:
    visitor.get(LIBRARIES)
    return visitor.submit("Make the theme", name=name, **more)


def names() -> dict[str, str]:
    return {need.title: need.public_id for need in db.session.query(Priority)}


def put(visitor: Visitor, titles: list[str], theme: str, button: str = "I read each of them") -> Page:
    wanted = db.session.query(Theme).filter_by(name=theme).one().public_id
    ids = names()
    visitor.get(LIBRARIES)
    return visitor.submit(button, needs=[ids[title] for title in titles], theme=wanted)


def under(theme: str) -> dict[str, str]:
    query = db.session.query(Priority.title, ThemeAssignment.how).join(
        ThemeAssignment, ThemeAssignment.priority_id == Priority.id
    )
    return dict(query.join(Theme, Theme.id == ThemeAssignment.theme_id).filter(Theme.name == theme).all())


def open_theme(visitor: Visitor, name: str) -> Page:
    visitor.get(LIBRARIES)
    return visitor.follow(name)


@pytest.fixture
def coded(commissioner: Visitor, gathered: Consultation) -> Visitor:
    make(commissioner, "Opening hours", name_cy="Oriau agor", definition="longer, evening, weekend")
    make(commissioner, "Quiet places")
    put(commissioner, ["Longer library hours"], "Opening hours")
    put(commissioner, ["Quiet tables", "A chess club"], "Quiet places", "Accept without reading each")
    return commissioner


def test_needs_are_put_under_themes_by_people(coded: Visitor) -> None:
    assert under("Opening hours") == {"Longer library hours": "read"}
    assert under("Quiet places") == {"Quiet tables": "accepted", "A chess club": "accepted"}
    page = coded.get(LIBRARIES)
    assert page.rows("Themes")[1:] == [["Opening hours Oriau agor", "1", "1"], ["Quiet places", "2", "0"]]
    assert "Every published need about this service is under a theme" in page.main
    acts = [change.act for change in db.session.query(ThemeChange).order_by(ThemeChange.id)]
    assert acts == ["create", "create", "assign", "accept"]
    assert coded.get("/exampleton/manage/themes").rows("Services")[-1] == ["Libraries and leisure", "3", "3", "2"]


def test_the_machine_suggests_and_puts_nothing_anywhere(commissioner: Visitor, gathered: Consultation) -> None:
    make(commissioner, "Opening hours", definition="hours evening")
    page = make(commissioner, "Quiet places", definition="quiet tables")
    assert "Suggested: Opening hours (hours)" in page.main
    assert "Suggested: Quiet places (quiet, tables)" in page.main
    assert db.session.query(ThemeAssignment).count() == 0
    page = commissioner.follow("Look for possible themes")
    assert "At best half of what is found together belongs together" in page.main
    assert "For example: “" in page.main
    assert db.session.query(Theme).count() == 2


def test_a_theme_is_renamed_and_its_old_name_kept_in_the_log(coded: Visitor) -> None:
    open_theme(coded, "Quiet places")
    page = coded.submit("Save", name="Calm places")
    assert page.h1.endswith("Calm places")
    assert "was “Quiet places”" in page.main
    assert "There is or was a theme with this name" in coded.submit("Save", name="opening hours").errors[0]


def test_a_form_about_an_older_version_is_refused(coded: Visitor) -> None:
    old = open_theme(coded, "Quiet places")
    coded.submit("Save", name="Calm places")
    coded.page = old
    assert coded.submit("Save", name="Still places").status == 409
    assert db.session.query(Theme).filter_by(name="Still places").count() == 0


def test_themes_are_merged_and_split(coded: Visitor) -> None:
    open_theme(coded, "Quiet places")
    kept = db.session.query(Theme).filter_by(name="Opening hours").one().public_id
    page = coded.submit("Merge", **{"merge-into": kept})
    assert page.h1.endswith("Opening hours")
    assert set(under("Opening hours")) == {"Longer library hours", "Quiet tables", "A chess club"}
    assert db.session.query(Theme).filter_by(name="Quiet places").one().state == "merged"
    coded.submit(MOVE, needs=[names()["A chess club"]], **{"split-name": "Clubs"})
    assert under("Clubs") == {"A chess club": "read"}
    assert set(under("Opening hours")) == {"Longer library hours", "Quiet tables"}


def test_splitting_nothing_or_without_a_name_says_so(coded: Visitor) -> None:
    open_theme(coded, "Quiet places")
    page = coded.submit(MOVE, **{"split-name": "Clubs"})
    assert page.errors == ["Choose at least one need"]
    assert coded.submit(MOVE, needs=[names()["A chess club"]], **{"split-name": ""}).errors == [
        "Enter a name for the theme"
    ]


def test_a_need_is_taken_out_and_a_theme_retired(coded: Visitor) -> None:
    open_theme(coded, "Quiet places")
    coded.submit("Take out A chess club")
    assert set(under("Quiet places")) == {"Quiet tables"}
    page = coded.submit("Retire this theme")
    assert "Quiet tables" in page.main
    assert under("Quiet places") == {}


def test_a_need_is_under_three_themes_at_most(coded: Visitor, gathered: Consultation) -> None:
    for name in ("One", "Two"):
        make(coded, name)
    need = names()["Quiet tables"]
    path = f"{LIBRARIES}/assign"
    for name, status in (("Opening hours", 200), ("One", 200), ("Two", 409)):
        wanted = db.session.query(Theme).filter_by(name=name).one().public_id
        token = coded.get(LIBRARIES).soup.find("input", {"name": "csrf_token"})["value"]
        assert coded.post(path, {"csrf_token": token, "needs": need, "theme": wanted}).status == status


def test_the_summary_has_themes_with_what_a_person_read(app: Flask, coded: Visitor, gathered: Consultation) -> None:
    found = {theme.name: (theme.needs, theme.read, theme.supporters) for theme in gather(gathered).themes}
    assert found == {"Opening hours": (1, 1, 35), "Quiet places": (2, 0, 40)}
    page = coded.get(SPENDING)
    rows = {row[0]: row[1:] for row in page.rows("Themes in order")[1:]}
    assert rows["Opening hours Libraries and leisure · Oriau agor"][:3] == ["1", "100%", "40"]
    assert rows["Quiet places Libraries and leisure"][:3] == ["2", "0%", "40"]
    assert "Themes were suggested by a computer" in page.main
    made = freeze(coded)
    tables = json.loads(Visitor(app).get(f"/exampleton/needs/{made.public_id}/files/json").response.data)["tables"]
    [themes] = [one for one in tables if one["name"] == "themes"]
    assert {row["theme"]: row["checked"] for row in themes["rows"]} == {"Opening hours": 1.0, "Quiet places": 0.0}


def test_a_quote_is_used_only_after_a_moderator_cleared_it(
    world: World, app: Flask, coded: Visitor, gathered: Consultation
) -> None:
    open_theme(coded, "Opening hours")
    coded.follow("Ask to quote: Longer library hours")
    page = coded.submit("Ask a moderator", words="Close all libraries")
    assert page.errors == ["Copy the words from the need. Leave out what you do not want with […]"]
    coded.submit("Ask a moderator", words="Longer library hours […] more words")
    assert "more words" not in coded.get(SPENDING).main
    moderator = Visitor(app)
    moderator.sign_in(world.staff("moderator"))
    assert "Longer library hours […] more words" in moderator.get(QUOTES).main
    moderator.submit("Clear Longer library hours")
    assert "Longer library hours […] more words" in coded.get(SPENDING).main
    with transaction():
        db.session.query(Priority).filter_by(title="Longer library hours").one().version += 1
    assert "more words" not in coded.get(SPENDING).main


def test_who_leaves_is_quoted_no_more_and_signed_versions_stay(
    world: World, app: Flask, coded: Visitor, gathered: Consultation
) -> None:
    """They are told so before, and see the passage in their download; the words are in no table that is not a signed record."""
    words, person = "Longer library hours […] more words", world.resident()
    with transaction():
        db.session.query(Priority).filter_by(title="Longer library hours").one().author_id = person.id
    open_theme(coded, "Opening hours")
    coded.follow("Ask to quote: Longer library hours")
    coded.submit("Ask a moderator", words=words)
    moderator, author = Visitor(app), Visitor(app)
    moderator.sign_in(world.staff("moderator"))
    moderator.get(QUOTES)
    moderator.submit("Clear Longer library hours")
    signed = freeze(coded)
    body, address = signed.body, f"/exampleton/needs/{signed.public_id}"
    assert words in author.get(address).main
    author.sign_in(person)
    assert words in author.get("/exampleton/account/data").main
    assert "Opening hours" in author.get("/exampleton/account/data/download").html
    page = author.get("/exampleton/account/data/delete")
    assert "1 signed summary of what residents need has words of yours" in page.main
    author.submit("Delete my account", understood="y")
    assert db.session.query(Quote).count() == 0
    db.session.expire_all()
    assert db.session.query(NeedsRecord).one().body == body
    assert words in author.get(address).main
    assert words not in coded.get(SPENDING).main
    summary = gather(db.session.merge(gathered), version=2, status="draft")
    assert words not in str(summary)


def test_who_is_in_no_signed_version_is_not_told_of_one(
    world: World, app: Flask, coded: Visitor, gathered: Consultation
) -> None:
    freeze(coded)
    author = Visitor(app)
    author.sign_in(world.resident())
    assert "signed summar" not in author.get("/exampleton/account/data/delete").main


def test_who_asked_does_not_decide(world: World, app: Flask, coded: Visitor) -> None:
    both = Visitor(app)
    both.sign_in(world.staff("moderator", "commissioner"))
    both.get(f"{QUOTES}/ask/{names()['Quiet tables']}")
    both.submit("Ask a moderator", words="Quiet tables")
    page = both.get(QUOTES)
    assert "somebody else decides" in page.main
    token = both.get(f"{QUOTES}/ask/{names()['Quiet tables']}").soup.find("input", {"name": "csrf_token"})["value"]
    path = f"{QUOTES}/{names()['Quiet tables']}/decide"
    assert both.post(path, {"decision": "clear", "csrf_token": token}).status == 409
    assert db.session.query(Quote).one().state == "waiting"


@pytest.mark.parametrize(
    ("words", "yes"),
    [
        ("longer hours", True), ("LONGER hours!", True), ("we need […] on Sundays", True),
        ("on Sundays […] we need", False), ("[…]", False), ("long", False), ("shorter hours", False),
    ],
)  # fmt: skip
def test_a_quote_is_the_residents_own_words(words: str, yes: bool) -> None:
    assert is_from(words, "We need longer hours, also on Sundays.") is yes


def test_a_later_round_of_the_same_question_is_compared(world: World, coded: Visitor, gathered: Consultation) -> None:
    freeze(coded)
    body = db.session.query(NeedsRecord).one().body
    assert {row.name for row in Summary.from_json(body).themes} == {"Opening hours", "Quiet places"}
    later = world.consultation("later", gather=(-20, -1), summary="What should we pay for?")
    other = world.consultation("other", gather=(-20, -1), summary="Something else?")
    shares = [share for share in gather(later).earlier if share.kind == "theme"]
    assert {(share.round, share.people) for share in shares} == {("The spending consultation", 100)}
    assert gather(other).earlier == ()


def test_needs_are_compared_with_what_residents_could_read_of_an_earlier_round(
    world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    later = world.consultation("later", gather=(-20, -1), summary=gathered.summary)
    people = residents(world.wards(), Kind(60, 0), Kind(40, 1))
    need(later, world.groups()[0], "Better street lighting!", people[:90])
    need(later, world.groups()[2], "Quiet tables", people[60:])
    assert gather(later).earlier == ()
    freeze(commissioner)
    page = commissioner.get("/exampleton/manage/needs/later")
    rows = {row[0]: row[1:] for row in page.rows("earlier rounds of the same question")[1:]}
    assert rows["Better street lighting! Need"][:3] == ["The spending consultation", "58%", "90%"]
    assert rows["Better street lighting! Need"][3].startswith("Rise:")
    assert rows["Quiet tables Need"][3].startswith("No clear change")
    # A version that only staff can read is nobody's earlier round.
    with transaction():
        db.session.query(NeedsRecord).one().created_at = clock.now() - timedelta(days=3)
    assert gather(later).earlier == ()
