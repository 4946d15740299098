"""What a document refuses to be."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from participation.exports import FORMATS, Column, Document, Missing, Note, Table, UnknownFormat, file_name, write
from tests.pure.exports.documents import document

CODE = Column("code", "Code")


@pytest.mark.parametrize(
    ("columns", "rows", "key", "problem"),
    [
        ((), (), ("code",), "must be there"),
        ((CODE, CODE), (), ("code",), "unique"),
        ((CODE, Column("other", "Code")), (), ("code",), "unique"),
        ((Column("code", " "),), (), ("code",), "needs a heading"),
        ((CODE,), (), ("nothing",), "key and label"),
        ((CODE,), (("a", "b"),), ("code",), "2 cells for 1 columns"),
        ((Column("code", "Code", "number"),), ((True,),), ("code",), "is not number"),
        ((Column("code", "Code", "pence"),), ((1.5,),), ("code",), "is not pence"),
        ((Column("code", "Code", "number"),), (("1",),), ("code",), "is not number"),
        ((Column("code", "Code", "date"),), (("2026-01-01",),), ("code",), "is not date"),
        ((CODE,), (("a",), ("a",)), ("code",), "same key"),
    ],
)
def test_a_table_that_is_not_one(
    columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...], key: tuple[str, ...], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        Table("table", "Title", columns, rows, key)


def test_names_notes_and_symbols_are_checked() -> None:
    table = Table("table", "Title", (Column("code", "Code", notes=(1,)),), (), ("code",))
    with pytest.raises(ValueError, match="note 1 is referred to"):
        Document("Title", date(2026, 1, 1), (table,))
    with pytest.raises(ValueError, match="numbered"):
        Document("Title", date(2026, 1, 1), (), notes=(Note(2, "x"),))
    with pytest.raises(ValueError, match="same name"):
        dataclasses.replace(document(), tables=document().tables[:1] * 2)
    with pytest.raises(ValueError, match="snake_case"):
        Table("Who took part", "Title", (CODE,), (), ("code",))
    with pytest.raises(ValueError, match="unknown symbol"):
        Missing("secret")


def test_only_the_shorthand_that_is_used_is_explained() -> None:
    assert [code for code, _ in document().symbols()] == ["c", "x"]


@pytest.mark.parametrize("name", FORMATS)
def test_equal_documents_give_equal_bytes(name: str) -> None:
    assert write(document(), name) == write(document(), name)


@pytest.mark.parametrize("name", FORMATS)
def test_a_document_without_tables_can_be_written(name: str) -> None:
    assert write(Document("Nothing yet", date(2026, 1, 1), ()), name)


def test_unknown_formats_are_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownFormat, match="xlsx"):
        write(document(), "doc")


def test_file_names() -> None:
    assert file_name(document(), "xlsx") == "testshire_parks_needs_2026-11-22_v2.xlsx"
