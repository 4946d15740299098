"""Staff say who delivers a service: labelled as theirs, beside what contracts and figures say, and on the record."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from participation.audit.models import AuditEvent
from participation.councils.models import Council
from participation.extensions import db
from tests.factories.votes import rows
from tests.factories.world import World
from tests.features.councils.folders import loaded
from tests.visitor import Visitor

CONTRACT = {
    "delivery_model": "contract_private",
    "words": "A company collects bins.",
    "source": "Cabinet report, May 2026",
}


@pytest.fixture
def lambeth(app: Flask) -> Council:
    return loaded("lambeth")


def test_what_staff_say_is_shown_as_theirs_and_can_be_taken_back(
    world: World, visitor: Visitor, lambeth: Council
) -> None:
    visitor.sign_in(world.staff("administrator", council=lambeth))
    visitor.get("/lambeth/manage/figures")
    visitor.follow("Say who delivers a service")
    page = visitor.get("/lambeth/manage/figures/delivery/env")
    page = visitor.submit("Save", words="", source="")
    assert page.errors == [
        "Choose how most of it is delivered", "Enter who does what", "Enter where you know it from",
    ]  # fmt: skip
    page = visitor.submit("Save", **CONTRACT)
    assert "Saved for Waste, street cleaning and public protection." in page.main
    shown = visitor.get("/lambeth/services/env").main
    assert "The council's staff say: " in shown
    assert "A company collects bins. Staff entered this by hand on" in shown
    assert "They know it from: Cabinet report, May 2026." in shown
    # The proxy and its label stay.
    assert "is only an estimate of how much the council does itself" in shown
    assert "The council's staff say" not in visitor.get("/lambeth/services/edu").main
    visitor.get("/lambeth/manage/figures/delivery/env")
    visitor.submit("Take it back")
    assert rows("delivery_statement") == []
    assert "The council's staff say" not in visitor.get("/lambeth/services/env").main
    tags = list(db.session.scalars(select(AuditEvent.tag).where(AuditEvent.subject == "service:env")))
    assert tags == ["delivery-stated", "delivery-taken-back"]


@pytest.mark.parametrize("code", ["nowhere", "totsx"])
def test_there_is_no_such_service(world: World, visitor: Visitor, code: str) -> None:
    visitor.sign_in(world.staff("administrator"))
    assert visitor.get(f"/exampleton/manage/figures/delivery/{code}").status == 404
