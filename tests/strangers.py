"""What a stranger can ask about an address, what they are told, and whether the time tells them more.

    visit(browser, "sign in", "ann@example.org").told        every page on the way, without its token and the address itself

A browser is anything that opens pages with cookies of its own: Flask's test client for the short test, a socket of a running
service for the long one (`benchmarks/enumeration.py`).
"""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from typing import Protocol

PASSWORD = "lanterns over quiet harbour"
# Road -> its steps: the page whose form is sent, and what is typed besides the address.
ROADS: dict[str, tuple[tuple[str, dict[str, str]], ...]] = {
    "register": (("register", {"password": PASSWORD, "postcode": "EX1 1AA", "declaration": "y"}),),
    "send the link again": (("register/send-again", {}),),
    "sign in": (("sign-in", {"password": "not this one at all"}),),
    "forgotten password": (("forgotten-password", {}),),
    # To its end: where the code is asked for, and where it is entered.
    "code instead of a password": (("sign-in/code", {}), ("sign-in/code/enter", {"code": "000000"})),
}
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
# What differs between any two answers: when, how long with the token in it, and the cookie's value.
_OF_THE_MOMENT = frozenset({"Date", "Content-Length", "Set-Cookie"})


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: str


class Browser(Protocol):
    """Opens pages below the council's address, with cookies; redirects are not followed."""

    def get(self, page: str) -> Answer: ...

    def post(self, page: str, fields: dict[str, str]) -> Answer: ...


@dataclass(frozen=True)
class Visit:
    """`told` is all that a stranger sees; `seconds` is how long the answers to their forms took, step by step."""

    told: tuple[object, ...]
    seconds: tuple[float, ...]


def visit(browser: Browser, road: str, email: str) -> Visit:
    """Walk a road with an address as a stranger. Raises AssertionError when a page has no form."""
    told: list[object] = []
    seconds: list[float] = []
    for page, typed in ROADS[road]:
        form = browser.get(page)
        token = _TOKEN.search(form.body)
        assert token is not None, f"{page} answers {form.status} and has no form"
        began = time.perf_counter()
        answer = browser.post(page, {"csrf_token": token[1], "email": email, **typed})
        seconds.append(time.perf_counter() - began)
        told += [_seen(form, email), _seen(answer, email)]
    return Visit(tuple(told), tuple(seconds))


def _seen(answer: Answer, email: str) -> object:
    """Status, headers and page; of a cookie its name and how it is set, of a page all but its token and the address."""
    cookies = [re.sub(r"=[^;]*", "=", value, count=1) for name, value in answer.headers if name == "Set-Cookie"]
    headers = [(name, value) for name, value in answer.headers if name not in _OF_THE_MOMENT]
    body = _TOKEN.sub("", answer.body).replace(email, "EMAIL")
    return answer.status, tuple(headers), tuple(cookies), body


def mann_whitney(one: list[float], other: list[float]) -> float:
    """The two-sided p value of the U test (normal approximation, corrected for ties): small when the times differ."""
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
