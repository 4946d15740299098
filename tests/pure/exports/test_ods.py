"""The OpenDocument workbook: same sheets and values as the XLSX, marked up as the checklist asks."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from xml.etree import ElementTree

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from participation.exports import Column, Document, Note, Table, write
from participation.exports.ods_writer import letters
from participation.exports.ods_xml import NAMESPACES, paragraph
from tests.pure.exports.documents import NASTY, document


def name(prefixed: str) -> str:
    prefix, _, local = prefixed.partition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


@pytest.fixture(scope="module")
def raw() -> bytes:
    return write(document(), "ods")


@pytest.fixture(scope="module")
def content(raw: bytes) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return ElementTree.fromstring(package.read("content.xml"))


def part(raw: bytes, member: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return ElementTree.fromstring(package.read(member))


def same(value: object) -> object:
    """Values as both readers give them: whole floats are whole, dates are dates, empty text is nothing."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str):
        return value.replace("_x000D_", "\r").strip() or None
    return value if value != "" else None


def test_the_package_starts_with_its_type_uncompressed(raw: bytes) -> None:
    assert raw[30:38] == b"mimetype"
    assert raw[38:84] == b"application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        assert package.testzip() is None
        assert package.namelist()[-1] == "META-INF/manifest.xml"


def test_every_cell_is_the_same_as_in_the_xlsx(raw: bytes) -> None:
    ods = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    xlsx = openpyxl.load_workbook(io.BytesIO(write(document(), "xlsx")))
    assert ods.sheet_names == xlsx.sheetnames
    for sheet in xlsx.sheetnames:
        mine = [[same(v) for v in row] for row in ods.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]
        theirs = [[same(cell.value) for cell in row] for row in xlsx[sheet]]
        assert mine == theirs, sheet


def test_each_table_is_a_named_range_of_the_right_size(content: ElementTree.Element) -> None:
    ranges = {
        each.get(name("table:name")): each.get(name("table:target-range-address"))
        for each in content.iter(name("table:database-range"))
    }
    assert list(ranges) == ["contents", "notes", "who_took_part", "words", "empty"]
    assert ranges["who_took_part"] == "'1_Who_took_part'.A6:'1_Who_took_part'.F9"


def test_nothing_is_merged_filtered_hidden_or_a_formula(content: ElementTree.Element) -> None:
    names = {key for element in content.iter() for key in element.attrib}
    for forbidden in ("number-columns-spanned", "number-rows-spanned", "visibility", "formula", "background-color"):
        assert not any(key.endswith(forbidden) for key in names)
    assert all(
        r.get(name("table:display-filter-buttons")) == "false" for r in content.iter(name("table:database-range"))
    )


def test_title_in_a1_is_a_heading_and_text_is_typed_as_text(content: ElementTree.Element) -> None:
    for table in content.iter(name("table:table")):
        first = next(table.iter(name("table:table-cell")))
        assert first.get(name("table:style-name")) == "Title"
    cells = [c for c in content.iter(name("table:table-cell")) if "".join(c.itertext()).strip().startswith("=")]
    assert len(cells) >= len([text for text in NASTY if text.strip().startswith("=")])
    assert all(cell.get(name("office:value-type")) == "string" for cell in cells)


def test_title_and_language_of_the_document(raw: bytes) -> None:
    meta = part(raw, "meta.xml")
    assert next(meta.iter(name("dc:title"))).text == "Resident needs summary: Parks & roads"
    assert next(meta.iter(name("dc:language"))).text == "en-GB"


def test_styles_wrap_in_a_plain_font(raw: bytes) -> None:
    default = next(part(raw, "styles.xml").iter(name("style:style")))
    assert next(default.iter(name("style:table-cell-properties"))).get(name("fo:wrap-option")) == "wrap"
    text = next(default.iter(name("style:text-properties")))
    assert (text.get(name("fo:font-family")), text.get(name("fo:font-size"))) == ("Arial", "12pt")


def test_it_opens_on_the_cover_in_a1(raw: bytes) -> None:
    items = {i.get(name("config:name")): i.text for i in part(raw, "settings.xml").iter(name("config:config-item"))}
    assert items == {"CursorPositionX": "0", "CursorPositionY": "0", "ActiveTable": "Cover"}


def test_every_style_that_is_used_is_there(raw: bytes, content: ElementTree.Element) -> None:
    defined = {
        s.get(name("style:name")) for root in (content, part(raw, "styles.xml")) for s in root.iter(name("style:style"))
    }
    used = {e.get(name("table:style-name")) for e in content.iter()} - {None}
    assert used <= defined


def test_spaces_and_tabs_survive() -> None:
    assert paragraph("  a\tb  c") == '<text:p><text:s text:c="2"/>a<text:tab/>b <text:s text:c="1"/>c</text:p>'
    assert paragraph("a < b & c") == "<text:p>a &lt; b &amp; c</text:p>"


def test_column_letters() -> None:
    assert [letters(n) for n in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]


def test_dates_are_dates(raw: bytes) -> None:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_name("1_Who_took_part").to_python()
    assert rows[6][5] == date(2026, 3, 1)


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_titles_and_words_that_no_xml_may_hold_leave_a_workbook_that_opens(kind: str) -> None:
    """A consultation's title is somebody's words as much as a cell is; the file of one with a NUL could not be opened."""
    hostile = "=1 \x00\x01\x1f\ufffe\ud800 Ŵyl 👩🏽 \u202eRTL\u202c" + "x" * 40_000
    column = Column("words", "=Words \x00")
    table = Table(
        "a_name_far_longer_than_thirty_one_characters", f"[:*?/\\] {hostile}", (column,), ((hostile,),), ("words",)
    )
    made = Document(
        title=hostile, made_on=date(2026, 11, 22), tables=(table,), publisher=hostile, facts=((hostile, hostile),),
        paragraphs=(hostile,), notes=(Note(1, hostile),),
    )  # fmt: skip
    raw = write(made, kind)
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        for name in file.namelist():
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(file.read(name))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(3).to_python()
    assert all("Ŵyl 👩🏽 \u202eRTL\u202c" in str(rows[place][0]) for place in (0, len(rows) - 1))
    assert not any("\x00" in str(value) for row in rows for value in row)
