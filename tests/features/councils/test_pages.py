"""Pages about a council: its colour, its wards, find your ward, and the statements the law wants."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from participation.budgets.load import load_council
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.councils.folders import loaded, small_council
from tests.features.queries import counted_queries
from tests.visitor import Visitor


@pytest.fixture
def lambeth(app: Flask) -> None:
    loaded("lambeth")


@pytest.fixture
def blackburn(app: Flask) -> None:
    loaded("blackburn-with-darwen")


def test_the_councils_colour_reaches_the_stylesheet(world: World, visitor: Visitor) -> None:
    world.council(colour="#123456")
    page = visitor.get("/exampleton/colours.css")
    assert page.response.mimetype == "text/css"
    assert "--app-council-colour:#123456" in page.html


def test_all_wards_are_listed_and_drawn(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/wards")
    rows = page.rows("All wards")
    assert len(rows) == 26
    assert rows[1] == ["1. Brixton Acre Lane", "15,079"]
    assert len(page.soup.select("svg.app-map path")) == 25
    assert page.soup.select_one("svg.app-map")["aria-label"]  # type: ignore[index]
    assert "316,812 in all" in page.main


def test_a_council_without_shapes_lists_its_wards(app: Flask, tmp_path: Path, visitor: Visitor) -> None:
    with transaction():
        load_council(folder=small_council(tmp_path / "third"))
    page = visitor.get("/exampleshire/wards")
    assert "North & South" in page.main
    assert not page.soup.select("svg.app-map")
    assert visitor.follow("North & South").status == 200


@pytest.mark.parametrize("typed", ["se1 7aa", "SE17AA", " SE1-7AA "])
def test_a_postcode_leads_to_its_ward(lambeth: None, visitor: Visitor, typed: str) -> None:
    visitor.get("/lambeth/wards")
    page = visitor.submit("Find your ward", postcode=typed)
    assert page.h1 == "Waterloo & South Bank ward"
    assert "SE1" not in page.path


def test_a_neighbours_postcode_is_no_error(lambeth: None, visitor: Visitor) -> None:
    visitor.get("/lambeth/wards")
    page = visitor.submit("Find your ward", postcode="se1 0hl")
    assert (page.status, page.h1) == (200, "SE1 0HL is not in Lambeth")
    assert "Southwark" in page.main
    assert not page.errors


def test_an_unknown_postcode_is_explained(lambeth: None, visitor: Visitor) -> None:
    visitor.get("/lambeth/wards")
    page = visitor.submit("Find your ward", postcode="ZZ99 9ZZ")
    assert page.h1 == "ZZ99 9ZZ is not in Lambeth"


@pytest.mark.parametrize(
    ("typed", "error"), [("", "Enter a postcode"), ("Brixton", "Enter a full UK postcode, such as AB1 2CD")]
)
def test_what_is_no_postcode_is_kept_and_explained(lambeth: None, visitor: Visitor, typed: str, error: str) -> None:
    visitor.get("/lambeth/wards")
    page = visitor.submit("Find your ward", postcode=typed)
    assert page.errors == [error]
    assert page.soup.select_one("input[name=postcode]").get("value", "") == typed  # type: ignore[union-attr]


def test_a_ward_says_who_lives_there(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/wards/E05014095")
    assert "15,079 people live here. That is 4.8% of the residents of Lambeth." in page.main
    rows = page.rows("People by age")
    assert sum(int(row[1].replace(",", "")) for row in rows[1:]) == 15_079
    assert len(page.soup.select(".app-map__ward--here")) == 1


def test_single_years_of_age_show_the_same_bands(blackburn: None, visitor: Visitor) -> None:
    page = visitor.get("/blackburn-with-darwen/wards/E05011508")
    labels = [row[0] for row in page.rows("People by age")[1:]]
    assert labels == ["Under 15", "15 to 29", "30 to 44", "45 to 59", "60 to 74", "75 and over"]


def test_a_ward_of_another_council_is_not_found(lambeth: None, blackburn: None, visitor: Visitor) -> None:
    assert visitor.get("/lambeth/wards/E05011508").status == 404


@pytest.mark.parametrize(("path", "words"), [("accessibility", "Enforcement procedure"), ("privacy", "one cookie")])
def test_the_statements_are_there(world: World, visitor: Visitor, path: str, words: str) -> None:
    council = world.council()
    page = visitor.get(f"/exampleton/{path}")
    assert words in page.main
    assert council.contact_email in page.html


def test_the_cookie_named_is_the_cookie_set(world: World, visitor: Visitor, app: Flask) -> None:
    world.council()
    page = visitor.get("/exampleton/privacy")
    assert page.rows("The essential cookie")[1][0] == app.config["SESSION_COOKIE_NAME"]


def test_pages_take_as_many_queries_for_3_wards_as_for_25(lambeth: None, world: World, visitor: Visitor) -> None:
    world.council()
    counts = []
    for slug in ("exampleton", "lambeth"):
        with counted_queries() as seen:
            visitor.get(f"/{slug}/wards")
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 4
