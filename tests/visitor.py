"""A visitor without scripts: reads pages, fills in the forms that are there, and inspects every page on the way.

    page = visitor.get("/exampleton/register")
    page = visitor.submit("Create account", email="ann@example.org", ...)
    assert "Check your email" in page.h1

`submit` presses a button that the last page shows and sends what that form holds, as a browser would, token included.
"""

from __future__ import annotations

import re
from collections import Counter
from contextvars import Context
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag
from flask import Flask, has_app_context
from lxml.html import document_fromstring
from werkzeug.test import TestResponse

from participation import clock
from participation.accounts.models import Account
from participation.accounts.service import start_session
from participation.extensions import db
from participation.transactions import transaction

LEAKS = ("Traceback (most recent call last)", "{{", "{%", "&lt;built-in", "object at 0x", "None</", "Undefined")


@dataclass
class Page:
    """One answer. `text` is what a person reads, blanks folded."""

    response: TestResponse
    path: str

    @property
    def status(self) -> int:
        return self.response.status_code

    @cached_property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @cached_property
    def soup(self) -> BeautifulSoup:
        return BeautifulSoup(self.html, "lxml")

    @cached_property
    def text(self) -> str:
        return re.sub(r"\s+", " ", self.soup.get_text(" ")).strip()

    @property
    def main(self) -> str:
        """What the page itself says, without header and footer."""
        found = self.soup.find("main")
        return re.sub(r"\s+", " ", found.get_text(" ")).strip() if found else self.text

    @property
    def h1(self) -> str:
        found = self.soup.find("h1")
        return re.sub(r"\s+", " ", found.get_text(" ")).strip() if found else ""

    @property
    def errors(self) -> list[str]:
        """The lines of the error summary."""
        return [item.get_text(strip=True) for item in self.soup.select(".govuk-error-summary__list li")]

    def links(self) -> dict[str, str]:
        """text -> address of every link."""
        return {re.sub(r"\s+", " ", a.get_text(" ")).strip(): str(a["href"]) for a in self.soup.select("a[href]")}

    def rows(self, caption: str | None = None) -> list[list[str]]:
        """The cells of a table (the first, or the one whose caption holds `caption`), header row first."""
        for table in self.soup.find_all("table"):
            title = table.caption.get_text(" ", strip=True) if table.caption else ""
            if caption is None or caption in title:
                return [
                    [re.sub(r"\s+", " ", cell.get_text(" ")).strip() for cell in row.find_all(["th", "td"])]
                    for row in table.find_all("tr")
                ]
        raise AssertionError(f"no table {caption!r} on {self.path}")


class Visitor:
    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.page: Page | None = None

    def sign_in(self, account: Account, *, proved: bool = True) -> None:
        """Be this account from now on, as if the person had signed in; `proved`: with the second step of staff."""
        with transaction():
            token = start_session(account=account, browser="A test", proved_at=clock.now() if proved else None)
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True

    def get(self, path: str, *, follow: bool = True, inspect: bool = True) -> Page:
        return self._seen(self._open("GET", path, follow), inspect)

    def post(
        self, path: str, data: dict[str, object] | None = None, *, follow: bool = True, inspect: bool = True
    ) -> Page:
        """A raw POST, for forged requests; `submit` is what a person does."""
        return self._seen(self._open("POST", path, follow, data=data or {}), inspect)

    def _open(self, method: str, path: str, follow: bool, **sent: object) -> TestResponse:
        """Send a request as a server would receive it: with a context, `g` and a database session of its own.

        Afterwards the test's own session forgets what it had read, so that it sees what the request committed.
        """
        response: TestResponse = Context().run(
            lambda: self.client.open(path, method=method, follow_redirects=follow, buffered=True, **sent)
        )
        if has_app_context():
            db.session.rollback()
        return response

    def follow(self, text: str) -> Page:
        """Follow the link with this text."""
        assert self.page is not None
        links = self.page.links()
        found = links.get(text) or next((href for name, href in links.items() if text in name), None)
        assert found, f"no link {text!r} on {self.page.path}; there are {sorted(links)}"
        return self.get(urljoin(self.page.path, found))

    def submit(self, button: str, *, follow: bool = True, **fields: object) -> Page:
        """Press the button with this text. Fields are by name; a list ticks several boxes, None empties a field."""
        assert self.page is not None
        form, pressed = self._form(button)
        data = self._held(form)
        if pressed.get("name"):
            data[str(pressed["name"])] = [str(pressed.get("value", ""))]
        names = {str(tag["name"]) for tag in form.select("[name]")}
        for name, value in fields.items():
            field = name if name in names else name.replace("__", "-")
            assert field in names, f"the form of {button!r} on {self.page.path} has no field {field!r}: {sorted(names)}"
            values = value if isinstance(value, list) else [] if value is None else [value]
            data[field] = [str(one) for one in values]
        target = urljoin(self.page.path, str(pressed.get("formaction") or form.get("action") or self.page.path))
        if str(form.get("method", "get")).lower() == "get":
            return self._seen(self._open("GET", target, follow, query_string=data), True)
        return self._seen(self._open("POST", target, follow, data=data), True)

    def _form(self, button: str) -> tuple[Tag, Tag]:
        for pressed in self.page.soup.select("form button, form input[type=submit]"):
            label = re.sub(r"\s+", " ", pressed.get_text(" ") or str(pressed.get("value", ""))).strip()
            if label == button or label.startswith(button):
                form = pressed.find_parent("form")
                assert isinstance(form, Tag)
                return form, pressed
        raise AssertionError(f"no button {button!r} on {self.page.path}: {self.page.main[:400]}")

    @staticmethod
    def _held(form: Tag) -> dict[str, list[str]]:
        data: dict[str, list[str]] = {}
        for tag in form.select("input[name], textarea[name], select[name]"):
            name, kind = str(tag["name"]), str(tag.get("type", ""))
            if kind in ("submit", "button", "file") or tag.has_attr("disabled"):
                continue
            if kind in ("checkbox", "radio") and not tag.has_attr("checked"):
                continue
            if tag.name == "textarea":
                value = tag.get_text().removeprefix("\n")
            elif tag.name == "select":
                chosen = tag.select_one("option[selected]") or tag.select_one("option")
                value = str(chosen.get("value", chosen.get_text(strip=True))) if chosen else ""
            else:
                value = str(tag.get("value", "on" if kind in ("checkbox", "radio") else ""))
            data.setdefault(name, []).append(value)
        return data

    def _seen(self, response: TestResponse, inspect: bool) -> Page:
        self.page = Page(response, urlsplit(response.request.url).path + _query(response))
        if inspect and response.mimetype == "text/html" and response.status_code not in (301, 302, 303, 307, 308):
            inspected(self.page)
        return self.page


def _query(response: TestResponse) -> str:
    query = urlsplit(response.request.url).query
    return f"?{query}" if query else ""


def inspected(page: Page) -> None:
    """Every page: a title, one h1, unique ids, labelled fields, tokens on forms, nothing leaked, no inline script or style.

    Read by lxml itself, in one walk: this runs for every page of every test.
    """
    where, tree = page.path, document_fromstring(page.html)
    title = tree.find(".//title")
    assert title is not None and (title.text or "").strip(), f"{where}: no title"
    tags = [tag for tag in tree.iter() if isinstance(tag.tag, str)]
    headings = [tag for tag in tags if tag.tag == "h1"]
    assert len(headings) == 1, f"{where}: {len(headings)} h1 headings"
    ids = Counter(one for tag in tags if (one := tag.get("id")) is not None)
    twice = sorted(one for one, times in ids.items() if times > 1)
    assert not twice, f"{where}: ids used twice: {twice}"
    labelled = {tag.get("for") for tag in tags if tag.tag == "label"} - {None}
    for tag in tags:
        if tag.tag in ("input", "select", "textarea") and tag.get("type") not in ("hidden", "submit", "button"):
            named = tag.get("id") in labelled or tag.get("aria-label") or tag.get("aria-labelledby")
            assert named, f"{where}: the field {tag.get('name')!r} has no label"
        if tag.tag == "form" and (tag.get("method") or "").lower() == "post":
            inside = {field.get("name") for field in tag.iter("input")}
            assert "csrf_token" in inside, f"{where}: a form without a token"
        for one in (tag.get("aria-describedby") or "").split():
            assert one in ids, f"{where}: aria-describedby points at {one}, which is not there"
        assert tag.tag != "script" or tag.get("src"), f"{where}: an inline script"
        assert tag.tag != "style" and tag.get("style") is None, f"{where}: an inline style"
    for leak in LEAKS:
        assert leak not in page.html, f"{where}: {leak!r} shows on the page"
