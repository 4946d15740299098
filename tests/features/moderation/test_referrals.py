"""Referrals to safeguarding and to the lawyers: nothing is published before they have answered."""

from __future__ import annotations

import pytest

from participation.audit.models import AuditEvent
from participation.councils.models import Council
from participation.extensions import db
from participation.moderation import referrals
from participation.moderation.models import ModerationReferral
from participation.moderation.report_queries import counted
from participation.priorities.models import Priority
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor

MANAGE = "/exampleton/manage"
QUEUE = f"{MANAGE}/moderation"


@pytest.fixture
def moderator(world: World, visitor: Visitor) -> Visitor:
    world.council()
    visitor.sign_in(world.staff("moderator"))
    return visitor


@pytest.fixture
def need(world: World) -> Priority:
    return world.priority(world.consultation("spending", gather=(-3, 20)), "A child is hit at home", state="waiting")


def test_what_is_referred_waits_for_an_answer(moderator: Visitor, need: Priority) -> None:
    item = f"{QUEUE}/{need.public_id}"
    moderator.get(item)
    moderator.follow("Refer it to safeguarding or to the lawyers")
    assert moderator.submit("Refer it").errors == ["Choose who should look at it", "Enter what they should know"]
    moderator.submit("Refer it", to="safeguarding", note="Please look today.")
    assert "Referred to safeguarding (Exampleton Council) by Sam" in moderator.page.main
    assert "1 referral waits for safeguarding or the lawyers to answer." in moderator.get(MANAGE).main
    mail = db.session.query(OutboxMail).one()
    assert mail.recipient == "contact@exampleton.example"
    assert "child" not in mail.subject + mail.body
    moderator.get(item)
    page = moderator.submit("Publish")
    assert (page.status, "This waits for an answer" in page.main) == (409, True)
    moderator.get(QUEUE)
    assert "1 text was left as before" in moderator.submit("Publish all 1 on this page").main
    moderator.get(f"{QUEUE}/referrals")
    moderator.follow("A child is hit at home")
    moderator.follow("Write down their answer")
    moderator.submit("Save", said="We are in touch with the family.")
    moderator.submit("Publish")
    assert db.session.get(Priority, need.id).state == "published"
    tags = [event.tag for event in db.session.query(AuditEvent).order_by(AuditEvent.index)]
    assert tags == ["referred", "referral-answered", "priority-published"]
    assert "family" not in "".join(event.public for event in db.session.query(AuditEvent))
    assert counted(need.consultation.council_id).referrals == {"safeguarding": 1}


def test_the_council_names_who_is_told(moderator: Visitor, need: Priority) -> None:
    assert "This is the council’s general address" in moderator.get(f"{QUEUE}/referrals").main
    with transaction():
        council = db.session.get_one(Council, need.consultation.council_id)
        council.referrals = {"safeguarding": {"name": "Safeguarding lead", "email": "lead@exampleton.example"}}
    for to, recipient, told in (
        ("safeguarding", "lead@exampleton.example", "Safeguarding lead"),
        ("legal", "contact@exampleton.example", "Exampleton Council"),
    ):
        page = moderator.get(f"{QUEUE}/{need.public_id}/refer")
        assert "safeguarding: Safeguarding lead" in page.main
        moderator.submit("Refer it", to=to, note="Please look.")
        mail = db.session.query(OutboxMail).order_by(OutboxMail.id.desc()).first()
        assert (mail.recipient, f"To: {told}" in mail.body) == (recipient, True)
        assert f"({told})" in moderator.page.main
    page = moderator.get(f"{QUEUE}/referrals")
    assert "Safeguarding: Safeguarding lead, lead@exampleton.example" in page.main
    assert page.main.count("Please") == 0
    assert {(one.to, one.told) for one in db.session.query(ModerationReferral)} == {
        ("safeguarding", "Safeguarding lead"), ("legal", "Exampleton Council")
    }  # fmt: skip
    events = db.session.query(AuditEvent).filter_by(tag="referred").order_by(AuditEvent.index)
    assert ['"named":true' in event.public for event in events] == [True, False]


def test_it_can_be_refused_at_once(moderator: Visitor, need: Priority) -> None:
    moderator.get(f"{QUEUE}/{need.public_id}/refer")
    moderator.submit("Refer it", to="legal", note="A court order?")
    moderator.submit("Do not publish and tell the author", reason="libel_or_legal")
    assert db.session.get(Priority, need.id).state == "refused"


def test_the_same_twice_is_one_and_is_answered_once(moderator: Visitor, need: Priority) -> None:
    for _ in range(2):
        moderator.get(f"{QUEUE}/{need.public_id}/refer")
        moderator.submit("Refer it", to="legal", note="A court order?")
    (one,) = db.session.query(ModerationReferral).all()
    answer = f"{QUEUE}/{need.public_id}/referrals/{one.id}"
    moderator.get(answer)
    form = moderator.page
    moderator.submit("Save", said="There is none.")
    moderator.page = form
    assert moderator.submit("Save", said="There is one.").status == 409
    assert db.session.query(ModerationReferral).one().answer == "There is none."


def test_both_are_asked_once_each_whatever_the_order(world: World, need: Priority) -> None:
    colleague = world.staff("moderator").id
    for to in ("safeguarding", "legal", "safeguarding", "legal"):
        with transaction():
            found = db.session.get_one(Priority, need.id)
            referrals.refer(priority=found, to=to, note="Why.", moderator_id=colleague)
    assert sorted(one.to for one in db.session.query(ModerationReferral)) == ["legal", "safeguarding"]


def test_another_council_does_not_see_it(world: World, moderator: Visitor, need: Priority) -> None:
    colleague = world.staff("moderator")
    with transaction():
        found = db.session.get_one(Priority, need.id)
        referrals.refer(priority=found, to="legal", note="Why.", moderator_id=colleague.id)
    other = world.council("otherham")
    moderator.sign_in(world.staff("moderator", council=other))
    assert "Nothing waits for an answer." in moderator.get("/otherham/manage/moderation/referrals").main
    assert moderator.get(f"/otherham/manage/moderation/{need.public_id}/refer").status == 404
