"""CSV and JSON: every value comes back, nothing runs, nothing missing looks like a number."""

from __future__ import annotations

import csv
import io
import json

import pytest

from participation.exports import write
from participation.exports.inert import inert
from participation.exports.values import pounds
from tests.pure.exports.documents import NASTY, document


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(write(document(), "csv").decode("utf-8-sig"), newline="")))


def value(table: str, row: str, column: str) -> dict[str, str]:
    (found,) = [r for r in rows() if (r["table"], r["row"], r["column"]) == (table, row, column)]
    return found


def test_csv_has_one_figure_a_row_with_its_unit() -> None:
    figure = value("who_took_part", "E1", "cost")
    assert (figure["row_name"], figure["value"], figure["unit"], figure["status"]) == ("Abbey", "1234.56", "pounds", "")
    assert value("who_took_part", "E1", "share")["value"] == "0.1234"
    assert value("who_took_part", "E1", "day")["value"] == "2026-03-01"


def test_csv_leaves_a_missing_value_blank_and_says_why() -> None:
    figure = value("who_took_part", "E2", "people")
    assert (figure["value"], figure["status"]) == ("", "c")
    assert value("who_took_part", "E3", "people")["value"] == "0"


def test_csv_is_rfc_4180_with_a_mark_for_excel() -> None:
    raw = write(document(), "csv")
    assert raw.startswith(b"\xef\xbb\xbftable,")
    assert raw.replace(b"\r\n", b"").count(b"\n") == 0


def test_csv_text_never_runs_and_figures_keep_their_sign() -> None:
    assert value("who_took_part", "E2", "cost")["value"] == "-0.05"
    assert value("who_took_part", "E3", "people")["row_name"].startswith("'=cmd")
    for number, text in enumerate(NASTY, 1):
        assert value("words", str(number), "words")["value"] == "'" + text


@pytest.mark.parametrize("text", ["", "plain", "a=b", "5 - 3", "e-mail@example", "'quoted"])
def test_harmless_text_is_left_alone(text: str) -> None:
    assert inert(text) == text


def test_pounds_are_exact() -> None:
    assert [pounds(n) for n in (0, 5, -5, 100, -12_345, 10**17 + 1)] == [
        "0.00",
        "0.05",
        "-0.05",
        "1.00",
        "-123.45",
        "1000000000000000.01",
    ]


def test_json_keeps_types_and_marks_what_is_missing() -> None:
    body = json.loads(write(document(), "json"))
    table = body["tables"][0]
    assert table["rows"][0] == {
        "code": "E1",
        "ward": "Abbey",
        "people": 1234,
        "share": 0.1234,
        "cost": 123_456,
        "day": "2026-03-01",
    }
    assert table["rows"][1]["people"] == {"missing": "c"}
    assert table["columns"][4]["unit"] == "pence"
    assert body["symbols"] == {"c": "hidden, so that nobody can be identified", "x": "not available"}
    assert [r["words"] for r in body["tables"][1]["rows"]] == NASTY
