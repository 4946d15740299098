"""Needs by ward: the map and its table say the same, and nothing that is not public."""

from __future__ import annotations

import json

from participation.councils.models import Ward
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor

URL = "/exampleton/consultations/spending/priorities/where"


def drawn(ward: Ward, left: float) -> None:
    ring = [[left, 51.0], [left + 0.1, 51.0], [left + 0.1, 51.1], [left, 51.1], [left, 51.0]]
    ward.boundary = json.dumps({"type": "Polygon", "coordinates": [ring]})


def test_the_map_and_the_table_count_published_needs(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 4))
    first, second, third = world.wards()
    world.priorities(consultation, ["One", "Two"], ward=first)
    world.priority(consultation, "Three", ward=third)
    world.priority(consultation, "Four")
    world.priority(consultation, "Five", ward=second, state="waiting")
    with transaction():
        for place, ward in enumerate((first, second, third)):
            drawn(db.session.get_one(Ward, ward.id), place / 10)
    page = visitor.get(URL)
    table = dict(row for row in page.rows("Needs by ward")[1:])
    assert table == {"Northfield": "2", "Southgate": "0", "Eastbrook": "1", "The whole council area": "1"}
    assert sorted(text.get_text() for text in page.soup.select("svg text")) == ["0", "1", "2"]
    visitor.follow("Northfield")
    assert [link.get_text() for link in visitor.page.soup.select(".app-card__title a")] != []
    assert "2 needs" in visitor.page.main


def test_without_shapes_there_is_the_table(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-3, 4))
    page = visitor.get(URL)
    assert not page.soup.select("svg.app-map")
    assert page.rows("Needs by ward")[1] == ["Eastbrook", "0"]
