"""Residents say what speaks for and against an option while that phase is open: moderated, and refused before and after."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from participation.extensions import db
from participation.priorities.models import Comment
from tests.factories.world import World
from tests.visitor import Visitor

OPTION = "/exampleton/consultations/spending/options/option-1"


def test_a_comment_on_an_option_waits_is_read_and_is_shown(app: Flask, world: World) -> None:
    world.consultation("spending", shape=(-3, 4), vote=(4, 30), options=2)
    resident, moderator, anybody = Visitor(app), Visitor(app), Visitor(app)
    resident.sign_in(world.resident("talker@example.org"))
    resident.get("/exampleton/consultations/spending")
    resident.get(OPTION)
    resident.follow("Say what speaks for or against it")
    page = resident.submit("Send", stance="against", text="It is too far to walk for me.")
    assert page.status == 200, page.errors
    assert "too far" not in anybody.get(OPTION).main
    moderator.sign_in(world.staff("moderator"))
    moderator.get("/exampleton/manage/moderation")
    assert "the option Option 1" in " ".join(moderator.follow("About: Option 1").main.split())
    moderator.submit("Publish")
    assert "too far" in anybody.get(OPTION).main
    assert "Read or say what speaks for and against it" in anybody.get("/exampleton/consultations/spending").main
    comment = db.session.scalars(select(Comment)).one()
    assert (comment.about_id, comment.subject, comment.stance, comment.state) == (
        None,
        "Option 1",
        "against",
        "published",
    )


@pytest.mark.parametrize("shape", [(1, 4), (-4, -1)])
def test_before_and_after_nothing_is_taken(app: Flask, world: World, shape: tuple[int, int]) -> None:
    world.consultation("spending", shape=shape, vote=(4, 30), options=2)
    resident = Visitor(app)
    resident.sign_in(world.resident("talker@example.org"))
    assert "Say what speaks" not in resident.get(OPTION).main
    assert resident.get(f"{OPTION}/comment").status == 409


def test_staff_are_not_exempt_and_without_the_phase_there_is_no_such_page(app: Flask, world: World) -> None:
    world.consultation("spending", shape=(-3, 4), options=2)
    world.consultation("other", gather=(-3, 4), vote=(4, 30), options=2)
    staff = Visitor(app)
    staff.sign_in(world.staff("moderator"))
    assert "Staff accounts cannot take part" in staff.get(OPTION).main
    assert staff.get(f"{OPTION}/comment").status == 403
    assert staff.get("/exampleton/consultations/other/options/option-1").status == 404
