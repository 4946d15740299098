"""What has a period goes by itself when it is over, and not a day before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from config.settings import ROOT
from participation import clock
from participation.accounts.links import RESET, make_link
from participation.accounts.models import Account, EmailToken, FailedProof, SignInCode, SignInSession, SignUpSignal
from participation.accounts.service import start_session
from participation.eligibility.models import CodeAttempt
from participation.extensions import Model, db
from participation.priorities.models import Priority
from participation.privacy import retention
from participation.privacy.document import document
from participation.privacy.impact import LEVELS, RISKS
from participation.privacy.kept import PERSONAL
from participation.transactions import transaction
from participation.voting import service
from participation.voting.models import Participation, RollEntry
from tests.factories.votes import Voting
from tests.factories.world import World
from tests.features.accounts.test_registering import mails
from tests.visitor import Visitor


def session(account: Account) -> None:
    start_session(account=account)


def link(account: Account) -> None:
    make_link(account=account, purpose=RESET)


def code(account: Account) -> None:
    db.session.add(SignInCode(account_id=account.id, code_hash=b"0" * 32, expires_at=clock.now()))


def failed(account: Account) -> None:
    db.session.add(FailedProof(account_id=account.id, failures=1, first_at=clock.now()))


def attempt(account: Account) -> None:
    db.session.add(CodeAttempt(account_id=account.id, on=clock.today(), tries=1))


def signal(account: Account) -> None:
    db.session.add(
        SignUpSignal(
            account_id=account.id, kind="network", council_id=account.council_id, digest=b"0" * 16, noted_on=clock.today()
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("make", "model", "days"),
    [
        (session, SignInSession, 30),
        (link, EmailToken, 30),
        (code, SignInCode, 1),
        (failed, FailedProof, 1),
        (attempt, CodeAttempt, 30),
        (signal, SignUpSignal, 90),
    ],
)
def test_it_goes_when_its_time_is_over(
    world: World, make: Callable[[Account], None], model: type[Model], days: int
) -> None:
    start = clock.now()
    account = world.resident()
    with transaction():
        make(db.session.get(Account, account.id))
    for later, left in ((timedelta(days=days - 1), 1), (timedelta(days=days + 2), 0)):
        with clock.frozen_at(start + later):
            retention.run()
        assert db.session.scalar(select(func.count()).select_from(model)) == left, later


def test_an_account_nobody_uses_is_warned_about_and_then_deleted(world: World) -> None:
    start = clock.now()
    with clock.frozen_at(start):
        used, unused = world.resident("used@example.org"), world.resident("unused@example.org")
    number = unused.id
    with clock.frozen_at(start + timedelta(days=701)):
        with transaction():
            start_session(account=db.session.get(Account, used.id))
        assert retention.run()["warnings"] == 1
        assert [mail.subject for mail in mails()] == ["Your account will be deleted – Exampleton Council"]
        assert retention.run()["warnings"] == 0
    with clock.frozen_at(start + timedelta(days=730)):
        assert retention.run()["account"] == 0
    with clock.frozen_at(start + timedelta(days=732)):
        assert retention.run()["account"] == 1
    assert db.session.get(Account, number) is None
    assert db.session.get(Account, used.id) is not None


def test_signing_in_after_the_warning_keeps_the_account(world: World) -> None:
    start = clock.now()
    with clock.frozen_at(start):
        account = world.resident()
    with clock.frozen_at(start + timedelta(days=701)):
        retention.run()
        with transaction():
            start_session(account=db.session.get(Account, account.id))
        db.session.expire_all()
        assert db.session.get(Account, account.id).warned_on is None
    with clock.frozen_at(start + timedelta(days=800)):
        assert retention.run()["account"] == 0


def test_an_account_never_confirmed_goes_after_thirty_days(world: World) -> None:
    start = clock.now()
    account = world.resident()
    with transaction():
        db.session.get(Account, account.id).confirmed_at = None
    for days, gone in ((29, 0), (31, 1)):
        with clock.frozen_at(start + timedelta(days=days)):
            assert retention.run()["account"] == gone


def test_staff_accounts_do_not_go_by_themselves(world: World) -> None:
    world.staff("editor")
    with clock.frozen_at(clock.now() + timedelta(days=2000)):
        done = retention.run()
    assert (done["account"], done["warnings"]) == (0, 0)


def test_needs_nobody_saw_go_and_published_ones_stay(world: World) -> None:
    consultation = world.consultation("spending", gather=(-3, 4))
    shown = world.priority(consultation, "Shown").id
    world.priority(consultation, "Refused", state="refused")
    with clock.frozen_at(clock.now() + timedelta(days=366)):
        assert retention.run()["priority"] == 1
    assert db.session.scalars(select(Priority.id)).all() == [shown]


def test_names_leave_the_roll_after_three_months_and_strata_after_a_year(world: World) -> None:
    world.council()
    voting, start = Voting(world), clock.now()
    voter = world.resident(age_band="25-34", sex="Male")
    voting.cast(voter, 0)
    with clock.frozen_at(start + timedelta(days=2)), transaction():
        service.open_box(consultation=voting.consultation, actor_id=None)
        voting.vote.published_at = clock.now()

    def entry() -> RollEntry:
        db.session.expire_all()
        return db.session.scalars(select(RollEntry)).one()

    with clock.frozen_at(start + timedelta(days=90)):
        retention.run()
        assert entry().account_id is not None
    with clock.frozen_at(start + timedelta(days=94)):
        assert retention.run()["roll_entry"] == 1
        assert (entry().account_id, entry().age_band) == (None, "25-34")
        # The account lives on, so its number must not be on the roll either.
        assert entry().voter_id not in db.session.scalars(select(Account.id)).all()
        assert db.session.scalars(select(Participation.voter_id)).all() == [entry().voter_id]
        assert retention.run()["roll_entry"] == 0
    with clock.frozen_at(start + timedelta(days=368)):
        assert retention.run()["age and sex on rolls"] == 1
        assert (entry().age_band, entry().sex) == (None, None)


def test_every_period_of_the_table_runs() -> None:
    assert {kept.table for kept in PERSONAL if kept.after is not None} - set(retention.STEPS) == set()


def test_the_document_is_what_the_schema_says(app: Flask) -> None:
    assert (ROOT / "docs" / "data-protection.md").read_text() == document(), "run: participation retention document"


def test_fields_that_go_at_another_time_are_fields(app: Flask) -> None:
    for one in PERSONAL:
        assert set(one.fields) <= set(db.metadata.tables[one.table].columns.keys()), one.table


def test_residents_read_every_kind_and_every_field_without_an_account(world: World, visitor: Visitor) -> None:
    """From the notice, which leads there from every page."""
    world.council()
    visitor.get("/exampleton/privacy")
    page = visitor.follow("Everything we keep, why, and for how long")
    assert [row[0].startswith(one.title) for row, one in zip(page.rows()[1:], PERSONAL, strict=True)] == [True] * len(
        PERSONAL
    )
    assert all(column.name in page.main for one in PERSONAL for column in db.metadata.tables[one.table].columns)
    visitor.get("/exampleton/privacy")
    page = visitor.follow("draft impact assessment")
    assert all(risk.risk in page.main for risk in RISKS)
    assert all(risk.likely in LEVELS and risk.severe in LEVELS for risk in RISKS)
