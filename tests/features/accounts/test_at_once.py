"""Many requests in the same moment: one account, one use of a link, no fault."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.accounts import links, service
from participation.accounts.models import Account, ResidentProfile
from participation.accounts.refusals import LinkUsedUp
from participation.councils.models import Council
from participation.councils.queries import look_up_postcode
from participation.extensions import db
from participation.transactions import transaction
from participation.web import mail
from participation.web.mail import deliver_due
from participation.web.models import OutboxMail
from tests.factories.world import World

THREADS = 8


def at_once(app: Flask, act: object) -> list[object]:
    """What `act(number)` returns, or the exception it raises, in each of several threads that start together."""
    gate = Barrier(THREADS)

    def run(number: int) -> object:
        with app.app_context():
            gate.wait()
            try:
                return act(number)  # type: ignore[operator]  # any callable
            except Exception as raised:
                return raised

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(run, range(THREADS)))
    db.session.rollback()  # so that the test sees what the threads committed
    return answers


@pytest.mark.slow
def test_one_address_registered_many_times_at_once_is_one_account(app: Flask, world: World) -> None:
    council_id = world.council().id

    def register(number: int) -> None:
        place = look_up_postcode(council_id, "EX1 1AA")
        home = service.Home.at(place)
        with transaction():
            council = db.session.get_one(Council, council_id)
            email = f"ann+{number}@example.org"
            service.register(council=council, email=email, password_hash=f"hash {number}", home=home)

    assert at_once(app, register) == [None] * THREADS
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1
    assert db.session.scalar(select(func.count()).select_from(ResidentProfile)) == 1
    assert db.session.scalar(select(func.count()).select_from(OutboxMail)) == THREADS


@pytest.mark.slow
def test_a_link_used_many_times_at_once_works_once(app: Flask, world: World) -> None:
    account = world.resident()
    council_id = account.council_id
    with transaction():
        token = links.make_link(account=account, purpose=links.RESET)

    def use(number: int) -> str:
        with transaction():
            council = db.session.get_one(Council, council_id)
            service.reset_password(council=council, token=token, password_hash=f"hash {number}")
        return "used"

    answers = at_once(app, use)
    assert answers.count("used") == 1
    assert sum(isinstance(answer, LinkUsedUp) for answer in answers) == THREADS - 1


@pytest.mark.slow
def test_two_workers_take_different_mails(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each mail is leased by one worker alone: nobody gets it twice."""
    council_id, handed = world.council().id, []
    with transaction():
        for number in range(40):
            mail.write_mail(key=f"m:{number}", recipient="a@example.org", subject="S", body="B", council_id=council_id)

    def take(_settings: object, letters: list[object]) -> list[tuple[object, None]]:
        handed.extend(letter.key for letter in letters)  # type: ignore[attr-defined]  # as the real one yields
        return [(letter, None) for letter in letters]

    monkeypatch.setattr(mail, "_handed_over", take)
    answers = at_once(app, lambda _number: deliver_due(app.config["SETTINGS"], most=10).sent)
    assert sum(answer for answer in answers if isinstance(answer, int)) == 40, answers
    assert len(handed) == len(set(handed)) == 40
