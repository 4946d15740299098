"""Two officers bring a consultation from a purpose to its launch, at the width of a small phone; axe looks at every page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Site, sideways, sign_in, violations

NARROW = 320


def looked_at(page: Page) -> str:
    """What the page says, once it was found accessible and no wider than the window."""
    assert violations(page) == []
    assert sideways(page) <= 0, f"{page.url} scrolls sideways"
    return page.locator("main").inner_text()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def follow(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=name).first.click()


@pytest.mark.slow
def test_from_a_purpose_to_the_launch(fresh_site: Site, new_page: Callable[..., Page]) -> None:
    site, officer, second, anybody = fresh_site, new_page(NARROW), new_page(NARROW), new_page(NARROW)
    sign_in(officer, site, "moderator@demo.example")
    sign_in(second, site, "moderator2@demo.example")
    officer.goto(site.url("/manage/consultations/new?purpose=service-review"))
    officer.locator("[name=title]").fill("How do the libraries work for you?")
    officer.locator("[name=decision_maker]").fill("Cabinet")
    officer.locator("[name=services]").first.check()
    looked_at(officer)
    press(officer, "Save as a draft")

    follow(officer, "Check and launch it")
    told = looked_at(officer)
    assert "Say what has been decided so far." in told
    assert "Say who may take part, and save it." in told
    assert "Fill in “[date]” in the summary." in told
    follow(officer, "Edit the consultation")
    for name in ("summary", "background", "what_cannot_change", "equality_note"):
        field = officer.locator(f"[name={name}]")
        field.fill(re.sub(r"\[([^\]]+)\]", r"\1", field.input_value()))
    officer.get_by_label("Nothing has been decided").check()
    press(officer, "Save")
    follow(officer, "Set who may take part")
    press(officer, "Save who may take part")
    follow(officer, "Other languages and formats")
    officer.get_by_label("Easy Read").check()
    press(officer, "Save")
    looked_at(officer)
    follow(officer, "Easy Read")
    officer.locator("[name=address]").fill("https://www.example.gov.uk/libraries-easy-read.pdf")
    officer.get_by_label("It says the same as the English text on this page").check()
    looked_at(officer)
    press(officer, "Save")
    officer.goto(officer.url.removesuffix("/editions"))

    follow(officer, "Check and launch it")
    assert "Put this right first" not in looked_at(officer)
    for reason in officer.locator("main textarea").all():
        reason.fill("The review cannot wait.")
    press(officer, "Ask a second person")
    address = officer.url
    officer.goto(f"{address}/launch")
    assert officer.get_by_role("button", name="Approve and launch").count() == 0
    second.goto(f"{address}/launch")
    looked_at(second)
    press(second, "Approve and launch")
    anybody.goto(address.replace("/manage/", "/"))
    assert "How do the libraries work for you?" in looked_at(anybody)
    assert anybody.get_by_role("link", name="Easy Read").count() == 1
