"""The exact headers, and what is refused before any page looks at it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from participation.accounts.links import RESET, make_link
from participation.application import create_app
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; manifest-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; report-to csp"
)
EXACT = {
    "Content-Security-Policy": POLICY,
    "Reporting-Endpoints": 'csp="/csp"',
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cache-Control": "no-store",
}


@pytest.fixture
def production(app: Flask, world: World) -> Flask:
    """The application as in production, over the database of this test."""
    world.council()
    settings = replace(
        app.config["SETTINGS"], environment="production", secret_key="s" * 40, ballot_secret="b" * 40, smtp="mail.example:587",
        public_url="https://say.example.org", trusted_hosts=("say.example.org",), rate_limits=True, redis_url="",
    )  # fmt: skip
    return create_app(settings)


@pytest.mark.parametrize(
    "path", ["/exampleton/sign-in", "/exampleton/nowhere", "/exampleton/account", "/nowhere/", "/"]
)
def test_every_page_has_the_exact_headers(world: World, visitor: Visitor, path: str) -> None:
    world.council()
    world.council("otherham")
    page = visitor.get(path)
    assert {name: page.response.headers.get(name) for name in EXACT} == EXACT
    assert "Strict-Transport-Security" not in page.response.headers
    assert "Server" not in page.response.headers


def test_production_has_transport_security_and_a_host_cookie(production: Flask) -> None:
    client = production.test_client()
    answer = client.get("/exampleton/sign-in", base_url="https://say.example.org")
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["Content-Security-Policy"] == f"{POLICY}; upgrade-insecure-requests"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie.split("; ")
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "host", ["evil.example", "say.example.org.evil.example", "say.example.org:99999", "", "127.0.0.1", "a b", "[::1"]
)
def test_another_host_name_is_refused(production: Flask, host: str) -> None:
    answer = production.test_client().get(
        "/exampleton/sign-in", headers={"Host": host}, base_url="https://say.example.org"
    )
    assert answer.status_code == 400
    assert "We could not understand that request" in answer.text
    assert "evil" not in answer.text


def test_links_in_mails_come_from_the_settings_and_never_from_the_request(production: Flask) -> None:
    client = production.test_client()
    answer = client.get(
        "/exampleton/sign-in", headers={"X-Forwarded-Host": "evil.example"}, base_url="https://say.example.org"
    )
    assert answer.status_code == 200
    assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-origin", 303), ("same-site", 303), ("none", 303), ("", 303)]
)
def test_a_form_of_another_site_is_refused_even_with_a_token(
    world: World, visitor: Visitor, site: str, status: int
) -> None:
    visitor.sign_in(world.resident())
    visitor.get("/exampleton/account")
    visitor.client.environ_base["HTTP_SEC_FETCH_SITE"] = site
    page = visitor.submit("Sign out", follow=False)
    assert page.status == status
    assert ("Open the page here" in page.main) == (status == 403)


def test_ballots_receipts_and_links_of_mails_tell_no_other_page(world: World, visitor: Visitor) -> None:
    world.council()
    world.consultation(vote=(-1, 1), options=2)
    paths = ("consultations/spending/vote/secrecy", "consultations/spending/vote", "reset/no-such-token")
    for path in paths:
        page = visitor.get(f"/exampleton/{path}", follow=False)
        assert page.response.headers["Referrer-Policy"] == "no-referrer", path


def test_a_form_of_a_page_without_referrer_is_accepted_over_https(production: Flask, world: World) -> None:
    """Browsers then send no Referer header, which flask-wtf would otherwise insist on."""
    account = world.resident()
    with transaction():
        token = make_link(account=account, purpose=RESET)
    client, here, path = production.test_client(), "https://say.example.org", f"/exampleton/reset/{token}"
    found = BeautifulSoup(client.get(path, base_url=here).text, "html.parser").select_one("input[name=csrf_token]")
    assert found is not None
    sent = {"csrf_token": found["value"], "password": "entirely fresh wording"}
    assert client.post(path, base_url=here, data=sent).status_code == 303


def test_a_link_of_another_site_may_be_followed(world: World, visitor: Visitor) -> None:
    world.council()
    visitor.client.environ_base["HTTP_SEC_FETCH_SITE"] = "cross-site"
    assert visitor.get("/exampleton/sign-in").status == 200


@pytest.mark.parametrize(
    "path", ["/%00", "/exampleton/%00", "/exampleton/wards?a=%00", "/exampleton/wards?%00=a", "/%00/services"]
)
def test_a_nul_character_in_an_address_is_refused(world: World, visitor: Visitor, path: str) -> None:
    world.council()
    page = visitor.get(path)
    assert (page.status, page.h1) == (400, "We could not understand that request")


def test_a_nul_character_in_a_form_is_refused(world: World, visitor: Visitor) -> None:
    world.council()
    visitor.get("/exampleton/sign-in")
    assert visitor.submit("Sign in", email="ann\x00@example.org", password="x").status == 400


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "DELETE", "PATCH"])
def test_other_methods_are_closed(world: World, visitor: Visitor, method: str) -> None:
    world.council()
    answer = visitor.client.open("/exampleton/sign-in", method=method)
    assert answer.status_code in (400, 405)
    if answer.status_code == 405:
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    "path", ["/.git/config", "/server-status", "/console", "/.env", "/admin", "/exampleton/../etc/passwd"]
)
def test_what_scanners_look_for_is_not_there(world: World, visitor: Visitor, path: str) -> None:
    world.council()
    assert visitor.get(path).status == 404


class Endless:
    """What a client sends in chunks without saying how much it will be; counts what was read of it."""

    def __init__(self, begins: bytes, size: int = 1024**3) -> None:
        self._begins, self._left, self.read_so_far = begins, size, 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "somebody asks for all of a gigabyte"
        given = (self._begins + b"x" * size)[: min(size, self._left)]
        self._begins = self._begins[size:]
        self._left -= len(given)
        self.read_so_far += len(given)
        return given


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "application/json", "text/plain", "")
DOORS = ("/exampleton/sign-in", "/exampleton/account/password", "/exampleton/no-such-page", "/csp")


def in_chunks(body: Endless, kind: str) -> dict[str, object]:
    """What gunicorn makes of a chunked request."""
    return {
        "wsgi.input": body, "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked", "CONTENT_LENGTH": "",
        "CONTENT_TYPE": kind,
    }  # fmt: skip


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize("kind", FORMS)
@pytest.mark.parametrize("who", ["a stranger", "a resident"])
def test_a_gigabyte_is_refused_early(world: World, visitor: Visitor, who: str, kind: str, path: str) -> None:
    """By its announced length nothing of it is read; sent in chunks, no more than may be. With and without a form token."""
    world.council()
    if who == "a resident":
        visitor.sign_in(world.resident())
    token = str(visitor.get("/exampleton/register").soup.select_one("input[name=csrf_token]")["value"])
    announced = {"CONTENT_LENGTH": str(1024**3), "CONTENT_TYPE": kind, "wsgi.input": Endless(b"")}
    answer = visitor.client.post(path, environ_overrides=announced)
    assert (answer.status_code, announced["wsgi.input"].read_so_far) == (413, 0)
    assert "too large" in answer.text
    for begins in (b"", f"csrf_token={token}&email=".encode()):
        body = Endless(begins)
        answer = visitor.client.post(path, environ_overrides=in_chunks(body, kind))
        assert answer.status_code == 413, (path, kind, begins)
        assert body.read_so_far <= 11 * 1024**2


def test_a_form_in_chunks_of_the_right_size_is_read(world: World, visitor: Visitor) -> None:
    world.council()
    token = str(visitor.get("/exampleton/sign-in").soup.select_one("input[name=csrf_token]")["value"])
    sent = f"csrf_token={token}&email=ann@example.org&password=not+this+one".encode()
    answer = visitor.client.post(
        "/exampleton/sign-in", environ_overrides=in_chunks(Endless(sent, size=len(sent)), FORMS[0])
    )
    assert answer.status_code == 200
    assert "One of them is not right" in answer.text


def test_a_form_with_too_many_fields_is_refused(world: World, visitor: Visitor) -> None:
    world.council()
    boundary = "--b"
    parts = "".join(f'{boundary}\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\nx\r\n' for n in range(2001))
    answer = visitor.client.post(
        "/exampleton/sign-in",
        data=(parts + boundary + "--\r\n").encode(),
        content_type="multipart/form-data; boundary=b",
    )
    assert answer.status_code == 413


def test_static_files_have_their_headers(world: World, visitor: Visitor) -> None:
    answer = visitor.client.get("/static/icon.svg")
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


REPORT = '[{"type":"csp-violation","url":"https://x/exampleton/reset/secret","body":{"effectiveDirective":"script-src-elem"}}]'


@pytest.mark.parametrize(("body", "logged"), [
    (REPORT, "script-src-elem"), ("", None), ("nonsense", None), ("{}", None), ("[3]", None), ("[" * 9000, None),
    ('[{"body":{"effectiveDirective":"evil\\nline"}}]', None), ('[{"body":3}]', None),
    ("\udcff".encode("utf-8", "surrogateescape"), None),
])  # fmt: skip
def test_policy_reports_are_logged_without_addresses(
    app: Flask, visitor: Visitor, caplog: pytest.LogCaptureFixture, body: str | bytes, logged: str | None
) -> None:
    answer = visitor.client.post("/csp", data=body, content_type="application/reports+json")
    assert answer.status_code == 204
    assert "secret" not in caplog.text
    assert "evil" not in caplog.text
    assert (logged in caplog.text) if logged else not caplog.records
