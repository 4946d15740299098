"""Workbooks that would fill the memory are refused before they are unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest

from participation.councils import spreadsheets
from participation.councils.spreadsheets import sheets_in
from participation.errors import ImportRefused


def zipped(*contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, content in enumerate(contents):
            archive.writestr(f"{place}.xml", content)
    return out.getvalue()


def test_a_small_file_that_unpacks_to_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_BYTES", 1_000_000)
    bomb = zipped(b"0" * 600_000, b"0" * 600_000)
    assert len(bomb) < 5_000
    with pytest.raises(ImportRefused, match="too large when it is unpacked"):
        sheets_in("bomb.ods", bomb)


def test_a_file_of_very_many_files_is_refused() -> None:
    with pytest.raises(ImportRefused, match="too large when it is unpacked"):
        sheets_in("bomb.ods", zipped(*[b""] * (spreadsheets.MOST_FILES + 1)))
