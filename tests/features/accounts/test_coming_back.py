"""After signing in a person is where they were, with what they typed; nobody can be sent anywhere else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask, g

from participation.accounts.kept_work import packed, unpacked
from participation.extensions import db
from participation.web.return_to import safe_page
from tests.factories.world import World
from tests.features.accounts.test_registering import PASSWORD
from tests.features.accounts.test_signing_in import sign_in, with_password
from tests.visitor import Visitor

ELSEWHERE = [
    "https://evil.example", "http://evil.example/exampleton/account", "//evil.example", "///evil.example",
    "////evil.example", "/\\evil.example", "\\/evil.example", "\\\\evil.example", "/\\/evil.example",
    "/%5cevil.example", "/%2f%2fevil.example", "/%09/evil.example", "/\t/evil.example", "/\n/evil.example",
    "/\r\n/evil.example", "/%0d%0aLocation:%20https://evil.example", "/%0a/evil.example", "https:evil.example",
    "https:/evil.example", "https:///evil.example", "http:evil.example", "evil.example", "www.evil.example",
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "mailto:a@evil.example", "file:///etc/passwd",
    "//evil.example/exampleton/account", "//evil.example@localhost/", "//localhost@evil.example/exampleton/account",
    "https://localhost:80@evil.example/", "//localhost.evil.example/", "/exampleton@evil.example/", ".evil.example",
    "@evil.example", ":80", "?next=//evil.example", "#//evil.example", "", " ", " //evil.example",
    " /exampleton/account", "/exampleton/account\x00", "/exampleton/%00", "/exampleton//evil.example",
    "//exampleton/account", "/exampleton/..//evil.example", "/exampleton/%2e%2e//evil.example",
    "/exampleton\\account", "/exampleton/account;//evil.example\\", "/otherham/account", "/otherham/services", "/",
    "/healthy", "/static/build/site.css", "/exampleton/nowhere", "/exampleton/sign-in", "/exampleton/sign-out",
    "/exampleton/register", "/exampleton/reset/abc", "/exampleton/confirm/abc", "/exampleton/account/signed-in/end",
    "/ｅxampleton/account", "/exampleton/account\u2028", "／／evil.example", "/exampleton/%ff%fe",
    "/exampleton/" + "a" * 3000, "/exampleton/account?" + "&".join(f"a{number}=1" for number in range(80)),
    "/[exampleton", "//[evil", "/exampleton/account%0d%0aX:1",
]  # fmt: skip

HERE = [
    ("/exampleton/account", "/exampleton/account"),
    ("/exampleton/services", "/exampleton/services"),
    ("/exampleton/account/signed-in?page=2", "/exampleton/account/signed-in?page=2"),
    ("/exampleton/services?next=//evil.example", "/exampleton/services?next=%2F%2Fevil.example"),
    ("/exampleton/wards?q=a%20b&q=%C3%A9", "/exampleton/wards?q=a+b&q=%C3%A9"),
]


@pytest.fixture
def exampleton(app: Flask, world: World) -> Iterator[None]:
    council = world.council()
    world.council("otherham")
    with app.test_request_context("/exampleton/sign-in"):
        g.council = db.session.merge(council)
        yield


@pytest.mark.usefixtures("exampleton")
def test_only_pages_of_this_council_are_come_back_to() -> None:
    assert {text: page for text in ELSEWHERE if (page := safe_page(text)) is not None} == {}
    assert [safe_page(text) for text, _ in HERE] == [page for _, page in HERE]
    assert len(ELSEWHERE) >= 60


@pytest.mark.parametrize(
    "text", ["https://evil.example", "//evil.example", "/\\evil.example", "/otherham/account", "javascript:alert(1)"]
)
def test_signing_in_never_leads_elsewhere(world: World, visitor: Visitor, text: str) -> None:
    with_password(world.resident("ann@example.org"))
    visitor.get(f"/exampleton/sign-in?next={quote(text, safe='')}")
    page = visitor.submit("Sign in", follow=False, email="ann@example.org", password=PASSWORD)
    assert (page.status, page.response.headers["Location"]) == (303, "/exampleton/")


def test_signing_in_leads_back(world: World, visitor: Visitor) -> None:
    with_password(world.resident("ann@example.org"))
    page = visitor.get("/exampleton/account/signed-in?page=1")
    assert page.h1 == "Sign in"
    page = visitor.submit("Sign in", email="ann@example.org", password="not this one at all")
    page = visitor.submit("Sign in", email="ann@example.org", password=PASSWORD)
    assert page.path == "/exampleton/account/signed-in?page=1"


def test_a_form_sent_after_the_session_ended_is_carried_through_sign_in(world: World, visitor: Visitor) -> None:
    account = with_password(world.resident("ann@example.org"))
    visitor.sign_in(account)
    visitor.get("/exampleton/account/details")
    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"] = "ended"
    page = visitor.submit("Save", postcode="EX1 2AA", sex="Female", declaration="y")
    assert (page.status, page.h1) == (401, "Sign in")
    assert "What you entered is kept" in page.main
    page = visitor.submit("Sign in", email="ann@example.org", password="not this one at all")
    page = visitor.submit("Sign in", email="ann@example.org", password=PASSWORD)
    assert page.h1 == "You are signed in"
    page = visitor.submit("Carry on")
    assert page.h1 == "Your account"
    assert "Southgate" in page.main
    assert "Female" in page.main


def test_kept_work_is_only_sent_on_to_a_page_of_this_council(world: World, visitor: Visitor) -> None:
    with_password(world.resident("ann@example.org"))
    kept = json.dumps([["postcode", "EX1 2AA"]])
    for target in ("https://evil.example/", "//evil.example", "/otherham/account/details", "/exampleton/account"):
        visitor.get("/exampleton/sign-in")
        page = visitor.submit("Sign in", email="ann@example.org", password=PASSWORD, next=target, kept=kept)
        assert "evil" not in page.html
        assert page.h1 != "You are signed in"
        visitor.get("/exampleton/account")
        visitor.submit("Sign out")


def test_signed_in_visitors_need_no_sign_in_page(world: World, visitor: Visitor) -> None:
    visitor.sign_in(world.resident())
    assert visitor.get("/exampleton/sign-in?next=/exampleton/account").path == "/exampleton/account"


def test_a_sign_in_page_without_a_token_is_refused(app: Flask, world: World, visitor: Visitor) -> None:
    with_password(world.resident("ann@example.org"))
    page = visitor.post("/exampleton/sign-in", {"email": "ann@example.org", "password": PASSWORD, "sign_in": "y"})
    assert page.status == 400
    sign_in(visitor)
    page = visitor.post("/exampleton/sign-out")
    assert page.status == 400
    assert visitor.get("/exampleton/account").h1 == "Your account"


class Sent(dict[str, str]):
    def items(self, multi: bool = False) -> object:  # type: ignore[override]  # as of a MultiDict
        return super().items()


def test_passwords_and_tokens_are_not_carried() -> None:
    text = packed(Sent(title="Benches", csrf_token="t", new_password="secret"))
    assert unpacked(text) == [("title", "Benches")]


@pytest.mark.parametrize("text", [
    "", "{", "[]", "{}", "null", "3", '[["a"]]', '[["a", 1]]', '[["a", "b", "c"]]', '["ab"]', '[["a", null]]', "[" * 5000,
    json.dumps([["a", "b"]] * 501), "x" * 200_001,
])  # fmt: skip
def test_what_we_did_not_pack_carries_nothing(text: str) -> None:
    assert unpacked(text) == []
