"""A summary as a document: the same figures, nothing that was hidden, and every format can write it."""

from __future__ import annotations

import dataclasses
import json

import pytest

from participation.commissioning.documents import document_of, file_stem
from participation.exports import FORMATS, Missing, Table, write
from participation.needs import summarise
from tests.pure.needs import town


def table(name: str, number: int = 600) -> Table:
    document = document_of(summarise(town.evidence(number)))
    return next(table for table in document.tables if table.name == name)


def column(made: Table, name: str) -> list[object]:
    place = [column.name for column in made.columns].index(name)
    return [row[place] for row in made.rows]


def test_tables_in_the_order_of_reporting() -> None:
    names = [made.name for made in document_of(summarise(town.evidence())).tables]
    assert names == [
        "at_a_glance",
        "who_took_part_priorities_ward",
        "who_took_part_priorities_age_band",
        "who_took_part_priorities_sex",
        "priorities",
        "options",
        "needs_by_ward",
        "needs_by_age_band",
        "needs_by_sex",
        "group_differences",
        "agreement_between_groups",
        "equality_input",
        "adjustment_priorities",
    ]


def test_figures_are_those_of_the_evidence() -> None:
    evidence = town.evidence()
    counts = sorted((p.supporters for p in evidence.priorities), reverse=True)
    assert column(table("priorities"), "supporters") == counts
    assert column(table("options"), "votes") == [120, 112, 90, 4]
    assert column(table("options"), "cost") == [1_000_050, 500_000, 250_000, 99]


def test_people_of_a_ward_add_up_where_nothing_is_hidden() -> None:
    assert sum(v for v in column(table("who_took_part_priorities_ward", 3000), "people") if isinstance(v, int)) == 3000


@pytest.mark.parametrize("number", [40, 120, 600])
def test_what_is_hidden_is_marked_and_in_no_file(number: int) -> None:
    summary = summarise(town.evidence(number))
    document = document_of(summary)
    hidden = {code for made in document.tables for code in made.symbols()}
    assert "c" in hidden
    for made in document.tables:
        for row in made.rows:
            values = dict(zip((c.name for c in made.columns), row, strict=True))
            if isinstance(values.get("people"), Missing) and made.name.startswith("who"):
                others = ("rate", "share", "gap", "ratio", "ratio_low", "ratio_high", "more_needed", "standing")
                assert {values[name] for name in others} <= {Missing("c"), Missing("z")}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_it_the_same_twice(name: str) -> None:
    summary = summarise(town.evidence(120))
    assert write(document_of(summary), name) == write(document_of(summary), name)


def test_no_cell_is_empty() -> None:
    document = document_of(summarise(town.evidence()))
    assert all(value != "" for made in document.tables for row in made.rows for value in row)


def test_the_cover_says_who_when_and_how_sure() -> None:
    document = document_of(summarise(town.evidence()))
    text = " ".join(document.paragraphs)
    assert "they may differ from people who did not" in text
    assert "Do not quote it as a margin of error" in text
    assert "Numbers of people are exact" in text
    assert dict(document.facts)["Council"] == "Testshire Council"
    assert summarise(town.evidence()).digest in document.version_id


def test_a_resident_cannot_put_a_formula_into_a_file() -> None:
    evidence = town.evidence()
    first = dataclasses.replace(evidence.priorities[0], title="=HYPERLINK(1)")
    document = document_of(summarise(dataclasses.replace(evidence, priorities=(first, *evidence.priorities[1:]))))
    assert b'"=HYPERLINK' not in write(document, "csv")
    assert b",=HYPERLINK" not in write(document, "csv")
    tables = json.loads(write(document, "json"))["tables"]
    needs = next(made for made in tables if made["name"] == "priorities")
    assert "=HYPERLINK(1)" in [row["need"] for row in needs["rows"]]


def test_file_names_follow_the_convention() -> None:
    assert file_stem(summarise(town.evidence())) == "testshire-council_what-matters-here_needs_2026-11-22_v1"


def test_the_equality_table_lists_every_group_also_those_nobody_came_from() -> None:
    made = table("equality_input", 900)
    assert len(made.rows) == 5 + 6 + 3, "with a row for people who did not say"
    assert set(column(made, "differs_from_all")) <= {"yes", "no", "too few to say"}
    assert "Need N1" in column(made, "top_need")
    silent = dataclasses.replace(town.evidence(900), priorities=(), priorities_together=())
    empty = next(t for t in document_of(summarise(silent)).tables if t.name == "equality_input")
    assert set(column(empty, "differs_from_all")) == {"too few to say"}
