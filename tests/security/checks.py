"""Looks for known weaknesses in a Flask application: what it answers, what it sets, and how its source is written.

Each check takes a `Site` and returns what it found, one sentence each; nothing found is an empty list. `test_plant_and_find`
shows that each finds its weakness where it was planted, and none in ours.
"""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin, urlsplit

from bs4 import BeautifulSoup
from flask import Flask, has_app_context
from flask.testing import FlaskClient
from lxml.html import HtmlElement, document_fromstring
from werkzeug.test import TestResponse

from participation.extensions import db
from participation.web.access import refuse_unmarked

MARK = "zyx'\"><svg onload=1>"
# What `safe_page` refuses in full is in `tests/features/accounts/test_coming_back.py`.
ELSEWHERE = ("https://evil.example/", "/\\evil.example/")
ODD = ("it's; --", "99999999999999999999999", "-1 %{{7*7}}\\ \ud7ff\U0010ffff")
UP = ("../" * 8, "..%2f" * 8, "%2e%2e/" * 8, "....//" * 8, "..\\" * 8, "/")
FORMULAS = ("=1+1", "+1", "-1+2", "@SUM(1)", "\t=1+1", "\r=1+1", " =1+1", "＝1+1")
HEADERS = (
    "Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Permissions-Policy",
    "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Cache-Control",
)  # fmt: skip
GUESSES = 30


@dataclass(frozen=True)
class Site:
    """What the checks are told of an application. Addresses are complete paths; callables act as their names say."""

    app: Flask
    pages: tuple[str, ...]
    acts: tuple[str, ...]
    # Names of query parameters that pages read.
    parameters: tuple[str, ...]
    # By who it is, a client that is signed in; "a member" is the one of `email`.
    people: dict[str, Callable[[], FlaskClient]]
    sign_in: str
    email: str
    password: str
    # A page only members see, one that belongs to somebody else, and the act that ends a session.
    own: str
    of_others: str
    sign_out: str
    # An address below which files are served.
    files: str
    # Register with further fields in the form; whether that made somebody powerful.
    register: Callable[[dict[str, str]], bool]
    # A table with one cell, as CSV.
    export: Callable[[str], bytes]
    sources: Path
    # Acts that browsers themselves send, without a token.
    without_token: frozenset[str] = frozenset()
    # The same application with its limits on.
    limited: Flask | None = None


Check = Callable[[Site], list[str]]


def sent(client: FlaskClient, method: str, path: str, **more: object) -> TestResponse:
    """A request as a server would receive it, redirects not followed."""
    answer: TestResponse = Context().run(lambda: client.open(path, method=method, buffered=True, **more))
    if has_app_context():
        db.session.rollback()
    return answer


def without_token(site: Site) -> list[str]:
    """Acts that are done although no form of ours was sent."""
    found = []
    for who, client in _visitors(site):
        for path in site.acts:
            status = 400 if path in site.without_token else sent(client, "POST", path).status_code
            found += [f"POST {path} without a token, by {who}: {status}"] * (status < 400)
    return found


def open_redirect(site: Site) -> list[str]:
    """Pages that send people to another site because an address said so."""
    found = []
    for who, client in _members(site):
        for path, target in product(site.pages, ELSEWHERE):
            answer = sent(client, "GET", f"{path}?{urlencode(dict.fromkeys(site.parameters, target))}")
            if _leads_away(answer.headers.get("Location", "")):
                found.append(f"{path} leads {who} to {answer.headers['Location']}")
    return found


def _leads_away(location: str) -> bool:
    """As a browser reads it: a backslash is a slash."""
    return urlsplit(urljoin("http://localhost/", location.replace("\\", "/"))).hostname not in (
        "localhost",
        "127.0.0.1",
    )


def script_from_outside(site: Site) -> list[str]:
    """Pages that give back what was sent as HTML: from the query, from the path, from a form."""
    found = []
    for who, client in _members(site):
        for path in site.pages:
            given = urlencode(dict.fromkeys(site.parameters, MARK))
            for asked in (f"{path}?{given}", f"{path.rstrip('/')}/{quote(MARK)}"):
                answer = sent(client, "GET", asked)
                if _runs(answer):
                    found.append(f"{asked}, by {who}")
            found += [f"a form on {path}, by {who}" for answer in _filled(client, path, MARK) if _runs(answer)]
    return found


def _runs(answer: TestResponse) -> bool:
    return answer.mimetype == "text/html" and "<svg onload" in answer.text


def faults(site: Site) -> list[str]:
    """Values no page expects, the beginnings of an injection among them, that end in a fault of the server."""
    found = []
    for who, client in _members(site):
        for path, value in product(site.pages, ODD):
            asked = f"{path}?{urlencode(dict.fromkeys(site.parameters, value))}"
            found += [f"{asked}, by {who}"] * (sent(client, "GET", asked).status_code >= 500)
        for path, value in product(site.pages, ODD[:1]):
            broken = any(answer.status_code >= 500 for answer in _filled(client, path, value))
            found += [f"a form on {path} with {value!r}, by {who}"] * broken
    return found


def nul(site: Site) -> list[str]:
    """NUL characters, in a path, a query or a field, that are not refused as a bad request."""
    found = []
    for who, client in _members(site):
        for path in site.pages:
            for asked in (f"{path}%00", f"{path}?{site.parameters[0]}=%00"):
                status = sent(client, "GET", asked).status_code
                found += [f"{asked}: {status}, by {who}"] * (status not in (400, 404))
            statuses = {answer.status_code for answer in _filled(client, path, "a\x00b")}
            found += [f"a form on {path}: {status}, by {who}" for status in statuses - {400}]
    return found


def _filled(client: FlaskClient, path: str, value: str) -> list[TestResponse]:
    """Every form of a page that posts, with this value in each field of text; its token is sent as well."""
    page = sent(client, "GET", path)
    if page.mimetype != "text/html" or page.status_code != 200:
        return []
    answers = []
    for form in document_fromstring(page.text).iter("form"):
        named = [tag for tag in form.iter("input", "textarea") if tag.get("name")]
        typed = [tag for tag in named if tag.get("type") not in ("submit", "file")]
        if form.get("method", "").lower() == "post" and any(_is_text(tag) for tag in typed):
            fields = {tag.get("name", ""): value if _is_text(tag) else tag.get("value", "") for tag in typed}
            answers.append(sent(client, "POST", urljoin(path, form.get("action") or path), data=fields))
    return answers


def _is_text(tag: HtmlElement) -> bool:
    return tag.tag == "textarea" or tag.get("type", "text") not in ("hidden", "radio", "checkbox")


def built_sql(site: Site) -> list[str]:
    """Statements put together from texts in the source, where values belong into parameters."""
    return [
        f"{path.name}:{node.lineno}"
        for path in sorted(site.sources.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and node.args and _runs_sql(node.func) and _is_built(node.args[0])
    ]


def _runs_sql(function: ast.expr) -> bool:
    name = (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
    return name in ("execute", "executemany", "exec_driver_sql", "text")


def _is_built(text: ast.expr) -> bool:
    if isinstance(text, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in text.values)
    if isinstance(text, ast.BinOp):
        return isinstance(text.op, ast.Add | ast.Mod) and any(
            isinstance(side, ast.Constant) and isinstance(side.value, str) for side in (text.left, text.right)
        )
    return isinstance(text, ast.Call) and isinstance(text.func, ast.Attribute) and text.func.attr == "format"


def unmarked(site: Site) -> list[str]:
    """Views that do not say who may use them."""
    try:
        refuse_unmarked(site.app)
    except RuntimeError as problem:
        return [str(problem)]
    return []


def headers(site: Site) -> list[str]:
    """Pages without a header that protects their readers."""
    return [
        f"{path}: no {name}"
        for _, client in _first_and_last(site)
        for path in site.pages
        if (answer := sent(client, "GET", path)).mimetype == "text/html"
        for name in HEADERS
        if name not in answer.headers
    ]


def cookies(site: Site) -> list[str]:
    """Cookies that scripts can read, or that other sites' forms send along."""
    found = []
    for _, client in _first_and_last(site):
        for path in site.pages:
            for cookie in sent(client, "GET", path).headers.getlist("Set-Cookie"):
                parts = cookie.split("; ")
                found += [f"{path}: {one} is missing" for one in ("HttpOnly", "SameSite=Lax") if one not in parts]
    return found


def tells_who_is_known(site: Site) -> list[str]:
    """A sign-in that answers differently for an address with an account and one without."""
    told = {_told(site, email) for email in (site.email, f"nobody-{site.email}")}
    return [] if len(told) == 1 else ["a wrong password is answered differently for a known address"]


def _told(site: Site, email: str) -> tuple[int, str]:
    client = site.app.test_client()
    answer = _signs_in(client, site, email, "not this one at all")
    page = BeautifulSoup(answer.text, "lxml")
    for token in page.select("input[name=csrf_token]"):
        token.decompose()
    return answer.status_code, str(page).replace(email, "EMAIL")


def _signs_in(client: FlaskClient, site: Site, email: str, password: str) -> TestResponse:
    return sent(client, "POST", site.sign_in, data={**_token(client, site), "email": email, "password": password})


def _token(client: FlaskClient, site: Site) -> dict[str, str]:
    field = BeautifulSoup(sent(client, "GET", site.sign_in).text, "lxml").select_one("input[name=csrf_token]")
    return {"csrf_token": str(field["value"])} if field else {}


def fixed_session(site: Site) -> list[str]:
    """A cookie from before the sign-in that is signed in afterwards: whoever planted it is in."""
    thief, victim = site.app.test_client(), site.app.test_client()
    sent(thief, "GET", site.sign_in)
    _copy(thief, victim)
    _signs_in(victim, site, site.email, site.password)
    return ["a cookie from before the sign-in works after it"] if _is_in(thief, site) else []


def cookie_outlives(site: Site) -> list[str]:
    """A copied cookie that still works after its owner signed out."""
    owner, thief = site.app.test_client(), site.app.test_client()
    _signs_in(owner, site, site.email, site.password)
    _copy(owner, thief)
    if not _is_in(owner, site):
        return ["nobody can sign in, so nothing is known"]
    token = BeautifulSoup(sent(owner, "GET", site.own).text, "lxml").select_one("input[name=csrf_token]")
    sent(owner, "POST", site.sign_out, data={"csrf_token": str(token["value"])} if token else {})
    return ["a copied cookie works after sign-out"] if _is_in(thief, site) else []


def _copy(giver: FlaskClient, taker: FlaskClient) -> None:
    for cookie in (giver._cookies or {}).values():
        taker.set_cookie(cookie.key, cookie.value, path=cookie.path)


def _is_in(client: FlaskClient, site: Site) -> bool:
    return sent(client, "GET", site.own).status_code == 200


def things_of_others(site: Site) -> list[str]:
    """A member reads what belongs to somebody else, by its address."""
    return [site.of_others] if sent(site.people["a member"](), "GET", site.of_others).status_code == 200 else []


def more_than_asked(site: Site) -> list[str]:
    """A form that takes fields it never showed."""
    further = {
        "kind": "staff",
        "role": "administrator",
        "roles": "administrator",
        "is_admin": "1",
        "confirmed_at": "2020-01-01",
    }
    return ["registering with further fields made somebody powerful"] if site.register(further) else []


def unlimited(site: Site) -> list[str]:
    """Passwords that can be guessed for ever."""
    site = Site(**{**site.__dict__, "app": site.limited or site.app})
    client = site.app.test_client()
    answers = {_signs_in(client, site, site.email, f"guess number {number}").status_code for number in range(GUESSES)}
    return [] if 429 in answers else [f"{GUESSES} wrong passwords in a row are all answered"]


def debugging(site: Site) -> list[str]:
    return ["the debugger is on"] if site.app.debug else []


def formulas(site: Site) -> list[str]:
    """Cells that a spreadsheet would run."""
    found = []
    for cell in FORMULAS:
        texts = [value for row in csv.reader(io.StringIO(site.export(cell).decode("utf-8-sig"))) for value in row]
        found += [repr(text) for text in texts if text == cell or text.lstrip().startswith(("=", "+", "@", "＝"))]
    return found


def files_of_the_machine(site: Site) -> list[str]:
    """Files outside their folder, read through an address."""
    client = site.app.test_client()
    asked = [f"{site.files}{up}{name}" for up in UP for name in ("etc/passwd", "etc%2fpasswd")]
    return [path for path in asked if "root:" in sent(client, "GET", path).text]


def _visitors(site: Site) -> Iterator[tuple[str, FlaskClient]]:
    yield "a stranger", site.app.test_client()
    yield from _members(site)


def _first_and_last(site: Site) -> list[tuple[str, FlaskClient]]:
    """Who sees least and who sees most; what is set on every answer needs no more."""
    everybody = list(_visitors(site))
    return [everybody[0], everybody[-1]]


def _members(site: Site) -> Iterator[tuple[str, FlaskClient]]:
    """Those who see more than a stranger; what a stranger sees is among it."""
    yield from ((who, client()) for who, client in site.people.items())


CHECKS: dict[str, Check] = {
    "an act without a token": without_token,
    "an open redirect": open_redirect,
    "reflected script": script_from_outside,
    "a statement built from texts": built_sql,
    "values that break the server": faults,
    "a NUL character taken": nul,
    "a view without an access mark": unmarked,
    "a missing header": headers,
    "a cookie that scripts read": cookies,
    "an answer that tells who is known": tells_who_is_known,
    "a session fixed before sign-in": fixed_session,
    "a cookie that outlives sign-out": cookie_outlives,
    "a thing of somebody else": things_of_others,
    "fields that no form showed": more_than_asked,
    "guessing without a limit": unlimited,
    "the debugger": debugging,
    "a cell that runs": formulas,
    "a file of the machine": files_of_the_machine,
}
