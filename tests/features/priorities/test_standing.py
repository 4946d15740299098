"""People whom a consultation is not for are heard, labelled and counted apart."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation import clock
from participation.accounts.models import Account
from participation.commissioning import documents, policy
from participation.commissioning.gather import gather
from participation.commissioning.live.fold import check, fold
from participation.commissioning.live.picture import picture
from participation.consultations.models import Consultation
from participation.eligibility import address_codes
from participation.eligibility import service as eligibility
from participation.eligibility.rules import Rule
from participation.exports import Missing
from participation.extensions import db
from participation.needs.evidence import PRIORITIES
from participation.priorities import queries, service
from participation.priorities.models import Priority, PrioritySupport
from participation.priorities.standing import label
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor

HERE = "/exampleton/consultations/spending"


def ruled(world: World, rule: Rule) -> Consultation:
    """A consultation that gathers needs from those who meet a rule."""
    consultation, editor = world.consultation(gather=(-1, 5), state="draft", moderation="post"), world.staff("editor")
    with transaction():
        eligibility.set_rule(consultation=consultation, rule=rule, actor_id=editor.id)
        consultation.state, consultation.launched_at = "launched", clock.now()
    return consultation


def of_one_ward(world: World) -> Consultation:
    world.council()
    northfield = world.wards()[0]
    return ruled(world, Rule(wards=((northfield.id, northfield.name),)))


def said(need: Priority, *people: Account) -> None:
    with transaction():
        for one in people:
            service.support(priority=need, account_id=one.id, ward_id=one.resident.ward_id)


def test_somebody_from_elsewhere_is_told_heard_and_labelled(world: World, visitor: Visitor) -> None:
    of_one_ward(world)
    visitor.sign_in(world.resident(ward=world.wards()[1]))
    page = visitor.get(f"{HERE}/priorities/new")
    assert "This is for people who live in Northfield, and you live in Southgate. We want to hear from you" in page.main
    visitor.submit("Continue", title="A safe crossing", need="Cars are too fast", group="env", ward="whole-council")
    page = visitor.submit("Send")
    assert page.h1 == "We have what you wrote"
    stored = db.session.scalars(select(Priority)).one()
    assert stored.apart and db.session.scalars(select(PrioritySupport)).one().apart
    assert "Counted apart" in visitor.get(f"{HERE}/priorities").main
    assert "is not one of those this consultation is for" in visitor.get(f"{HERE}/priorities/{stored.public_id}").main
    assert queries.support_counts([stored.id]) == {stored.id: 0}
    assert queries.people_by_ward(stored.consultation_id) == {}


def test_those_it_is_for_read_nothing_of_it(world: World, visitor: Visitor) -> None:
    consultation = of_one_ward(world)
    visitor.sign_in(world.resident())
    need = world.priority(consultation)
    for path in ("priorities/new", "priorities", f"priorities/{need.public_id}"):
        page = visitor.get(f"{HERE}/{path}").main
        assert "counted apart" not in page.lower()


@pytest.fixture
def heard(world: World) -> Consultation:
    """Two needs: 12 of the ward and 24 from elsewhere support the first, 11 from elsewhere the second."""
    consultation = of_one_ward(world)
    here, elsewhere = world.wards()[:2]
    first = world.priority(consultation, "A crossing", author=world.resident())
    second = world.priority(consultation, "A library", author=world.resident())
    people = [world.resident(ward=elsewhere) for _ in range(24)]
    said(first, *(world.resident(ward=here) for _ in range(11)), *people)
    said(second, *people[:11])
    return consultation


def test_they_are_in_no_figure_of_the_others_and_counted_apart_rounded(heard: Consultation) -> None:
    evidence = gather(heard)
    evidence.check()
    assert evidence.activity(PRIORITIES).people == 13
    assert evidence.apart == 24
    assert {p.title: (p.supporters, p.apart) for p in evidence.priorities} == {
        "A crossing": (12, 24),
        "A library": (1, 11),
    }
    summary = policy.disclosed(evidence)
    assert summary.people_apart.value == 20
    apart = {row.title: (row.apart.value, row.apart.status) for row in summary.priorities}
    assert apart == {"A crossing": (20, ""), "A library": (None, "c")}
    assert "COUNTED_APART" in {limit.code for limit in summary.limits}


def test_the_exports_say_so(heard: Consultation) -> None:
    document = documents.document_of(policy.disclosed(gather(heard)))
    needs = next(table for table in document.tables if table.name == "priorities")
    place = [column.name for column in needs.columns].index("apart")
    assert {row[4]: row[place] for row in needs.rows} == {"A crossing": 20, "A library": Missing("c")}
    assert ("people_apart", 20) in {(row[0], row[2]) for row in document.tables[0].rows}
    assert any("counted apart" in paragraph for paragraph in document.paragraphs)


def test_the_live_picture_counts_the_same_people(heard: Consultation) -> None:
    with transaction():
        fold(clock.now())
    assert picture(heard).people == "10", "13 people, told in steps of ten; with those counted apart they would be 37"
    with transaction():
        assert check(clock.now()) == []


def test_a_summary_where_everybody_counts_is_what_it_was(world: World) -> None:
    consultation = of_one_ward(world)
    world.priority(consultation)
    body = policy.disclosed(gather(consultation)).to_json()
    assert "apart" not in body


def test_who_proves_their_address_later_counts_from_then_on(world: World) -> None:
    world.council()
    consultation = ruled(world, Rule(tier=2))
    need, person, editor = world.priority(consultation), world.resident(), world.staff("editor")
    said(need, person)
    assert queries.support_counts([need.id]) == {need.id: 1}
    with transaction():
        [letter] = address_codes.make(
            consultation=consultation, addresses=[("A1", ())], kind="letters", actor_id=editor.id
        )
    with transaction():
        address_codes.use(consultation=consultation, account_id=person.id, typed=letter.code)
    assert queries.support_counts([need.id]) == {need.id: 2}


def test_a_check_by_staff_counts_as_a_proof(world: World) -> None:
    world.council()
    consultation = ruled(world, Rule(tier=3))
    need, person, officer = (
        world.priority(consultation),
        world.resident("ann@example.org"),
        world.staff("administrator"),
    )
    said(need, person)
    assert queries.support_counts([need.id]) == {need.id: 1}
    with transaction():
        eligibility.record_check(consultation=consultation, email="ann@example.org", actor_id=officer.id)
    assert queries.support_counts([need.id]) == {need.id: 2}


def test_somebody_who_moved_is_counted_as_a_whole_by_their_last_act(world: World) -> None:
    consultation = of_one_ward(world)
    person, (first, second) = world.resident(), world.priorities(consultation, ["One", "Two"])
    said(first, person)
    with transaction():
        person.resident.ward_id = world.wards()[1].id
    said(second, person)
    assert gather(consultation).apart == 1
    with transaction():
        label(consultation=consultation, account_id=first.author_id)
    theirs = select(PrioritySupport.apart).where(PrioritySupport.account_id == person.id)
    assert db.session.scalars(theirs).all() == [True, True]
    assert not db.session.get(Priority, first.id).apart


TYPED = {"title": "A safe crossing", "need": "Cars are too fast here", "group": "env", "ward": "whole-council"}


def test_what_is_open_to_everybody_takes_needs_without_an_account(app: Flask, world: World, visitor: Visitor) -> None:
    world.council()
    consultation = ruled(world, Rule(tier=0))
    visitor.get(f"{HERE}/priorities")
    page = visitor.follow("Say what you need without an account")
    assert "We keep nothing about you" in page.main.replace("we", "We")
    assert visitor.submit("Continue", **TYPED).h1 == "Check what you wrote"
    page = visitor.submit("Send")
    assert page.h1 == "We have what you wrote"
    assert "you cannot change it or take it back" in page.main
    stored = db.session.scalars(select(Priority)).one()
    assert (stored.author_id, stored.apart, stored.state) == (None, True, "waiting"), "a moderator reads it first"
    assert db.session.scalars(select(PrioritySupport)).all() == []
    moderator = Visitor(app)
    moderator.sign_in(world.staff("moderator"))
    moderator.get(f"/exampleton/manage/moderation/{stored.public_id}")
    moderator.submit("Publish")
    page = visitor.get(f"{HERE}/priorities/{stored.public_id}")
    assert "It was sent without an account" in page.main
    assert db.session.scalars(select(OutboxMail)).all() == [], "there is nobody to tell"
    assert gather(consultation).activity(PRIORITIES).people == 0


def test_a_need_without_an_account_sent_twice_is_one(world: World, visitor: Visitor) -> None:
    world.council()
    ruled(world, Rule(tier=0))
    for _ in range(2):
        visitor.get(f"{HERE}/priorities/without-account")
        visitor.submit("Continue", **TYPED)
        visitor.submit("Send")
    assert db.session.scalar(select(func.count()).select_from(Priority)) == 1


def test_elsewhere_an_account_is_needed(world: World, visitor: Visitor) -> None:
    of_one_ward(world)
    page = visitor.get(f"{HERE}/priorities/without-account")
    assert (page.status, page.h1) == (409, "You need an account for this one")
    assert "without an account" not in visitor.get(f"{HERE}/priorities").main


def test_who_is_signed_in_is_led_to_where_it_counts(world: World, visitor: Visitor) -> None:
    world.council()
    ruled(world, Rule(tier=0))
    visitor.sign_in(world.resident())
    page = visitor.get(f"{HERE}/priorities/without-account")
    assert page.path == f"{HERE}/priorities/new"
    assert "without an account" not in visitor.get("/exampleton/consultations/spending").main


def test_the_commissioners_page_says_so(heard: Consultation, world: World, visitor: Visitor) -> None:
    visitor.sign_in(world.staff("commissioner"))
    assert "They are counted apart, rounded to the nearest 10" in visitor.get("/exampleton/manage/needs/spending").main
