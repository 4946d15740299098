"""A commissioner before a cabinet meeting: the strongest needs of one ward, how sure we are, and the workbook."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page

from tests.journeys.conftest import Site, sign_in, violations
from tests.journeys.test_every_page import look_at

MOST_CLICKS = 10


class Clicks:
    """Counts what a person has to press."""

    def __init__(self) -> None:
        self.made = 0

    def on(self, target: Locator) -> None:
        self.made += 1
        target.first.click()


@pytest.mark.slow
def test_the_needs_of_one_ward_and_the_workbook_in_few_clicks(site: Site, new_page: Callable[..., Page]) -> None:
    page, clicks = new_page(), Clicks()
    sign_in(page, site, "commissioner@demo.example")
    page.goto(site.url("/manage/needs"))
    assert violations(page) == []
    clicks.on(page.get_by_role("link", name="What should care and public health focus on next?", exact=True))
    assert "How sure we are" in page.locator("main").inner_text()
    assert violations(page) == []
    # While people can still take part, groups are in the frozen version.
    clicks.on(page.get_by_role("link", name=re.compile("^version 2 of")))
    assert violations(page) == []
    page.get_by_label("The needs of one ward or group").select_option(label="Ward: Myatt's Fields")
    clicks.on(page.get_by_role("button", name="Show its needs"))
    told = page.locator("main").inner_text()
    assert "Needs of people in Myatt's Fields" in told
    assert "How sure we are" in told
    assert "Needs about Myatt's Fields" in told
    assert violations(page) == []
    strongest = page.locator("table:has(#about) tbody tr").first.inner_text()
    assert "Myatt's Fields" in strongest
    clicks.on(page.get_by_role("link", name="Back to version 2 of the needs summary"))
    with page.expect_download() as waiting:
        clicks.on(page.get_by_role("button", name="Excel workbook"))
    body = Path(waiting.value.path()).read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(body))
    titles = {
        str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row if cell
    }
    assert page.locator("table:has(#needs-table) tbody th a").first.inner_text() in titles
    assert waiting.value.suggested_filename.startswith("lambeth-care-and-health-priorities-needs-v2")
    assert clicks.made < MOST_CLICKS


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_what_no_link_leads_to_is_accessible_at_every_width(site: Site, new_page: Callable[..., Page]) -> None:
    """Groups are chosen from a list and figures are typed from a report, so the walk over all links does not see them."""
    page = new_page()
    sign_in(page, site, "commissioner@demo.example")
    page.goto(site.url("/manage/needs/care-and-health-priorities"))
    record = page.get_by_role("link", name=re.compile("^version 2 of")).get_attribute("href")
    assert record
    page.goto(site.url(record.removeprefix("/lambeth")))
    groups = (
        page.get_by_label("The needs of one ward or group")
        .locator("option")
        .evaluate_all("options => options.map(option => option.value)")
    )
    theme = page.locator("table:has(#themes-table) tbody th").first.inner_text()
    assert theme
    paths = [
        *(
            f"{record.removeprefix('/lambeth')}/group?of={value.replace('+', '%2B')}"
            for value in (groups[0], next(one for one in groups if one.startswith("age_band")), groups[-1])
        ),
        "/manage/themes/asc",
        "/manage/files",
        f"{record.removeprefix('/lambeth')}/print",
        f"{record.removeprefix('/lambeth')}/figures/people:priorities:sex:Female",
    ]
    found = [line for path in paths for line in look_at(page, site.url(path))]
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_a_file_is_made_in_the_background_and_fetched(fresh_site: Site, without_scripts: Page) -> None:
    page = without_scripts
    sign_in(page, fresh_site, "commissioner@demo.example")
    page.goto(fresh_site.url("/manage/needs/care-and-health-priorities"))
    page.get_by_label("Make it in the background").check()
    page.get_by_role("button", name="Spreadsheet").first.click()
    for _ in range(100):
        if page.get_by_text("The file is ready").count():
            break
        page.get_by_role("button", name="Look again").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download").click()
    assert Path(waiting.value.path()).read_bytes().startswith(b"PK")
