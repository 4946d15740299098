"""A resident says what they need: written, checked, sent, changed and taken back, and nothing lost on the way."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import unquote

import pytest

from participation import clock
from participation.extensions import db
from participation.moderation import service as moderation
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.priorities import service
from participation.priorities.models import Priority, PrioritySupport
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor

NEW = "/exampleton/consultations/spending/priorities/new"
TYPED = {
    "title": "A safe way to cross Station Road",
    "need": "Children run across it every morning.\n\nA crossing near the school would help.",
    "group": "env",
}


def written(world: World) -> list[Priority]:
    return list(db.session.query(Priority).order_by(Priority.id))


def test_from_the_consultation_to_your_submissions(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    resident = world.resident()
    southgate = world.wards()[1]
    visitor.sign_in(resident)
    visitor.get("/exampleton/consultations/spending")
    visitor.follow("Say what you need")
    page = visitor.submit("Continue", **TYPED, ward=southgate.code)
    assert page.h1 == "Check what you wrote"
    assert "Waste, parks and environment" in page.main
    assert "Southgate" in page.main
    assert written(world) == []
    page = visitor.submit("Send")
    assert page.h1 == "We have what you wrote"
    assert "A moderator reads it" in page.main
    (priority,) = written(world)
    assert (priority.state, priority.ward_id, priority.author_ward_id) == ("waiting", southgate.id, world.wards()[0].id)
    assert priority.need == TYPED["need"]
    page = visitor.follow("See what became of what you sent us")
    assert TYPED["title"] in page.main
    assert "Waiting for a moderator" in page.main


def test_changing_your_mind_at_the_check_keeps_every_word(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    visitor.sign_in(world.resident())
    visitor.get(NEW)
    visitor.submit("Continue", **TYPED)
    page = visitor.submit("Change what I wrote")
    assert page.h1 == "Say what you need"
    assert page.soup.select_one("#title")["value"] == TYPED["title"]
    assert page.soup.select_one("#need").get_text().strip() == TYPED["need"]
    assert page.soup.select_one("input[name=group][checked]")["value"] == "env"


def test_a_form_with_mistakes_keeps_what_was_typed_and_says_what_is_wrong(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    visitor.sign_in(world.resident())
    visitor.get(NEW)
    page = visitor.submit("Continue", title="x" * 121, need="  ", group="env")
    assert page.status == 422
    assert page.errors == [
        "What is needed must be 120 characters or fewer",
        "Enter who needs it, where, and why",
    ]
    assert page.soup.select_one("#title")["value"] == "x" * 121
    assert page.soup.title.get_text().startswith("Error: ")
    assert written(world) == []


def test_a_service_from_the_address_is_chosen_already(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    visitor.sign_in(world.resident())
    assert visitor.get(f"{NEW}?service=cul").soup.select_one("input[name=group][checked]")["value"] == "cul"
    assert visitor.get(f"{NEW}?service=<x>").soup.select_one("input[name=group][checked]") is None


@pytest.mark.parametrize("field", ["group", "ward"])
def test_a_choice_that_is_not_offered_is_refused(world: World, visitor: Visitor, field: str) -> None:
    world.consultation("spending", gather=(-3, 20))
    visitor.sign_in(world.resident())
    visitor.get(NEW)
    page = visitor.submit("Continue", **{**TYPED, "step": "send", field: "E05999999"})
    assert page.status == 422
    assert written(world) == []


def test_the_same_words_sent_twice_are_one_need(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    visitor.sign_in(world.resident())
    for _ in range(2):
        visitor.get(NEW)
        visitor.submit("Continue", **TYPED)
        page = visitor.submit("Send")
        assert page.h1 == "We have what you wrote"
    assert len(written(world)) == 1
    assert db.session.query(PrioritySupport).count() == 1


def test_post_moderation_shows_it_at_once(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20), moderation="post")
    visitor.sign_in(world.resident())
    visitor.get(NEW)
    visitor.submit("Continue", **TYPED)
    page = visitor.submit("Send")
    assert "Other residents can see and support it now." in page.main
    assert TYPED["title"] in visitor.get("/exampleton/consultations/spending/priorities").main


@pytest.mark.parametrize("phases", [{"gather": (1, 20)}, {"gather": (-20, -1)}, {"vote": (-1, 20)}])
def test_outside_of_its_phase_nothing_is_taken(
    world: World, visitor: Visitor, phases: dict[str, tuple[int, int]]
) -> None:
    world.consultation("spending", **phases)
    visitor.sign_in(world.resident())
    page = visitor.get(NEW)
    assert page.status == 409
    assert "not open for this" in page.main


def test_a_phase_that_closes_while_somebody_writes_says_so_and_keeps_nothing(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 1))
    visitor.sign_in(world.resident())
    closes = consultation.phases[0].closes_at
    with clock.frozen_at(closes - timedelta(minutes=2)):
        visitor.sign_in(world.resident())
        visitor.get(NEW)
        visitor.submit("Continue", **TYPED)
    with clock.frozen_at(closes):
        assert visitor.submit("Send").status == 409
    assert written(world) == []


def test_signing_in_comes_back_to_the_form(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    page = visitor.get(NEW)
    assert unquote(page.path) == f"/exampleton/sign-in?next={NEW}"


def test_staff_cannot_take_part(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    visitor.sign_in(world.staff("moderator"))
    page = visitor.get(NEW)
    assert (page.status, "Staff accounts cannot take part" in page.main) == (403, True)


def test_a_resident_of_another_council_is_not_signed_in_here(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(-3, 20))
    other = world.council("otherham")
    visitor.sign_in(world.resident(council=other))
    assert visitor.get(NEW).path.startswith("/exampleton/sign-in")


def test_edit_until_it_is_published(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    resident = world.resident()
    priority = world.priority(consultation, "Longer hours", author=resident, state="waiting")
    visitor.sign_in(resident)
    visitor.get("/exampleton/account/priorities")
    page = visitor.follow("Change “Longer hours”")
    assert page.soup.select_one("#title")["value"] == "Longer hours"
    page = visitor.submit("Save and send to a moderator", title="Longer library hours")
    assert "Longer library hours" in page.main
    assert db.session.get(Priority, priority.id).version == 2
    db.session.get(Priority, priority.id).state = "published"
    db.session.commit()
    page = visitor.get(f"/exampleton/consultations/spending/priorities/{priority.public_id}/edit")
    assert page.status == 409


def test_an_edit_of_an_old_version_is_refused(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    resident = world.resident()
    priority = world.priority(consultation, "Longer hours", author=resident, state="waiting")
    visitor.sign_in(resident)
    visitor.get(f"/exampleton/consultations/spending/priorities/{priority.public_id}/edit")
    page = visitor.submit("Save and send to a moderator", title="Mine", version=7)
    assert (page.status, "You changed it in another window." in page.main) == (409, True)
    assert page.soup.select_one("#title")["value"] == "Mine"
    assert db.session.get(Priority, priority.id).title == "Longer hours"
    visitor.submit("Save and send to a moderator")
    assert db.session.get(Priority, priority.id).title == "Mine"


def test_a_refused_need_goes_back_to_the_moderators_when_it_is_changed(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    resident = world.resident()
    priority = world.priority(consultation, "Call Jo on 0123", author=resident, state="refused")
    visitor.sign_in(resident)
    visitor.get(f"/exampleton/consultations/spending/priorities/{priority.public_id}/edit")
    visitor.submit("Save and send to a moderator", title="Somebody to call")
    assert db.session.get(Priority, priority.id).state == "waiting"


def test_withdraw_at_any_time(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-20, -1))
    resident = world.resident()
    priority = world.priority(consultation, "Longer hours", author=resident)
    visitor.sign_in(resident)
    visitor.get("/exampleton/account/priorities")
    visitor.follow("Withdraw “Longer hours”")
    page = visitor.submit("Withdraw it")
    assert "Withdrawn" in page.main
    address = f"/exampleton/consultations/spending/priorities/{priority.public_id}"
    assert "Longer hours" not in visitor.get("/exampleton/consultations/spending/priorities").main
    visitor.sign_in(world.resident())
    page = visitor.get(address)
    assert (page.status, "withdrew it" in page.main) == (410, True)


@pytest.mark.parametrize("page", ["edit", "withdraw", "sent"])
def test_what_belongs_to_somebody_else_is_not_there(world: World, visitor: Visitor, page: str) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    priority = world.priority(consultation, state="waiting")
    visitor.sign_in(world.resident())
    assert visitor.get(f"/exampleton/consultations/spending/priorities/{priority.public_id}/{page}").status == 404
    assert visitor.get(f"/exampleton/consultations/spending/priorities/{priority.public_id}").status == 404


def test_your_submissions_are_in_pages_and_only_yours(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20))
    resident = world.resident()
    world.priorities(consultation, [f"Mine {number}" for number in range(27)], author=resident)
    world.priority(consultation, "Not mine")
    visitor.sign_in(resident)
    page = visitor.get("/exampleton/account/priorities")
    assert "Not mine" not in page.main
    assert page.main.index("Mine 26") < page.main.index("Mine 25")
    assert "Mine 0" in visitor.follow("Next page").main


def test_shown_before_anybody_read_it_can_be_changed_until_somebody_builds_on_it(
    world: World, visitor: Visitor
) -> None:
    consultation = world.consultation("spending", gather=(-3, 20), moderation="post")
    author, other = world.resident(), world.resident().id
    need = world.priority(consultation, "A bench", author=author)
    edit = f"/exampleton/consultations/spending/priorities/{need.public_id}/edit"
    visitor.sign_in(author)

    def change(text: str) -> tuple[int, str]:
        page = visitor.get(edit)
        if page.status == 200:
            page = visitor.submit("Save", need=text)
        return page.status, db.session.get_one(Priority, need.id).state

    assert change("A bench at the stop.") == (200, "published")
    assert change("A bench. Ring 07700 900123.") == (200, "waiting")
    with transaction():
        db.session.get_one(Priority, need.id).state = "published"
    assert "Change" in visitor.get("/exampleton/account/priorities").main
    with transaction():
        service.support(priority=db.session.get_one(Priority, need.id), account_id=other, ward_id=None)
    assert change("Something else.") == (409, "published")
    assert f"{edit}" not in visitor.get("/exampleton/account/priorities").html


def test_what_a_moderator_has_read_is_no_longer_changed(world: World, visitor: Visitor) -> None:
    consultation = world.consultation("spending", gather=(-3, 20), moderation="post")
    author, moderator = world.resident(), world.staff("moderator").id
    need = world.priority(consultation, "A bench", author=author)
    with transaction():
        moderation.decide(
            council_id=world.here.id, seen=seen_of(db.session.get_one(Priority, need.id), 0), action=Action.PUBLISH,
            moderator_id=moderator,
        )  # fmt: skip
    visitor.sign_in(author)
    assert visitor.get(f"/exampleton/consultations/spending/priorities/{need.public_id}/edit").status == 409
