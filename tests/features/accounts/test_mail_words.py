"""Mails of accounts have the words of templates/mails, in the languages that the council declares."""

from __future__ import annotations

import re
from datetime import date

import pytest

from participation.accounts import letters
from participation.accounts.models import Account
from participation.councils.models import Council
from participation.extensions import db
from participation.transactions import transaction
from participation.web.mail_texts import LINE
from participation.web.models import OutboxMail
from tests.factories.world import World

# Every mail of accounts, by its template: how it is sent.
MAILS = {
    "confirm": lambda c, a: letters.send_confirmation(council=c, account=a, token="t", onward="/x"),
    "already": lambda c, a: letters.send_already_registered(council=c, account=a),
    "reset": lambda c, a: letters.send_reset(council=c, account=a, token="t"),
    "unknown": lambda c, a: letters.send_no_account(council=c, email="a@example.org", folded="a"),
    "password_changed": lambda c, a: letters.send_password_changed(council=c, account=a),
    "linked": lambda c, a: letters.send_linked(council=c, account=a, label="GOV.UK", linked=True),
    "invitation": lambda c, a: letters.send_invitation(council=c, account=a, token="t", role_names=["Editor", "Auditor"]),
    "code": lambda c, a: letters.send_code(council=c, account=a, code="123456"),
    "staff_code": lambda c, a: letters.send_staff_need_passwords(council=c, account=a),
    "new_address": lambda c, a: letters.send_new_address(council=c, email="a@example.org", token="t"),
    "change_asked": lambda c, a: letters.send_change_asked(council=c, account=a),
    "address_changed": lambda c, a: letters.send_address_changed(council=c, account=a),
    "second_step_locked": lambda c, a: letters.send_second_step_locked(council=c, account=a),
    "second_step_reset": lambda c, a: letters.send_second_step_reset(council=c, account=a),
    "recovery_code_used": lambda c, a: letters.send_recovery_code_used(council=c, account=a, left=7),
    "unused": lambda c, a: letters.send_unused_warning(council=c, account=a, deleted_on=date(2027, 3, 28)),
    "deleted": lambda c, a: letters.send_account_deleted(council=c, email="a@example.org"),
}  # fmt: skip


@pytest.mark.parametrize("name", MAILS)
def test_each_mail_is_whole_in_every_language_it_has(world: World, name: str) -> None:
    send = MAILS[name]
    bodies, here, account = {}, world.here.id, world.resident()
    for languages in (["en"], ["en", "cy"]):
        with transaction():
            council = db.session.get_one(Council, here)
            council.languages = languages
            db.session.query(OutboxMail).delete()
        with transaction():
            send(db.session.get_one(Council, here), db.session.get_one(Account, account.id))
        mail = db.session.query(OutboxMail).one()
        bodies[len(languages)] = (mail.subject, mail.body)
        assert not re.search(r"[{}]|Undefined|\n{3}", mail.subject + mail.body)
        assert mail.subject.endswith("Exampleton Council")
        assert mail.body.count("contact@exampleton.example") == mail.body.count(LINE) + 1
    (subject, body), (both, together) = bodies[1], bodies[2]
    assert " | " in both
    assert both.endswith(subject)
    assert together.endswith(body)


def test_two_languages_and_a_long_name_still_fit_the_outbox(world: World) -> None:
    here, account = world.here.id, world.resident()
    with transaction():
        council = db.session.get_one(Council, here)
        council.languages, council.full_name = ["en", "cy"], "Council of " + "x" * 140
    with transaction():
        letters.send_code(council=db.session.get_one(Council, here), account=account, code="1")
    assert len(db.session.query(OutboxMail).one().subject) == 200
