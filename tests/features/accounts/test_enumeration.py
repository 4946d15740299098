"""No page, status or time tells a stranger whether an address is registered."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable

import pytest
from flask import Flask

from participation.accounts import passwords
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.accounts.test_registering import PASSWORD
from tests.visitor import Page, Visitor

ROUNDS = 10


def register(visitor: Visitor, email: str) -> Page:
    visitor.get("/exampleton/register")
    return visitor.submit(
        "Create account", follow=False, email=email, password=PASSWORD, postcode="EX1 1AA", declaration="y"
    )


def forget(visitor: Visitor, email: str) -> Page:
    visitor.get("/exampleton/forgotten-password")
    return visitor.submit("Send the email", follow=False, email=email)


def resend(visitor: Visitor, email: str) -> Page:
    visitor.get("/exampleton/register/send-again")
    return visitor.submit("Send the email", follow=False, email=email)


def guess(visitor: Visitor, email: str) -> Page:
    visitor.get("/exampleton/sign-in")
    return visitor.submit("Sign in", follow=False, email=email, password="not this one at all")


def ask_code(visitor: Visitor, email: str) -> Page:
    visitor.get("/exampleton/sign-in/code")
    return visitor.submit("Send me a code", follow=False, email=email)


def told(page: Page, email: str) -> tuple[int, str, tuple[str, ...]]:
    """All that a stranger sees: the status, the page without its token, the headers but for the cookie."""
    body = re.sub(r'name="csrf_token" value="[^"]+"', "", page.html).replace(email, "EMAIL")
    headers = tuple(
        f"{name}: {value}" for name, value in page.response.headers if name not in ("Set-Cookie", "Content-Length")
    )
    return page.status, body, headers


@pytest.mark.slow
@pytest.mark.usefixtures("paced", "password_cost")
@pytest.mark.parametrize("act", [register, forget, resend, guess, ask_code])
def test_known_and_unknown_addresses_get_the_same_answer_in_the_same_time(
    app: Flask, world: World, act: Callable[[Visitor, str], Page]
) -> None:
    """The answers are compared byte for byte. The times: their medians, against the noise between equal requests."""
    world.council()
    kept = passwords.hashed(PASSWORD)
    for number in range(ROUNDS):
        account = world.resident(f"known{number:04}@example.org")
        with transaction():
            db.session.merge(account).password_hash = kept
    visitor, answers, times = Visitor(app), set(), {"known": [], "other": []}  # type: ignore[var-annotated]  # filled below
    for number in range(ROUNDS):
        for kind in ("known", "other"):
            email = f"{kind}{number:04}@example.org"
            began = time.perf_counter()
            answers.add(told(act(visitor, email), email))
            times[kind].append(time.perf_counter() - began)
    assert len(answers) == 1
    difference = abs(statistics.median(times["known"]) - statistics.median(times["other"]))
    assert difference < max(0.01, 2 * statistics.pstdev(times["known"]))
