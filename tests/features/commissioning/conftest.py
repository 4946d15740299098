"""A gathered consultation and a commissioner, for every test of the needs pages."""

from __future__ import annotations

import pytest

from participation.consultations.models import Consultation
from tests.factories.world import World
from tests.features.commissioning.stage import Kind, need, population, residents
from tests.visitor import Visitor


@pytest.fixture
def gathered(world: World) -> Consultation:
    """Gathering is over, no vote: 60 + 40 people of two wards support four needs, 4 of a third ward one of them."""
    consultation, wards, groups = world.consultation(gather=(-30, -2)), world.wards(), world.groups()
    population(wards)
    people = residents(
        wards, Kind(60, 0, "25-34", "Female"), Kind(40, 1, "65+", "Male"), Kind(4, 2, "16-24", "Male")
    )  # fmt: skip
    need(consultation, groups[0], "Better street lighting", people[15:75], author=people[0])
    need(consultation, groups[1], "Benches in the park", people[30:60] + people[80:104], about=wards[1])
    need(consultation, groups[2], "Longer library hours", people[60:95])
    need(consultation, groups[2], "Quiet tables", people[:25] + people[60:75])
    need(consultation, groups[2], "A chess club", people[:6])
    return consultation


@pytest.fixture
def commissioner(world: World, visitor: Visitor) -> Visitor:
    world.here  # noqa: B018  the council must exist before its staff
    visitor.sign_in(world.staff("commissioner"))
    return visitor
