"""Adds votes to the demonstration: a budget to balance, one by area, one of each other kind. Run as a program on its database."""

from __future__ import annotations

from typing import Any

from participation.councils.models import Council
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.votes import Voting
from tests.factories.world import World
from tests.features.voting.test_ballot_types import balanced

BALANCE, AREAS = "spending", "by-area"
OTHERS: dict[str, dict[str, Any]] = {
    "single": {"rule": "plurality"},
    "views": {"rule": "more-yes-than-no"},
    "ranking": {"rule": "borda"},
    "points": {"rule": "greedy", "max_points": 10},
    "best_worst": {"rule": "best-worst"},
}


class Demonstration(World):
    """The world of tests, of which the council is the one that is there."""

    def __init__(self) -> None:
        super().__init__()
        self._council = db.session.query(Council).filter_by(slug="lambeth").one()


def by_area(world: World) -> None:
    """Two options of the first ward, one of the second, two of all: £30,000 a ward, £90,000 for all."""
    voting = Voting(world, AREAS, launched=False)
    wards = world.wards()
    with transaction():
        for option, ward in zip(voting.consultation.options, (wards[0], wards[0], wards[1], None, None), strict=True):
            option.ward_id = ward.id if ward else None
    voting.set_up(
        ballot_type="approval", budget_pence=15_000_000, max_total_pence=15_000_000, rule="greedy", area_reach="any",
        area_wards=2, ward_money_pence=3_000_000,
    )  # fmt: skip
    voting.launch()


if __name__ == "__main__":
    from app import app

    with app.test_request_context():
        world = Demonstration()
        # The budget is £20,000 short as things are.
        balanced(world, budget=4_000_000)
        by_area(world)
        for name, settings in OTHERS.items():
            Voting(world, f"kind-{name}".replace("_", "-"), ballot_type=name, max_total_pence=None, **settings)
