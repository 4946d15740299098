"""A moderator handles 400 waiting needs with the keyboard alone, with scripts off and with the optional shortcuts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Site, sign_in

WAITING = 400
QUEUE = "/manage/moderation"


@pytest.fixture
def busy_site(fresh_site: Site) -> Site:
    """The demonstration with 400 more needs that wait."""
    with sqlite3.connect(fresh_site.database) as connection:
        row = connection.execute("SELECT * FROM priority WHERE state = 'waiting' ORDER BY id LIMIT 1")
        names = [column[0] for column in row.description]
        kept = dict(zip(names, row.fetchone(), strict=True))
        del kept["id"]
        connection.execute("UPDATE priority SET state = 'withdrawn' WHERE state = 'waiting'")
        for place in range(WAITING):
            values = {**kept, "public_id": f"keys{place:012d}", "title": f"Need {place}", "state": "waiting"}
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO priority ({', '.join(values)}) VALUES ({marks})", list(values.values()))
    return fresh_site


def waiting(site: Site) -> int:
    with sqlite3.connect(site.database) as connection:
        return int(connection.execute("SELECT count(*) FROM priority WHERE state = 'waiting'").fetchone()[0])


def tab_to(page: Page, text: str) -> None:
    """Press Tab until the control with this text has the focus."""
    for _ in range(400):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and text in (focused.inner_text() or ""):
            return
    raise AssertionError(f"Tab does not reach {text!r} on {page.url}: {page.locator('main').inner_text()[:300]}")


def press(page: Page, key: str) -> None:
    """A key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.fixture
def page(browser: Browser, busy_site: Site) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    opened = context.new_page()
    sign_in(opened, busy_site, "moderator@demo.example")
    yield opened
    context.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_400_needs_are_handled_without_a_mouse(page: Page, busy_site: Site) -> None:
    page.goto(busy_site.url(QUEUE))
    tab_to(page, "Read the next one")
    press(page, "Enter")
    tab_to(page, "Publish")
    press(page, "Enter")
    assert waiting(busy_site) == WAITING - 1
    page.goto(busy_site.url(QUEUE))
    for _ in range(-(-WAITING // 25) + 1):
        if "Publish all" not in page.locator("main").inner_text():
            break
        tab_to(page, "Publish all")
        press(page, "Enter")
    # The one that was taken after the first decision was being read by this same moderator, so it was published as well.
    assert waiting(busy_site) == 0
    assert "Nothing is waiting." in page.locator("main").inner_text()


@pytest.mark.slow
def test_shortcuts_are_off_until_switched_on_and_never_while_typing(page: Page, busy_site: Site) -> None:
    page.goto(busy_site.url(QUEUE))
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert page.locator("input[name=ticked]:checked").count() == 0
    page.get_by_text("Keyboard shortcuts").click()
    page.get_by_role("button", name="Switch on the shortcuts").click()
    for key in ("j", "x", "j", "j", "x", "k", "x"):
        page.keyboard.press(key)
    ticked = page.locator("input[name=ticked]")
    assert [ticked.nth(place).is_checked() for place in range(4)] == [True, True, True, False]
    press(page, "o")
    assert page.locator("h1").inner_text() == "Need 1"
    page.locator("[name=note]").fill("")
    page.locator("[name=note]").press("p")
    assert page.locator("[name=note]").input_value() == "p"
    assert waiting(busy_site) == WAITING
    page.locator("[name=note]").blur()
    press(page, "p")
    assert waiting(busy_site) == WAITING - 1
