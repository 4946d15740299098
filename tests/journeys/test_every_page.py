"""Every page that can be reached from the home page, as everybody who may see it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Page

from participation.cli.demo.people import RESIDENT, STAFF
from tests.journeys.conftest import OF_THE_WIDTH, Site, copied, load, served, sideways, sign_in, violations

# Nobody, a resident, and one of the staff for each set of roles.
VISITORS = (None, RESIDENT, *{roles: email for email, _, roles in reversed(STAFF)}.values())
# Of the pages that a stranger sees as well, so many are looked at again with everything a signed-in person has around them.
FAMILIAR = 3
NO_PAGES = (".css", ".csv", ".json", ".xlsx", ".pb", ".txt", ".ods")
# At most this many pages that differ only in which council thing they show.
OF_ONE_KIND = 3


def kind_of(url: str) -> str:
    """The address without what names one thing: numbers, codes, slugs below a list, the page of a list, the query's values."""
    parts = urlsplit(url)
    named = (
        "consultations|services|wards|priorities|moderation|needs/by-service|needs|mails|themes/theme|themes|quotes/ask|figures|"
        "files|live|contracts"
    )
    path = re.sub(rf"/({named})/[^/]+", r"/\1/*", parts.path)
    names = sorted(name for name in parse_qs(parts.query, keep_blank_values=True) if name != "page")
    return f"{path}?{'&'.join(names)}" if names else path


def reachable(page: Page, site: Site, start: str = "/lambeth/") -> dict[str, int]:
    """address -> status of the pages found by following links from a council's home page."""
    statuses: dict[str, int] = {}
    kinds: dict[str, int] = {}
    waiting = deque([site.address + start])
    while waiting:
        url = waiting.popleft()
        kind = kind_of(url)
        if url in statuses or kinds.get(kind, 0) >= OF_ONE_KIND:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        answer = page.context.request.get(url)
        statuses[url] = answer.status
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        for href in re.findall(r'<a[^>]*\shref="([^"]+)"', answer.text()):
            target = urldefrag(urljoin(answer.url, href.replace("&amp;", "&")))[0]
            if target.startswith(site.address):
                waiting.append(target)
    return statuses


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("email", VISITORS, ids=lambda email: (email or "nobody").split("@")[0])
def test_every_page_answers_and_is_accessible(email: str | None, site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(inspected=True)
    if email:
        sign_in(page, site, email)
    statuses = reachable(page, site)
    assert len(statuses) > 15
    wrong = {url: status for url, status in statuses.items() if status != 200}
    assert not wrong, wrong
    found: list[str] = []
    seen: set[str] = set()
    familiar = 0
    stranger = new_page().context.request
    for url in statuses:
        if kind_of(url) in seen or urlsplit(url).path.endswith(NO_PAGES):
            continue
        seen.add(kind_of(url))
        if "text/html" not in page.context.request.head(url).headers.get("content-type", "text/html"):
            continue
        if email and stranger.head(url, max_redirects=0).status == 200:
            familiar += 1
            if familiar > FAMILIAR:
                continue
        found.extend(look_at(page, url))
    assert not found, "\n".join(found)


def look_at(page: Page, url: str) -> list[str]:
    """What is wrong with a page at desktop and phone width, and whether it scrolls sideways at 320 pixels."""
    page.goto(url)
    found = []
    for width, rules in ((375, None), (1280, OF_THE_WIDTH)):
        page.set_viewport_size({"width": width, "height": 900})
        found.extend(f"{width} px: {line}" for line in violations(page, rules))
    page.set_viewport_size({"width": 320, "height": 700})
    if (over := sideways(page)) > 0:
        found.append(f"320 px: {url} is {over} pixels too wide")
    return found


@pytest.mark.slow
def test_a_second_council_loads_with_one_command_and_all_its_pages_work(
    demo_database: Path, tmp_path: Path, new_page: Callable[..., Page]
) -> None:
    database = copied(demo_database, tmp_path)
    load(database, "config/councils/blackburn-with-darwen")
    with served(database) as site:
        page = new_page(375)
        page.goto(site.address)
        assert "Blackburn with Darwen" in page.locator("main").inner_text()
        statuses = reachable(page, site, "/blackburn-with-darwen/")
        assert len(statuses) > 15
        wrong = {url: status for url, status in statuses.items() if status != 200}
        assert not wrong, wrong
        services = page.goto(f"{site.address}/blackburn-with-darwen/services")
        assert services is not None
        assert violations(page) == []
