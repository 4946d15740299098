"""The zip of tidy files: every file fits its description, the checksums are right, and nothing can run."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from participation.exports import Column, Document, Table, write
from participation.exports.json_writer import plain
from participation.exports.schema import json_schema
from tests.pure.exports.documents import NASTY, document
from tests.pure.exports.schema_check import problems


@pytest.fixture(scope="module")
def package() -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(write(document(), "zip")))


def rows(package: zipfile.ZipFile, name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(package.read(name).decode(), newline="")))


def fits(text: str, column: dict[str, Any]) -> bool:
    """Whether one cell is what its description says."""
    if text == column["null"]:
        return not column["required"]
    kind = column["datatype"]
    rules = kind if isinstance(kind, dict) else {"base": kind}
    if rules["base"] == "string":
        return re.fullmatch(rules.get("format", r"(?s).*"), text) is not None
    if rules["base"] == "date":
        return date.fromisoformat(text).isoformat() == text
    if rules["base"] == "integer":
        return str(int(text)) == text
    # XML Schema's decimal has no exponent.
    if not re.fullmatch(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", text):
        return False
    value = Decimal(text)
    return Decimal(rules.get("minimum", value)) <= value <= Decimal(rules.get("maximum", value))


def test_every_table_has_a_file_and_its_description(package: zipfile.ZipFile) -> None:
    assert package.namelist() == [
        "README.txt",
        "who_took_part.csv",
        "who_took_part.csv-metadata.json",
        "words.csv",
        "words.csv-metadata.json",
        "empty.csv",
        "empty.csv-metadata.json",
        "code_book.csv",
        "SHA256SUMS",
    ]


def test_very_small_and_large_numbers_have_no_exponent_and_a_date_has_a_type_that_readers_know() -> None:
    """Python writes 1.643e-08; the W3C's own example of a typed date says xsd:date."""
    columns = (Column("code", "Code"), Column("p", "p", "number"), Column("share", "Share", "share"))
    numbers = (("a", 1.643e-08, 0.00001), ("b", 1e22, 5e-324), ("c", -0.5, -5e-05))
    made = Document(title="T", made_on=date(2026, 11, 22), tables=(Table("t", "T", columns, numbers, ("code",)),))
    package = zipfile.ZipFile(io.BytesIO(write(made, "zip")))
    described = json.loads(package.read("t.csv-metadata.json"))
    header, *body = rows(package, "t.csv")
    for row, given in zip(body, numbers, strict=True):
        for text, column, value in zip(row[1:], described["tableSchema"]["columns"][1:], given[1:], strict=True):
            assert fits(text, column), text
            assert float(text) == value
    assert header == ["code", "p", "share"]
    assert described["tableSchema"]["columns"][2]["datatype"] == {
        "base": "decimal",
        "minimum": "-0.00005",
        "maximum": "1",
    }
    assert described["dc:modified"] == {"@value": "2026-11-22", "@type": "xsd:date"}


@pytest.mark.parametrize("table", ["who_took_part", "words", "empty"])
def test_files_fit_their_descriptions(package: zipfile.ZipFile, table: str) -> None:
    described = json.loads(package.read(f"{table}.csv-metadata.json"))
    assert described["@context"][0] == "http://www.w3.org/ns/csvw"
    assert described["url"] == f"{table}.csv"
    columns = described["tableSchema"]["columns"]
    header, *body = rows(package, f"{table}.csv")
    assert header == [column["name"] for column in columns]
    assert len(set(header)) == len(header)
    for row in body:
        for text, column in zip(row, columns, strict=True):
            assert fits(text, column), (table, column["name"], text)
    key = [header.index(name) for name in described["tableSchema"]["primaryKey"]]
    keys = [tuple(row[i] for i in key) for row in body]
    assert len(set(keys)) == len(keys)


def test_a_missing_value_is_blank_with_its_status_beside_it(package: zipfile.ZipFile) -> None:
    header, first, second, _ = rows(package, "who_took_part.csv")
    place = header.index("people")
    assert header[place + 1] == "people_status"
    assert first[place : place + 2] == ["1234", ""]
    assert second[place : place + 2] == ["", "c"]
    assert second[header.index("cost_gbp")] == "-0.05"


def test_checksums(package: zipfile.ZipFile) -> None:
    lines = package.read("SHA256SUMS").decode().splitlines()
    sums = {name: digest for digest, name in (line.split("  ") for line in lines)}
    assert set(sums) == set(package.namelist()) - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256(package.read(name)).hexdigest() == digest


def test_text_is_inert(package: zipfile.ZipFile) -> None:
    _, *body = rows(package, "words.csv")
    assert [row[1] for row in body] == ["'" + text for text in NASTY]


def test_licence_publisher_and_version_travel_with_each_file(package: zipfile.ZipFile) -> None:
    described = json.loads(package.read("words.csv-metadata.json"))
    assert described["dc:publisher"] == "Testshire Council"
    assert described["dc:license"]["@id"].startswith("https://www.nationalarchives.gov.uk/")
    assert described["dc:identifier"] == "abc"
    assert described["dc:modified"]["@value"] == "2026-11-22"


def test_the_code_book_lists_every_column_and_code(package: zipfile.ZipFile) -> None:
    _, *body = rows(package, "code_book.csv")
    assert ["who_took_part", "people", "People", "", "", "Small numbers are hidden."] in body
    assert ["", "status", "c", "hidden, so that nobody can be identified", "", ""] in body


def test_json_fits_its_published_schema() -> None:
    assert problems(json.loads(write(document(), "json")), json_schema()) == []


def test_the_schema_refuses_null_and_unknown_codes() -> None:
    body = plain(document())
    tables: Any = body["tables"]
    tables[0]["rows"][0]["people"] = None
    assert problems(body, json_schema())
    tables[0]["rows"][0]["people"] = {"missing": "secret"}
    assert problems(body, json_schema())
