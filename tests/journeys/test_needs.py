"""A commissioner before a cabinet meeting: the strongest needs of one ward, how sure we are, and the workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page

from tests.journeys.conftest import Site, sign_in, violations

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
    page.get_by_label("The needs of one ward or group").select_option(label="Ward: Myatt's Fields")
    clicks.on(page.get_by_role("button", name="Show its needs"))
    told = page.locator("main").inner_text()
    assert "Needs of people in Myatt's Fields" in told
    assert "How sure we are" in told
    assert "Needs about Myatt's Fields" in told
    assert violations(page) == []
    strongest = page.locator("table:has(#about) tbody tr").first.inner_text()
    assert "Myatt's Fields" in strongest
    clicks.on(page.get_by_role("link", name="Back to the needs summary"))
    with page.expect_download() as waiting:
        clicks.on(page.get_by_role("button", name="Excel workbook"))
    body = Path(waiting.value.path()).read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(body))
    titles = {
        str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row if cell
    }
    assert page.locator("table:has(#needs-table) tbody th a").first.inner_text() in titles
    assert waiting.value.suggested_filename.startswith("lambeth-care-and-health-priorities-needs-preview-")
    assert clicks.made < MOST_CLICKS
