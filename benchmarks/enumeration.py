"""Does a stranger learn from pages or their timing whether an address is registered?

    python -m benchmarks.enumeration [NUMBER]        500 known and 500 unknown addresses, in turn, through each form

Every answer is compared byte for byte without its token and the address itself; the times by a two-sided Mann-Whitney U test
(normal approximation with correction for ties), as the security design asks: p must stay above 0.01.
"""

from __future__ import annotations

import math
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import flask_migrate

from config.settings import Settings
from participation.accounts import passwords
from participation.application import create_app
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Page, Visitor

PASSWORD = "lanterns over quiet harbour"


def register(visitor: Visitor, email: str) -> Page:
    visitor.get("/exampleton/register")
    return visitor.submit(
        "Create account", follow=False, email=email, password=PASSWORD, postcode="EX1 1AA", declaration="y"
    )


def sign_in(visitor: Visitor, email: str) -> Page:
    visitor.get("/exampleton/sign-in")
    return visitor.submit("Sign in", follow=False, email=email, password="not this one at all")


def reset(visitor: Visitor, email: str) -> Page:
    visitor.get("/exampleton/forgotten-password")
    return visitor.submit("Send the email", follow=False, email=email)


def code(visitor: Visitor, email: str) -> Page:
    visitor.get("/exampleton/sign-in/code")
    return visitor.submit("Send me a code", follow=False, email=email)


def mann_whitney(one: list[float], other: list[float]) -> float:
    """The two-sided p value."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks, place, ties = [0.0, 0.0], 0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        for _, side in ranked[place:end]:
            ranks[side] += (place + 1 + end) / 2
        ties += (end - place) ** 3 - (end - place)
        place = end
    first, second = len(one), len(other)
    total = first + second
    u = ranks[0] - first * (first + 1) / 2
    spread = math.sqrt(first * second / 12 * ((total + 1) - ties / (total * (total - 1))))
    return math.erfc(abs(u - first * second / 2) / spread / math.sqrt(2))


def told(page: Page, email: str) -> tuple[int, str]:
    return page.status, re.sub(r'name="csrf_token" value="[^"]+"', "", page.html).replace(email, "EMAIL")


def measure(visitor: Visitor, act: Callable[[Visitor, str], Page], number: int) -> None:
    answers: set[tuple[int, str]] = set()
    times: dict[str, list[float]] = {"known": [], "other": []}
    for place in range(number):
        for kind in ("known", "other") if place % 2 else ("other", "known"):
            email = f"{kind}{place:04}@{act.__name__.replace('_', '')}.example"
            visitor.get("/exampleton/sign-in")
            began = time.perf_counter()
            page = act(visitor, email)
            times[kind].append(time.perf_counter() - began)
            answers.add(told(page, email))
    middle = {kind: sorted(values)[len(values) // 2] * 1000 for kind, values in times.items()}
    print(
        f"{act.__name__:10} {number} known, {number} unknown: {len(answers)} different answer(s), "
        f"medians {middle['known']:.1f} and {middle['other']:.1f} ms, Mann-Whitney p = {mann_whitney(*times.values()):.3f}",
        flush=True,
    )


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            environment="test", secret_key="a secret of the benchmark", ballot_secret="another secret of the benchmark",
            database_url=f"sqlite:///{Path(folder, 'known.sqlite3')}", rate_limits=False,
        )  # fmt: skip
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade()
            world = World()
            world.council()
            password_hash = passwords.hashed(PASSWORD)
            for act in (register, sign_in, reset, code):
                for place in range(number):
                    account = world.resident(f"known{place:04}@{act.__name__.replace('_', '')}.example")
                    with transaction():
                        db.session.merge(account).password_hash = password_hash
                measure(Visitor(app), act, number)


if __name__ == "__main__":
    main()
