"""Officers see that many accounts have something in common, and never what it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from participation import clock
from participation.accounts.models import SignUpSignal
from participation.accounts.signals import groups, note, pattern
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor


def sign_up(world: World, number: int, *, email: str, network: str) -> None:
    for place in range(number):
        account = world.resident(email.format(place))
        with transaction():
            note(account=db.session.merge(account), network=network)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("ann.smith+07@mail.example", "annsmith8@mail.example", True),
        ("Ann-Smith@mail.example", "annsmith@MAIL.example", True),
        ("annsmith@mail.example", "annsmith@other.example", False),
        ("ann@mail.example", "bob@mail.example", False),
    ],
)
def test_mailboxes_named_alike(one: str, other: str, alike: bool) -> None:
    assert (pattern(one) == pattern(other)) is alike


def test_five_of_one_network_are_a_group_and_four_are_none(world: World) -> None:
    council = world.council()
    sign_up(world, 5, email="{0}a@example.org", network="192.0.2.0/24")
    sign_up(world, 4, email="{0}bcd@example.net", network="198.51.100.0/24")
    found = groups(council.id)
    assert [(group.kind, len(group.account_ids), group.confirmed) for group in found] == [
        ("mailbox", 5, 5),
        ("network", 5, 5),
    ]


def test_two_days_are_not_linked(world: World) -> None:
    council, start = world.council(), clock.now()
    for day in range(5):
        with clock.frozen_at(start + timedelta(days=day)):
            sign_up(world, 1, email=f"x{day}@example.org", network="192.0.2.0/24")
    assert groups(council.id) == []
    assert len(set(db.session.scalars(select(SignUpSignal.digest)))) == 10


def test_registering_notes_digests_only_and_once(world: World, visitor: Visitor) -> None:
    world.council()
    for _ in range(2):
        visitor.get("/exampleton/register")
        visitor.submit(
            "Create account",
            email="ann@example.org",
            password="lanterns over harbour",
            postcode="EX1 1AA",
            declaration="y",
        )
    rows = db.session.scalars(select(SignUpSignal).order_by(SignUpSignal.kind)).all()
    assert [row.kind for row in rows] == ["mailbox", "network"]
    assert all(len(row.digest) == 16 for row in rows)


@pytest.mark.parametrize("role", ["returning-officer", "administrator", "auditor"])
def test_the_page_shows_groups_to_officers(world: World, visitor: Visitor, role: str) -> None:
    world.council()
    sign_up(world, 6, email="{0}a@example.org", network="192.0.2.0/24")
    visitor.sign_in(world.staff(role))
    visitor.get("/exampleton/manage")
    page = visitor.follow("Signs of sign-up floods")
    assert ["One network", "6", "6"] in [row[1:4] for row in page.rows()]
    assert "192.0.2" not in page.html
    assert "example.org" not in page.main
