"""The whole main job with scripts off, at phone width: from a resident's registration to the commissioner's workbook."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Site, sign_in

EMAIL = "newcomer@example.org"
PASSWORD = "walnut harbour sixpence"
GATHERING = "/consultations/care-and-health-priorities"
VOTING = "/consultations/neighbourhood-fund"
GOOD = (
    "A lift that works at the clinic",
    "My father cannot climb the stairs to the clinic. The lift has been broken since May.",
)
BAD = (
    "Buses to the airport",
    "I would like a direct bus to the airport at night, because the train stops at midnight.",
)


def told(page: Page) -> str:
    return page.locator("main").inner_text()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()
    assert sideways_is_fine(page), f"{page.url} scrolls sideways"


def follow(page: Page, text: str) -> None:
    """A link of the page itself, whether it looks like one or like a button."""
    page.locator("main a", has_text=re.compile(rf"^\s*{re.escape(text)}\s*$")).first.click()
    page.wait_for_load_state()


def sideways_is_fine(page: Page) -> bool:
    """Without scripts the width is read from the page's box."""
    box = page.locator("main").bounding_box()
    return box is not None and box["x"] + box["width"] <= 375


def register(page: Page, site: Site) -> None:
    page.goto(site.url("/register"))
    page.get_by_label("Email address").fill(EMAIL)
    page.locator("input[type=password]").fill(PASSWORD)
    page.get_by_label("Postcode of your home").fill(" sw2-1rw ")
    page.get_by_label("I live at this postcode").check()
    press(page, "Create account")
    page.goto(site.url("/mails"))
    page.get_by_role("link", name=re.compile("onfirm")).first.click()
    page.locator("main a", has_text="http").first.click()
    page.locator("input[type=password]").fill(PASSWORD)
    press(page, "Confirm and sign in")
    page.goto(site.url("/account"))
    assert EMAIL in told(page)


def read_budgets(page: Page, site: Site) -> None:
    page.goto(site.url("/services"))
    assert "802,887,040" in told(page)
    page.get_by_role("link", name="Roads, parking and transport").first.click()
    assert "brought in £20.0 million more than it cost" in told(page)


def submit_need(page: Page, site: Site, title: str, need: str) -> None:
    page.goto(site.url(GATHERING))
    follow(page, "Say what you need")
    page.locator("[name=title]").fill(title)
    page.locator("[name=need]").fill(need)
    page.get_by_label("Adult social care").check()
    press(page, "Continue")
    assert need in told(page)
    press(page, "Send")
    assert "We have what you wrote" in told(page)


def vote(page: Page, site: Site, *choices: str) -> str:
    """Choose, look at the total, review, cast; the tracker."""
    page.goto(site.url(VOTING))
    follow(page, "Vote")
    for choice in choices:
        page.get_by_label(choice).check()
    press(page, "Update total")
    assert "£" in told(page)
    press(page, "Review before you cast it")
    for choice in choices:
        assert choice in told(page)
    press(page, "Cast your vote")
    found = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", told(page))
    assert found, told(page)
    return found.group()


def moderate(page: Page, site: Site) -> None:
    page.goto(site.url("/manage/moderation?consultation=care-and-health-priorities"))
    page.get_by_role("link", name=BAD[0]).click()
    page.get_by_label("Not something this council is in charge of").check()
    page.locator("[name=note]").fill("Ask Transport for London.")
    press(page, "Do not publish and tell the author")
    page.goto(site.url("/manage/moderation?consultation=care-and-health-priorities"))
    page.get_by_role("link", name=GOOD[0]).click()
    press(page, "Publish")


def close_and_count(page: Page, second: Page, site: Site) -> None:
    """One officer asks, another approves; the first counts alone, because a count shows nothing."""
    follow_from(page, site, "Close the vote early")
    page.locator("input[type=radio]").first.check()
    agreed(page, second, site, "Ask to close the vote")
    follow_from(page, site, "Open the box")
    agreed(page, second, site, "Ask to open the box")
    page.goto(site.url(f"/manage{VOTING}/vote"))
    press(page, "Count the ballots")
    agreed(page, second, site, "Ask to publish the result")
    follow_from(page, site, "Destroy the key")
    agreed(page, second, site, "Ask to destroy the key")
    follow_from(page, site, "See the result")
    assert "Result of the vote" in told(page)


def follow_from(page: Page, site: Site, link: str) -> None:
    page.goto(site.url(f"/manage{VOTING}/vote"))
    follow(page, link)


def agreed(page: Page, second: Page, site: Site, button: str) -> None:
    """What the first asks for is not done before the second approves it."""
    press(page, button)
    assert "This waits for a second person" in told(page)
    second.goto(site.url("/manage/approvals"))
    second.get_by_role("button", name=re.compile("^Approve")).first.click()
    second.wait_for_load_state()
    assert "Approved and done" in told(second)


def download(page: Page, site: Site, label: str) -> bytes:
    page.goto(site.url("/manage/needs/neighbourhood-fund"))
    assert label in told(page), told(page)[:1500]
    with page.expect_download() as waiting:
        page.get_by_role("button", name=re.compile(rf"\({label}\)")).first.click()
    return Path(waiting.value.path()).read_bytes()


def votes_in_database(site: Site) -> tuple[int, dict[str, int]]:
    """Ballots and votes by option, recounted from the board itself."""
    with sqlite3.connect(site.database) as connection:
        rows = connection.execute(
            "SELECT payload FROM board_ballot JOIN vote ON vote.id = vote_id"
            " JOIN consultation ON consultation.id = consultation_id WHERE slug = 'neighbourhood-fund'"
        ).fetchall()
        titles = dict(
            connection.execute(
                "SELECT code, commissioning_option.title FROM commissioning_option JOIN consultation ON consultation.id ="
                " consultation_id WHERE slug = 'neighbourhood-fund'"
            )
        )
    counts = dict.fromkeys(titles.values(), 0)
    for (payload,) in rows:
        for code in json.loads(payload)["approve"]:
            counts[titles[code]] += 1
    return len(rows), counts


@pytest.mark.slow
def test_from_registration_to_the_workbook(fresh_site: Site, browser: Browser) -> None:
    site = fresh_site

    def person() -> Page:
        context = browser.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
        context.set_default_timeout(20_000)
        return context.new_page()

    resident, moderator, second_moderator, commissioner = person(), person(), person(), person()
    register(resident, site)
    read_budgets(resident, site)
    submit_need(resident, site, *GOOD)
    submit_need(resident, site, *BAD)
    first = vote(resident, site, "Pocket park beside the railway arches", "300 street trees where summers are hottest")
    assert "You voted" in told(resident)
    second = vote(resident, site, "Three accessible public toilets")
    assert "You changed your vote" in told(resident)
    assert first != second
    press(resident, "Show the receipt for printing")
    assert second in told(resident)

    sign_in(moderator, site, "moderator@demo.example")
    moderate(moderator, site)
    resident.goto(site.url("/account/priorities"))
    assert "Ask Transport for London." in told(resident)
    assert GOOD[0] in told(resident)
    sign_in(second_moderator, site, "moderator2@demo.example")
    close_and_count(moderator, second_moderator, site)

    resident.goto(site.url(f"{VOTING}/vote/find"))
    resident.locator("[name=tracker]").fill(second)
    press(resident, "Find my ballot")
    assert "Three accessible public toilets" in told(resident)

    sign_in(commissioner, site, "commissioner@demo.example")
    agrees_with_the_database(commissioner, site)


def agrees_with_the_database(page: Page, site: Site) -> None:
    """The three files name every option with the votes that are on the board."""
    ballots, votes = votes_in_database(site)
    assert ballots == 413
    data = json.loads(download(page, site, "JSON"))
    table = csv.reader(io.StringIO(download(page, site, "CSV").decode("utf-8-sig")))
    in_csv = {tuple(row) for row in table}
    workbook = openpyxl.load_workbook(io.BytesIO(download(page, site, "XLSX")))
    in_xlsx = {tuple(row) for sheet in workbook for row in sheet.iter_rows(values_only=True)}
    for title, number in votes.items():
        assert any(title in row and str(number) in row for row in in_csv), f"{title}: {number} is not in the CSV"
        assert any(title in row and number in row for row in in_xlsx), f"{title}: {number} is not in the workbook"
        assert f'"{title}"' in json.dumps(data, ensure_ascii=False)
    assert str(ballots) in json.dumps(data)
