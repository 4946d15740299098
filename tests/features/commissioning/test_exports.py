"""Files to take away: the same figures as the database and the page, in every format, and each taking is on record."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func

from participation.audit.models import AuditEvent
from participation.cli import needs as needs_cli
from participation.cli.needs import needs_group
from participation.commissioning.models import NeedsRecord
from participation.consultations.models import Consultation
from participation.exports import FORMATS
from participation.extensions import db
from participation.needs.summary import Summary
from participation.priorities.models import Priority, PrioritySupport
from tests.factories.world import World
from tests.features.commissioning.stage import SPENDING, Kind, freeze, need, residents
from tests.visitor import Page, Visitor


def read_csv(body: bytes) -> dict[tuple[str, str, str], str]:
    """(table, name of the row, column) -> value, or its status in brackets."""
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    return {(r["table"], r["row_name"], r["column"]): r["value"] or f"[{r['status']}]" for r in rows}


def read_json(body: bytes) -> dict[str, dict[str, dict]]:
    """table -> name of the row -> row."""
    names = {"priorities": "need", "options": "option"}
    return {
        table["name"]: {row[names.get(table["name"], "group")]: row for row in table["rows"]}
        for table in json.loads(body)["tables"]
        if table["name"].startswith(("priorities", "options", "who_took_part"))
    }


def read_xlsx(body: bytes) -> list[list[object]]:
    """Every row of every sheet."""
    book = openpyxl.load_workbook(io.BytesIO(body))
    return [list(row) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def download(visitor: Visitor, name: str) -> Page:
    return visitor.submit(f"Download: {FORMATS[name].title}")


def test_every_format_agrees_with_the_database(world: World, commissioner: Visitor, gathered: Consultation) -> None:
    supporters = dict(
        db.session.query(Priority.title, func.count())
        .join(PrioritySupport, PrioritySupport.priority_id == Priority.id)
        .group_by(Priority.title)
        .all()
    )
    assert supporters["Better street lighting"] == 60
    commissioner.get(SPENDING)
    page = download(commissioner, "csv")
    found = read_csv(page.response.data)
    commissioner.get(SPENDING)
    as_json = read_json(download(commissioner, "json").response.data)
    commissioner.get(SPENDING)
    cells = read_xlsx(download(commissioner, "xlsx").response.data)
    for title, people in supporters.items():
        row = next(row for row in cells if title in row and row[0] not in (None, title))
        told = as_json["priorities"][title]["supporters"]
        if people < 10:
            assert found["priorities", title, "supporters"] == "[c]"
            assert told == {"missing": "c"}
            assert people not in row
        else:
            assert found["priorities", title, "supporters"] == str(people)
            assert told == people
            assert people in row
    northfield = as_json["who_took_part_priorities_ward"]["Northfield"]
    assert (northfield["people"], northfield["population"]) == (60, 2160)
    assert found["who_took_part_priorities_ward", "Northfield", "people"] == "60"
    assert found["who_took_part_priorities_ward", "Eastbrook", "people"] == "[c]"


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_file_says_what_it_is_and_is_on_record(commissioner: Visitor, gathered: Consultation, name: str) -> None:
    made = freeze(commissioner)
    page = download(commissioner, name)
    assert page.status == 200
    assert page.response.headers["Content-Type"] == FORMATS[name].media_type
    wanted = f"attachment; filename=exampleton-spending-needs-v1.{FORMATS[name].extension}"
    assert page.response.headers["Content-Disposition"].replace('"', "") == wanted
    assert page.response.headers["X-Content-Type-Options"] == "nosniff"
    event = db.session.query(AuditEvent).filter_by(tag="needs-summary-exported").one()
    facts = json.loads(event.public)
    assert facts["facts"] == {"format": name, "status": "final", "version": 1}
    assert (facts["role"], facts["subject"]) == ("commissioner", f"consultation:{gathered.id}")
    again = commissioner.get(f"/exampleton/needs/{made.public_id}")
    assert again.status == 200
    assert download(commissioner, name).response.data == page.response.data


def test_a_preview_is_named_after_its_day(commissioner: Visitor, gathered: Consultation) -> None:
    commissioner.get(SPENDING)
    page = download(commissioner, "csv")
    assert "exampleton-spending-needs-preview-2" in page.response.headers["Content-Disposition"]
    event = db.session.query(AuditEvent).filter_by(tag="needs-summary-exported").one()
    assert json.loads(event.public)["facts"]["status"] == "draft"


def test_taking_a_preview_away_does_not_spoil_the_signature(commissioner: Visitor, gathered: Consultation) -> None:
    signing = commissioner.get(SPENDING)
    download(commissioner, "xlsx")
    commissioner.page = signing
    assert "Version 1 is frozen" in commissioner.submit("Freeze this version", read="y").main


def test_files_are_for_commissioners_and_unknown_formats_are_refused(
    world: World, app: Flask, commissioner: Visitor, gathered: Consultation
) -> None:
    freeze(commissioner)
    for path in (f"{SPENDING}/files/xlsx", f"{SPENDING}/versions/1/files/xlsx"):
        other = Visitor(app)
        other.sign_in(world.staff("moderator"))
        other.get("/exampleton/consultations")
        assert other.post(path).status in (400, 403)
        assert commissioner.get(path).status == 405
    assert db.session.query(AuditEvent).filter_by(tag="needs-summary-exported").count() == 0


def test_residents_take_published_versions_away_and_can_check_them(
    app: Flask, commissioner: Visitor, gathered: Consultation
) -> None:
    made = freeze(commissioner)
    digest, body = made.digest, made.body
    anybody = Visitor(app)
    anybody.get("/exampleton/consultations/spending/needs")
    for name in FORMATS:
        page = anybody.get(f"/exampleton/needs/{made.public_id}/files/{name}")
        assert (page.status, page.response.content_type) == (200, FORMATS[name].media_type)
    assert anybody.get(f"/exampleton/needs/{made.public_id}/files/docx").status == 422
    page = anybody.get(f"/exampleton/needs/{made.public_id}/files/signed")
    assert page.response.data.decode() == body
    assert Summary.from_json(page.response.data.decode()).digest == digest


def test_a_title_cannot_run_in_a_spreadsheet(world: World, commissioner: Visitor) -> None:
    consultation = world.consultation(gather=(-20, 5))
    need(consultation, world.groups()[0], '=HYPERLINK("http://evil.example")', residents(world.wards(), Kind(40, 0)))
    commissioner.get(SPENDING)
    book = openpyxl.load_workbook(io.BytesIO(download(commissioner, "xlsx").response.data))
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    commissioner.get(SPENDING)
    text = download(commissioner, "csv").response.data.decode("utf-8-sig")
    assert not any(cell.startswith("=") for row in csv.reader(io.StringIO(text)) for cell in row)


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """The command, inside the application of the test."""

    def invoked(*arguments: object) -> Result:
        monkeypatch.setattr("participation.cli.app.create_app", lambda _settings: app)
        monkeypatch.setattr(
            "participation.cli.app.Settings.from_environment", classmethod(lambda _cls: app.config["SETTINGS"])
        )
        return CliRunner().invoke(needs_group, ["export", *map(str, arguments)])

    assert needs_cli.needs_group is needs_group
    return invoked


def test_the_command_writes_the_file_of_the_page(
    run, commissioner: Visitor, gathered: Consultation, tmp_path: Path
) -> None:
    made = freeze(commissioner)
    page = download(commissioner, "xlsx").response.data
    for number, name in enumerate((made.public_id, "exampleton/spending", "exampleton/spending/1")):
        target = tmp_path / f"{number}.xlsx"
        result = run(name, "--format", "xlsx", "--out", target)
        assert result.exit_code == 0, result.output
        assert "version 1, figures taken on" in result.output
        assert target.read_bytes() == page
    result = run(made.public_id, "--format", "signed", "--out", tmp_path)
    assert (tmp_path / "exampleton-spending-needs-v1.signed.json").read_text() == made.body, result.output
    db.session.rollback()
    roles = [json.loads(e.public)["role"] for e in db.session.query(AuditEvent).filter_by(tag="needs-summary-exported")]
    assert sorted(roles) == ["command line"] * 4 + ["commissioner"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing"], "cannot find that needs summary"),
        (["exampleton/spending"], "has no frozen summary yet. Use --preview"),
        (["elsewhere/spending"], "there is no council elsewhere"),
        (["exampleton/nothing"], "cannot find that consultation"),
        (["exampleton/spending/x"], "x is not the number of a version"),
        (["exampleton/spending/7"], "cannot find that needs summary"),
        (["exampleton/spending", "--preview", "--format", "signed"], "only a frozen version is signed"),
    ],
)
def test_the_command_refuses_in_words_and_writes_nothing(
    run, gathered: Consultation, tmp_path: Path, arguments: list[str], says: str
) -> None:
    result = run(*arguments, "--out", tmp_path / "file")
    assert result.exit_code != 0
    assert says in result.output + str(result.exception)
    assert list(tmp_path.iterdir()) == []
    assert db.session.query(NeedsRecord).count() == 0


def test_a_preview_comes_from_the_command_too(run, gathered: Consultation, world: World, tmp_path: Path) -> None:
    result = run("exampleton/spending", "--preview", "--format", "json", "--out", tmp_path / "needs.json")
    assert result.exit_code == 0, result.output
    assert read_json((tmp_path / "needs.json").read_bytes())["priorities"]["Better street lighting"]["supporters"] == 60
