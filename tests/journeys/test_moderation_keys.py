"""A moderator handles 400 waiting comments with the keyboard alone: one at a time by single keys, and several at once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Site, sign_in

WAITING = 400
# So many are read one at a time, every third refused; the others on their pages, of which the first is refused.
ONE_BY_ONE = 50
QUEUE = "/manage/moderation"


@pytest.fixture
def busy_site(fresh_site: Site) -> Site:
    """The demonstration with 400 comments on a need that wait, and nothing else."""
    with sqlite3.connect(fresh_site.database) as connection:
        connection.execute("UPDATE priority SET state = 'withdrawn' WHERE state = 'waiting'")
        row = connection.execute(
            "SELECT * FROM priority WHERE state = 'published' AND kind = 'need' ORDER BY id LIMIT 1"
        )
        names = [column[0] for column in row.description]
        need = dict(zip(names, row.fetchone(), strict=True))
        about = need.pop("id")
        for place in range(WAITING):
            comment = {
                "kind": "comment",
                "about_id": about,
                "stance": ("for", "against")[place % 2],
                "state": "waiting",
            }
            values = {**need, **comment, "public_id": f"keys{place:012d}", "need": f"Comment {place}."}
            marks = ", ".join("?" * len(values))
            connection.execute(f"INSERT INTO priority ({', '.join(values)}) VALUES ({marks})", list(values.values()))
    return fresh_site


def states(site: Site) -> Counter[str]:
    with sqlite3.connect(site.database) as connection:
        return Counter(
            state for (state,) in connection.execute("SELECT state FROM priority WHERE public_id LIKE 'keys%'")
        )


def reasons(site: Site) -> Counter[str]:
    with sqlite3.connect(site.database) as connection:
        rows = connection.execute("SELECT reason_code FROM moderation_decision WHERE action = 'refuse'")
        return Counter(code for (code,) in rows)


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
    with page.expect_navigation(wait_until="domcontentloaded"):
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
def test_400_comments_are_handled_without_a_mouse(page: Page, busy_site: Site) -> None:
    before = reasons(busy_site)
    page.goto(busy_site.url(QUEUE))
    tab_to(page, "Keyboard shortcuts")
    page.keyboard.press("Enter")
    tab_to(page, "Switch on the shortcuts")
    page.keyboard.press("Enter")
    press(page, "n")
    for place in range(ONE_BY_ONE):
        if place % 3 == 2:
            page.keyboard.press("2")
            press(page, "d")
        else:
            press(page, "p")
    assert states(busy_site)["waiting"] == WAITING - ONE_BY_ONE
    page.goto(busy_site.url(QUEUE))
    # All 25 of a page but the one that j leads to first, which x leaves unticked; d without a reason loses nothing.
    page.keyboard.press("a")
    page.keyboard.press("j")
    page.keyboard.press("x")
    press(page, "d")
    assert "Choose why they are not published" in page.locator("main").inner_text()
    assert page.locator("input[name=ticked]:checked").count() == 24
    page.keyboard.press("8")
    press(page, "d")
    assert states(busy_site)["waiting"] == WAITING - ONE_BY_ONE - 24
    while "Publish all" in page.locator("main").inner_text():
        press(page, "g")
    assert states(busy_site) == {"published": WAITING - 16 - 24, "refused": 16 + 24}
    assert reasons(busy_site) - before == {"off_topic": 16, "advert_or_spam": 24}


def test_without_scripts_tab_and_enter_are_enough(browser: Browser, busy_site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, busy_site, "moderator@demo.example")
    page.goto(busy_site.url(QUEUE))
    tab_to(page, "Read the next one")
    press(page, "Enter")
    tab_to(page, "Publish")
    press(page, "Enter")
    assert states(busy_site) == {"waiting": WAITING - 1, "published": 1}
    context.close()
