"""An author asks for another look; a part is hidden and comes back; somebody who did not decide decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from participation import clock
from participation.audit.record import broken_at
from participation.extensions import db
from participation.moderation import referrals
from participation.moderation.interests import declare_interest
from participation.moderation.models import HiddenText, ModerationAppeal
from participation.moderation.sealing import KEPT, hidden_text
from participation.priorities import merging
from participation.priorities import service as priorities
from participation.priorities.models import Priority
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor

QUEUE = "/exampleton/manage/moderation"
MINE = "/exampleton/account/priorities"


class Case:
    """A need, its author, and two moderators."""

    def __init__(self, app: Flask, world: World) -> None:
        self.world = world
        self.consultation = world.consultation("spending", gather=(-3, 20))
        self.author = world.resident("ann@example.org")
        self.need = world.priority(
            self.consultation,
            "A night bus",
            need="A bus. Ask Jo Smith, who knows. A night bus.",
            author=self.author,
            state="waiting",
        )
        self.first, self.second, self.resident = (Visitor(app) for _ in range(3))
        self.first.sign_in(world.staff("moderator"))
        self.colleague = world.staff("moderator")
        self.second.sign_in(self.colleague)
        self.resident.sign_in(self.author)

    def refuse(self) -> None:
        self.first.get(f"{QUEUE}/{self.need.public_id}")
        self.first.submit("Do not publish", reason="off_topic")

    def hide(self, passage: str = "Ask Jo Smith, who knows.") -> None:
        self.first.get(f"{QUEUE}/{self.need.public_id}")
        self.first.follow("Hide a part and publish the rest")
        self.first.submit(
            "Hide this part and publish the rest", passage=passage, reason="personal_data", note="No names."
        )

    def appeal(self, statement: str = "It is about buses.") -> None:
        self.resident.get(MINE)
        self.resident.follow("Ask another moderator to look again at “A night bus”")
        self.resident.submit("Send your appeal", statement=statement)

    def decide(self, visitor: Visitor, outcome: str, answer: str = "We looked again.") -> None:
        visitor.get(f"{QUEUE}/appeals/{self.need.public_id}")
        visitor.submit("Decide the appeal", outcome=outcome, answer=answer)

    @property
    def now(self) -> Priority:
        return db.session.get_one(Priority, self.need.id)


@pytest.fixture
def case(app: Flask, world: World) -> Case:
    return Case(app, world)


def subjects() -> list[str]:
    return [mail.subject for mail in db.session.query(OutboxMail).order_by(OutboxMail.id)]


def test_an_appeal_is_decided_by_somebody_else_and_shows_the_need_again(case: Case) -> None:
    case.refuse()
    case.appeal()
    assert "another moderator will look at it" in case.resident.get(MINE).main
    assert "1 author appeals against a decision." in case.second.get("/exampleton/manage").main
    page = case.first.get(f"{QUEUE}/appeals")
    assert page.rows()[1][3] == "Somebody else: it is about your decision"
    page = case.first.get(f"{QUEUE}/appeals/{case.need.public_id}")
    assert "Somebody else decides this" in page.main
    assert not page.soup.select("main form")
    case.decide(case.second, "overturned", "It is about buses indeed.")
    assert case.now.state == "published"
    page = case.resident.get(f"/exampleton/consultations/spending/priorities/{case.need.public_id}")
    assert "Shown again after its author asked another moderator" in page.main
    assert subjects()[-1] == "Exampleton Council: what came of your appeal"
    assert "No appeal is waiting." in case.second.get(f"{QUEUE}/appeals").main
    assert broken_at(case.world.here.id) is None


def test_a_forged_decision_by_the_same_moderator_is_refused(case: Case) -> None:
    case.refuse()
    case.appeal()
    page = case.first.get(f"{QUEUE}/{case.need.public_id}")
    held = {name: page.soup.select_one(f"main input[name={name}]")["value"] for name in ("csrf_token", "seen")}
    sent = {**held, "outcome": "overturned", "answer": "Mine."}
    assert case.first.post(f"{QUEUE}/appeals/{case.need.public_id}", sent).status == 409
    assert db.session.query(ModerationAppeal).one().outcome is None
    assert case.now.state == "refused"


def test_the_list_says_who_can_decide(case: Case) -> None:
    case.refuse()
    case.appeal()
    assert case.first.get(f"{QUEUE}/appeals").rows()[1][-1] == "Somebody else: it is about your decision"
    assert case.second.get(f"{QUEUE}/appeals").rows()[1][-1] == "You can"
    with transaction():
        declare_interest(priority=case.now, moderator_id=case.colleague.id)
    assert case.second.get(f"{QUEUE}/appeals").rows()[1][-1] == "Somebody else: you have an interest in it"


def test_a_confirmed_decision_is_told_to_author_and_public(case: Case) -> None:
    case.refuse()
    case.appeal()
    case.second.get(f"{QUEUE}/appeals/{case.need.public_id}")
    page = case.second.submit("Decide the appeal")
    assert page.errors == ["Choose what you decide", "Enter your answer"]
    case.decide(case.second, "upheld", "Buses are not part of this.")
    page = case.resident.get(MINE)
    for words in ("another moderator confirmed the decision", "Buses are not part of this."):
        assert words in page.main
    assert "Ask another moderator" not in page.main
    case.resident.sign_in(case.world.resident())
    page = case.resident.get(f"/exampleton/consultations/spending/priorities/{case.need.public_id}")
    assert (page.status, "another moderator confirmed it" in page.main) == (410, True)


@pytest.mark.parametrize(("seconds", "possible"), [(0, True), (1, False)])
def test_an_appeal_is_possible_for_28_days(case: Case, seconds: int, possible: bool) -> None:
    decided = clock.now()
    with clock.frozen_at(decided):
        case.refuse()
    with clock.frozen_at(clock.later(decided, days=28) + timedelta(seconds=seconds)):
        case.resident.sign_in(case.author)
        assert ("Ask another moderator to look again" in case.resident.get(MINE).main) is possible
        assert (case.resident.get(f"{MINE}/{case.need.public_id}/appeal").status == 200) is possible


def test_only_the_author_can_appeal_and_only_once(case: Case) -> None:
    address = f"{MINE}/{case.need.public_id}/appeal"
    assert case.resident.get(address).status == 409
    case.refuse()
    stranger = case.world.resident()
    case.resident.sign_in(stranger)
    assert case.resident.get(address).status == 404
    case.resident.sign_in(case.author)
    case.appeal()
    assert case.resident.get(address).status == 409


def test_a_hidden_part_leaves_the_rest_and_its_original_sealed(case: Case) -> None:
    case.hide()
    assert (case.now.state, case.now.version) == ("published", 2)
    assert case.now.need == "A bus. [removed: personal details] A night bus."
    kept = db.session.query(HiddenText).one()
    assert b"Jo Smith" not in kept.sealed
    assert hidden_text(kept.decision_id) == ("A night bus", "A bus. Ask Jo Smith, who knows. A night bus.")
    assert "A part of it is hidden" in case.resident.get(MINE).main
    assert subjects() == ["Exampleton Council: we published your need without a part of it"]
    assert "Published, not read yet (0)" in case.first.get(QUEUE).main
    with clock.frozen_at(clock.now() + KEPT):
        assert hidden_text(kept.decision_id) is None


@pytest.mark.parametrize(("passage", "error"), [
    ("Jo Brown", "The passage must be copied from the text exactly as it stands there."),
    (" ", "Enter the part to hide"),
    ("A night bus", "Nothing would be left of it. Do not publish it instead."),
])  # fmt: skip
def test_a_part_that_is_not_there_is_not_hidden(case: Case, passage: str, error: str) -> None:
    case.hide(passage)
    assert case.first.page.errors == [error]
    assert (case.now.state, case.now.version) == ("waiting", 1)


def test_an_appeal_against_a_hidden_part_brings_it_back_exactly(case: Case) -> None:
    case.hide()
    case.appeal("Jo Smith is a bus.")
    page = case.second.get(f"{QUEUE}/appeals/{case.need.public_id}")
    assert "A bus. Ask Jo Smith, who knows. A night bus." in page.main
    case.decide(case.second, "overturned")
    assert case.now.need == "A bus. Ask Jo Smith, who knows. A night bus."
    assert case.now.state == "published"


def test_a_need_that_its_author_withdrew_stays_withdrawn(case: Case) -> None:
    case.refuse()
    case.appeal()
    case.resident.get(MINE)
    case.resident.follow("Withdraw")
    case.resident.submit("Withdraw")
    case.decide(case.second, "overturned")
    assert case.now.state == "withdrawn"


def _edited(case: Case, text: str) -> None:
    with transaction():
        draft = priorities.NeedDraft(title="A night bus", need=text, group_code=case.now.group.code)
        priorities.edit(priority=case.now, draft=draft, version=case.now.version)


def test_an_appeal_shows_nothing_that_nobody_has_read(case: Case) -> None:
    case.refuse()
    case.appeal()
    case.second.get(f"{QUEUE}/appeals/{case.need.public_id}")
    _edited(case, "Something else entirely.")
    page = case.second.submit("Decide the appeal", outcome="overturned", answer="It is about buses.")
    assert (page.status, case.now.state) == (409, "waiting")
    assert "Something else entirely." in page.main
    assert case.second.submit("Decide the appeal").status == 200
    assert case.now.state == "published"


@pytest.mark.parametrize("again", ["Publish", "Do not publish"])
def test_what_is_decided_again_leaves_no_appeal_without_an_answer(case: Case, again: str) -> None:
    case.refuse()
    case.appeal()
    _edited(case, "A bus at night.")
    case.first.get(f"{QUEUE}/{case.need.public_id}")
    case.first.submit(again, **({"reason": "unclear"} if again == "Do not publish" else {}))
    state = case.now.state
    page = case.second.get(f"{QUEUE}/appeals/{case.need.public_id}")
    assert "That newer decision stays, whatever you decide here." in page.main
    case.second.submit("Decide the appeal", outcome="overturned", answer="It was about buses.")
    assert case.now.state == state == ("published" if again == "Publish" else "refused")
    assert "No appeal is waiting." in case.second.get(f"{QUEUE}/appeals").main
    told = db.session.query(OutboxMail).order_by(OutboxMail.id.desc()).first().body
    assert ("is shown again" in told) is (state == "published")


def test_an_appeal_about_what_was_merged_does_not_tear_the_merge(case: Case) -> None:
    kept = case.world.priority(case.consultation, "Buses at night")
    case.hide()
    case.appeal()
    with transaction():
        merging.merge(merged=case.now, kept=db.session.get_one(Priority, kept.id), actor_id=None)
    case.decide(case.second, "overturned")
    assert (case.now.state, case.now.need) == ("merged", "A bus. Ask Jo Smith, who knows. A night bus.")


def test_an_appeal_publishes_nothing_that_waits_for_safeguarding(case: Case) -> None:
    case.refuse()
    case.appeal()
    moderator = case.world.staff("moderator").id
    with transaction():
        referrals.refer(priority=case.now, to="safeguarding", note="A child", moderator_id=moderator)
    case.decide(case.second, "overturned")
    assert case.second.page.status == 409
    assert case.now.state == "refused"
