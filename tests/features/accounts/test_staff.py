"""Staff are invited from the command line, choose a password by link, and never take part."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from participation import clock
from participation.accounts import staffing
from participation.accounts.models import Account, RoleGrant
from participation.accounts.refusals import RolesConflict, StaffAddressTaken, UnknownRole
from participation.audit.models import AuditEvent
from participation.cli import app as cli_app
from participation.cli.mail import mail as mail_command
from participation.cli.staff import staff as staff_command
from participation.errors import InvalidInput, NotFound, Refusal
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.accounts.test_registering import link_in, mails
from tests.visitor import Visitor

PASSWORD = "lanterns over quiet harbour"


@pytest.fixture
def command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The command line over the database of this test."""
    monkeypatch.setattr(cli_app, "create_app", lambda _settings: app)
    monkeypatch.setattr(cli_app.Settings, "from_environment", classmethod(lambda cls: app.config["SETTINGS"]))
    return CliRunner()


INVITE = [
    "invite",
    "exampleton",
    "sam@council.example",
    "--name",
    "Sam Jones",
    "--role",
    "moderator",
    "--role",
    "commissioner",
]


def test_an_invited_member_of_staff_chooses_a_password_and_works(
    world: World, visitor: Visitor, command: CliRunner
) -> None:
    world.council()
    answer = command.invoke(staff_command, INVITE)
    assert answer.exit_code == 0, answer.output
    (mail,) = mails()
    assert "Commissioner, Moderator" in mail.body
    page = visitor.get(link_in(mail))
    assert "Sam Jones" in page.main
    page = visitor.submit("Save password", password="twelve chars")
    assert page.errors == ["Your password must have 15 characters or more. Three random words work well"]
    assert visitor.submit("Save password", password=PASSWORD).h1 == "Set up your second step"
    visitor.sign_in(db.session.scalars(select(Account)).one())
    page = visitor.get("/exampleton/account")
    assert "Commissioner, Moderator" in page.main
    assert visitor.get("/exampleton/account/details").status == 403
    assert visitor.get(link_in(mail)).status == 410
    listed = command.invoke(staff_command, ["list", "exampleton"]).output
    assert "sam@council.example" in listed
    assert "commissioner, moderator" in listed
    assert "active" in listed


def test_inviting_again_replaces_the_link_and_the_roles(world: World, visitor: Visitor, command: CliRunner) -> None:
    world.council()
    command.invoke(staff_command, INVITE)
    command.invoke(staff_command, [*INVITE[:5], "--role", "auditor"])
    old, new = (link_in(mail) for mail in mails())
    assert visitor.get(old).status == 410
    assert visitor.get(new).status == 200
    assert db.session.scalars(select(RoleGrant.role)).all() == ["auditor"]


def test_an_invitation_lives_seven_days(world: World, visitor: Visitor, command: CliRunner) -> None:
    world.council()
    command.invoke(staff_command, INVITE)
    with clock.frozen_at(clock.now() + timedelta(days=7, seconds=1)):
        assert visitor.get(link_in(mails()[0])).status == 410


def test_nobody_becomes_staff_by_registering_or_by_a_forgotten_password(
    world: World, visitor: Visitor, command: CliRunner
) -> None:
    """An invited address that was not used yet opens through its invitation only."""
    world.council()
    command.invoke(staff_command, INVITE)
    visitor.get("/exampleton/forgotten-password")
    visitor.submit("Send the email", email="sam@council.example")
    visitor.get("/exampleton/register")
    visitor.submit(
        "Create account", email="sam@council.example", password=PASSWORD, postcode="EX1 1AA", declaration="y"
    )
    subjects = [mail.subject.split(" – ")[0] for mail in mails()]
    assert subjects == ["Your staff account", "There is no account with this address", "You already have an account"]
    account = db.session.scalars(select(Account)).one()
    assert (account.kind, account.password_hash, account.confirmed_at) == ("staff", None, None)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"email": "ann@example.org"}, StaffAddressTaken),
        ({"email": "Ann+work@example.org"}, StaffAddressTaken),
        ({"email": "nonsense"}, InvalidInput),
        ({"roles": ["mayor"]}, UnknownRole),
        ({"roles": []}, InvalidInput),
    ],
)
def test_an_invitation_that_cannot_be_leaves_nothing(
    world: World, changes: dict[str, object], refusal: type[Refusal]
) -> None:
    council = world.council()
    world.resident("ann@example.org")
    given: dict[str, object] = {"email": "sam@council.example", "name": "Sam", "roles": ["moderator"], **changes}

    def act() -> None:
        with transaction():
            staffing.invite(council=db.session.merge(council), **given)  # type: ignore[arg-type]  # by design

    with pytest.raises(refusal):
        act()
    assert db.session.query(Account).count() == 1
    assert mails() == []
    assert db.session.query(AuditEvent).count() == 0


def test_the_audit_record_tells_of_roles_without_an_address(world: World, command: CliRunner) -> None:
    world.council()
    command.invoke(staff_command, INVITE)
    told = [event.public for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.index))]
    assert len(told) == 3
    assert not [line for line in told if "sam" in line.lower()]


def test_an_unknown_council_is_named(world: World, command: CliRunner) -> None:
    world.council()
    answer = command.invoke(staff_command, ["list", "nowhere"])
    assert isinstance(answer.exception, NotFound)
    assert answer.exception.message == "There is no council 'nowhere'. Councils: exampleton."


def test_mail_send_says_when_there_is_no_server(command: CliRunner) -> None:
    answer = command.invoke(mail_command, ["send"])
    assert "PARTICIPATION_SMTP is missing" in str(answer.exception)


def test_mail_send_reports_what_it_did(
    app: Flask, world: World, command: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.council()
    command.invoke(staff_command, INVITE)
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], smtp="127.0.0.1:9"))
    answer = command.invoke(mail_command, ["send"])
    assert answer.output == "0 sent, 1 to be tried again, 0 given up\n"


def test_whoever_runs_the_server_grants_roles_and_resets_a_second_step(world: World, command: CliRunner) -> None:
    world.staff("editor", email="sam@council.example")
    answer = command.invoke(staff_command, ["grant", "exampleton", "sam@council.example", "--role", "key-holder"])
    assert answer.exit_code == 0, answer.exception
    assert sorted(db.session.scalars(select(RoleGrant.role))) == ["editor", "key-holder"]
    refused = command.invoke(staff_command, ["grant", "exampleton", "sam@council.example", "--role", "administrator"])
    assert isinstance(refused.exception, RolesConflict)
    answer = command.invoke(staff_command, ["reset-second-step", "exampleton", "sam@council.example"])
    assert answer.exit_code == 0, answer.exception
    db.session.rollback()
    assert mails()[-1].recipient == "sam@council.example"
    nobody = command.invoke(staff_command, ["reset-second-step", "exampleton", "nobody@council.example"])
    assert isinstance(nobody.exception, NotFound)
