"""Mails to authors in the languages that a council declares: Welsh first where it is one of them."""

from __future__ import annotations

import pytest
from flask import Flask

from config.settings import ROOT
from participation.extensions import db
from participation.moderation import service
from participation.moderation.reasons import REASONS, WELSH
from participation.moderation.seen import seen_of
from participation.moderation.service import Action
from participation.priorities.models import Priority
from participation.transactions import transaction
from participation.web.mail_texts import LINE, written
from participation.web.models import OutboxMail
from tests.factories.world import World

MAILS = ROOT / "templates" / "mails"


def decided(world: World, action: Action, **facts: str) -> OutboxMail:
    need = world.priority(world.consultation("spending", gather=(-3, 4)), "Mwy o feinciau", state="waiting")
    with transaction():
        found = db.session.get_one(Priority, need.id)
        council_id = found.consultation.council_id
        service.decide(council_id=council_id, seen=seen_of(found, 0), action=action, moderator_id=None, **facts)
    return db.session.query(OutboxMail).one()


def test_every_mail_there_is_in_english_is_there_in_welsh() -> None:
    english, welsh = ({path.name for path in (MAILS / language).glob("*.txt")} for language in ("en", "cy"))
    assert english == welsh
    assert WELSH.keys() == {reason.code for reason in REASONS}


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
def test_welsh_comes_first_and_says_why(app: Flask, world: World, reason: object) -> None:
    world.council(languages=["en", "cy"])
    mail = decided(world, Action.REFUSE, reason_code=reason.code, note="Diolch.")  # type: ignore[attr-defined]
    welsh, english = mail.body.split(LINE)
    assert reason.welsh in welsh  # type: ignore[attr-defined]
    assert reason.author in english  # type: ignore[attr-defined]
    assert "Mwy o feinciau" in welsh
    assert welsh.count("Diolch.") == english.count("Diolch.") == 1
    assert mail.subject.startswith("Exampleton Council: ni wnaethom gyhoeddi eich angen | ")
    assert len(mail.subject) <= 200


def test_english_alone_where_no_welsh_is_declared(world: World) -> None:
    mail = decided(world, Action.PUBLISH)
    assert mail.subject == "Exampleton Council: your need is published"
    assert LINE not in mail.body
    assert mail.body.startswith(
        "You told us what you need in “The spending consultation”:\n\nMwy o feinciau\n\nA moderator"
    )
    assert mail.body.endswith("contact us at contact@exampleton.example.\n")


def test_what_a_resident_writes_is_plain_text_and_never_a_template(app: Flask, world: World) -> None:
    """Mails are plain text: nothing is escaped, and nothing in a title is run."""
    council = world.council()
    facts = {"council": council, "merged": "A & <b>", "kept": "{{ council.slug }}", "page": "https://x.example"}
    _, body = written("merged", ["en"], **facts)
    assert "“A & <b>” and “{{ council.slug }}”" in body
