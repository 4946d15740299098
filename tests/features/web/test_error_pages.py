"""One page for all errors, with the right status, whatever is broken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, abort
from sqlalchemy.exc import OperationalError

from participation import errors
from participation.application import create_app
from participation.councils import queries
from participation.errors import InvalidInput
from participation.web.access import public
from participation.web.pages import PUBLIC_WORDS
from tests.factories.world import World
from tests.visitor import Page, Visitor, inspected

STATUSES = (400, 401, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503)


class Broken(Exception):
    """A bug."""


@pytest.fixture
def site(app: Flask, world: World) -> Flask:
    """The application as a visitor of a live site meets it: faults are pages, not exceptions. With pages that fail."""
    world.council()
    site = create_app(replace(app.config["SETTINGS"], environment="development"))

    @public
    def fails(status: int) -> str:
        if status == 599:
            raise Broken("a secret detail")
        if status == 598:
            raise OperationalError("SELECT secret", {}, Exception("gone"))
        abort(status)

    site.add_url_rule("/<council_slug>/fails/<int:status>", "fails", lambda council_slug, status: fails(status))
    site.view_functions["fails"].access = fails.access  # type: ignore[attr-defined]  # the mark of the view inside
    return site


def asked(site: Flask, path: str) -> Page:
    return Visitor(site).get(path)


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_words_on_the_one_page(site: Flask, status: int) -> None:
    page = asked(site, f"/exampleton/fails/{status}")
    title, message = PUBLIC_WORDS[status]
    assert (page.status, page.h1) == (status, title)
    assert message in page.main
    assert page.soup.title is not None
    assert page.soup.title.get_text().startswith(title)


@pytest.mark.parametrize("status", [406, 408, 411, 415, 418, 431, 451, 501, 502, 504])
def test_a_status_nobody_wrote_words_for_has_the_page_too(site: Flask, status: int) -> None:
    page = asked(site, f"/exampleton/fails/{status}")
    assert page.status == status
    assert page.h1 == PUBLIC_WORDS[500 if status >= 500 else 400][0]


def test_a_bug_is_told_in_plain_words_and_tells_nothing(site: Flask) -> None:
    page = asked(site, "/exampleton/fails/599")
    assert (page.status, page.h1) == (500, "Sorry, there is a problem with the service")
    assert "secret" not in page.html
    assert "Broken" not in page.html


def test_a_database_that_does_not_answer_is_not_a_bug(site: Flask) -> None:
    page = asked(site, "/exampleton/fails/598")
    assert page.status == 503
    assert page.response.headers["Retry-After"] == "60"
    assert "secret" not in page.html


def test_the_error_page_comes_without_a_database(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr("participation.councils.scope.council_by_slug", gone)
    monkeypatch.setattr("participation.accounts.identity.db.session.execute", gone)
    visitor = Visitor(site)
    with visitor.client.session_transaction() as cookie:
        cookie["_user_id"] = "somebody"
    answer = visitor.client.get("/exampleton/sign-in")
    assert answer.status_code == 503
    inspected(Page(answer, "/exampleton/sign-in"))


def test_a_405_says_what_is_allowed(site: Flask) -> None:
    answer = Visitor(site).client.put("/exampleton/account")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def _refusals(kind: type[errors.Refusal] = errors.Refusal) -> list[type[errors.Refusal]]:
    return [kind, *(below for child in kind.__subclasses__() for below in _refusals(child))]


def test_every_refusal_has_public_words_and_a_status_with_a_page(app: Flask) -> None:
    found = _refusals()
    assert len(found) > 8
    for refusal in found:
        assert refusal.status in STATUSES, refusal
        assert refusal.title.strip(), refusal
        assert refusal.title[0].isupper(), refusal
        assert not refusal.title.endswith("."), refusal
        # What stands beside a field ends without a full stop, as error messages of the Design System do.
        beside_a_field = issubclass(refusal, InvalidInput)
        assert beside_a_field or refusal.public.strip().endswith((".", "?", "}", ")")), refusal
        assert "please" not in refusal.public.lower(), refusal


def test_unknown_councils_do_not_exist(site: Flask) -> None:
    for path in ("/nowhere/", "/nowhere/sign-in", "/exampleton2/services", "/EXAMPLETON/"):
        assert asked(site, path).status == 404
    with site.app_context(), pytest.raises(errors.NotFound):
        queries.council_by_slug("nowhere")


def test_an_address_that_leads_nowhere_still_belongs_to_its_council(site: Flask) -> None:
    page = asked(site, "/exampleton/nowhere/at/all")
    assert page.status == 404
    assert page.links()["contact the council"] == "mailto:contact@exampleton.example"
    assert asked(site, "/nowhere/at/all").status == 404
