"""Balancing a budget with scripts off, by keyboard, at 320 px; and with scripts, what is left said as choices are made."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from config.settings import ROOT
from participation.cli.demo.people import RESIDENT
from tests.journeys.conftest import Site, _environment, copied, served, sideways, sign_in, violations
from tests.journeys.more_votes import AREAS, BALANCE, OTHERS

pytestmark = pytest.mark.slow
TABS = 80


@pytest.fixture(scope="module")
def votes(demo_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration with two more votes."""
    database = copied(demo_database, tmp_path_factory.mktemp("votes"))
    command = [sys.executable, "-m", "tests.journeys.more_votes"]
    subprocess.run(command, cwd=ROOT, env=_environment(database, 0), check=True)
    with served(database) as running:
        yield running


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{selector} cannot be reached by keyboard on {page.url}")


def test_a_budget_is_balanced_without_scripts_by_keyboard_at_320_pixels(votes: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 700})
    context.set_default_timeout(15_000)
    page = context.new_page()
    sign_in(page, votes, RESIDENT)
    page.goto(votes.url(f"/consultations/{BALANCE}/vote"))
    total = page.locator("#total")
    expect(total).to_have_text("You spend £100,000. £90,000 comes in. £10,000 is still to find.")
    expect(page.locator("#option-0-2")).to_be_checked()
    expect(page.locator("#option-0-3")).to_have_accessible_description("What follows from -5000 on line 1.")
    # Not balanced yet: refused, in words, with the focus on what is wrong.
    tab_to(page, "button[value=cast]")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_contain_text("Your budget is £10,000 short.")
    assert re.search(r"<title>\s*Error: ", page.content())
    # The line of income is one group of radio buttons: arrows choose in it.
    tab_to(page, "input[name=balance-4]")
    page.keyboard.press("ArrowUp")
    expect(page.locator("input[name=balance-4]:checked")).to_have_value("6000000")
    tab_to(page, "button[data-update-total]")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("#total")).to_have_text(
        "You spend £100,000. £100,000 comes in. Nothing is left: your budget adds up."
    )
    assert page.url.endswith("#total")
    box = page.locator("main").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 320
    tab_to(page, "button[value=cast]")
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    expect(page.locator("h1")).to_have_text("You voted")
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_what_is_left_is_said_as_choices_are_made(votes: Site, new_page: Callable[..., Page], width: int) -> None:
    page = new_page(width)
    sign_in(page, votes, RESIDENT)
    page.goto(votes.url(f"/consultations/{BALANCE}/vote"))
    total = page.locator("#total")
    assert total.get_attribute("aria-live") == "polite"
    page.locator("input[name=balance-0]:checked").focus()
    page.keyboard.press("ArrowDown")
    expect(total).to_have_text("You spend £95,000. £90,000 comes in. £5,000 is still to find.")
    assert (violations(page), sideways(page)) == ([], 0)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_refused_budget_is_accessible_and_its_error_has_the_focus(votes: Site, browser: Browser, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    sign_in(page, votes, RESIDENT)
    page.goto(votes.url(f"/consultations/{BALANCE}/vote"))
    page.locator("input[name=balance-0]").first.check()
    page.get_by_role("button", name="Cast your vote").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert (violations(page), sideways(page)) == ([], 0)
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_a_vote_by_area_says_what_is_left_of_each_pot_as_the_server_does(
    votes: Site, new_page: Callable[..., Page], width: int
) -> None:
    page = new_page(width)
    sign_in(page, votes, RESIDENT)
    page.goto(votes.url(f"/consultations/{AREAS}/vote"))
    for place in (0, 1, 2, 4):
        page.get_by_label(f"Option {place + 1}", exact=False).check()
    live = page.locator("#total").inner_text()
    assert "The whole council: £40,000 of £90,000 is left." in live
    assert (violations(page), sideways(page)) == ([], 0)
    page.get_by_role("button", name="Review before you cast it").click()
    page.wait_for_load_state()
    expect(page.get_by_text(live, exact=True)).to_be_visible()
    assert (violations(page), sideways(page)) == ([], 0)


# As long as the budget of a large county has it.
MONEY = (
    "document.querySelectorAll('.app-choice__cost').forEach(one => one.textContent = '£987,654,321.99 comes in today')"
)


def test_no_view_is_said_on_every_kind_of_ballot_and_the_page_speaks_like_the_server(
    votes: Site, new_page: Callable[..., Page]
) -> None:
    """At 320 pixels and in the words of the server, which answers "Update total" without scripts."""
    page = new_page(320)
    sign_in(page, votes, RESIDENT)
    for name in (*OTHERS, "balance"):
        slug = BALANCE if name == "balance" else f"kind-{name}".replace("_", "-")
        page.goto(votes.url(f"/consultations/{slug}/vote"))
        assert violations(page) == [], name
        page.evaluate(MONEY)
        assert sideways(page) == 0, name
        page.get_by_label("I have no view").check()
        if name not in ("ranking", "best_worst"):
            expect(page.locator("#total")).to_have_text("You have no view on this.")
        page.get_by_role("button", name="Review before you cast it").click()
        expect(page.locator("main")).to_contain_text("You have no view on this.")
        page.go_back()
        page.get_by_label("I have no view").check()
        if name == "balance":
            page.locator("input[name=balance-0]").first.check()
            expect(page.locator("#total")).to_contain_text("You spend")
