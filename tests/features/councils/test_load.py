"""Loading councils: two real ones, an unseen third, again over themselves, and broken ones that leave nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from participation.audit.models import AuditEvent
from participation.budgets.load import LoadedCouncil, load_council
from participation.budgets.models import BudgetLine, Outturn, ServiceGroup
from participation.cli import commands
from participation.councils.models import Council, PopulationCell, Postcode, Ward
from participation.councils.queries import look_up_postcode
from participation.errors import ImportRefused
from participation.extensions import db
from participation.transactions import transaction
from tests.features.councils.folders import COUNCILS, copy_of, small_council


def loaded(folder: Path) -> LoadedCouncil:
    with transaction():
        return load_council(folder=folder)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    ("slug", "wards", "postcodes", "people"),
    [("lambeth", 25, 6159, 316_812), ("blackburn-with-darwen", 17, 3442, 154_758)],
)
def test_the_real_councils_load(app: Flask, slug: str, wards: int, postcodes: int, people: int) -> None:
    council = loaded(COUNCILS / slug).council
    assert (count(Ward), count(Postcode), council.population) == (wards, postcodes, people)
    assert db.session.scalar(select(func.sum(PopulationCell.people))) == people
    assert count(ServiceGroup) == 13
    assert all(ward.boundary for ward in council.wards)


def test_lambeth_adds_up_to_the_published_totals(app: Flask) -> None:
    loaded(COUNCILS / "lambeth")
    sums = db.session.execute(
        select(func.sum(Outturn.gross_pence), func.sum(Outturn.income_pence), func.sum(Outturn.net_pence)).where(
            Outturn.financial_year == "2024-25"
        )
    ).one()
    assert tuple(sums) == (105_904_756_000, 25_616_052_000, 80_288_704_000)


def test_what_is_blank_is_not_zero(app: Flask) -> None:
    loaded(COUNCILS / "lambeth")
    line = db.session.scalars(
        select(BudgetLine).where(BudgetLine.asset_id == "asccovdis", BudgetLine.financial_year == "2023-24")
    )
    assert line.one().net_pence is None


@pytest.mark.parametrize("typed", ["SE1 7AA", "se1 7aa", "SE17AA", " SE1-7AA "])
def test_residents_find_their_ward_however_they_type(app: Flask, typed: str) -> None:
    council = loaded(COUNCILS / "lambeth").council
    ward = look_up_postcode(council.id, typed).ward
    assert ward is not None
    assert (ward.code, ward.name) == ("E05014118", "Waterloo & South Bank")


def test_a_neighbours_postcode_names_the_neighbour(app: Flask) -> None:
    council = loaded(COUNCILS / "lambeth").council
    answer = look_up_postcode(council.id, "se1 0hl")
    assert (answer.ward, answer.elsewhere) == (None, "Southwark")


def test_an_unseen_council_loads_and_says_what_it_lacks(app: Flask, tmp_path: Path) -> None:
    result = loaded(small_council(tmp_path / "third"))
    assert result.council.population == 2000
    text = " ".join(result.notes)
    for missing in ("wards.geojson", "postcodes_outside_council_sample.csv", "population_ward*.csv", "*_detail_*.csv"):
        assert f"There is no {missing}" in text
    assert "row 4: cen of 2023-24 is not published in full" in text
    assert "cannot be checked, a part is missing" in text
    assert count(Outturn) == 4
    discontinued = db.session.scalars(select(BudgetLine).where(BudgetLine.asset_id == "eduold")).one()
    assert discontinued.net_pence is None


def test_a_council_without_figures_loads(app: Flask, tmp_path: Path) -> None:
    folder = small_council(tmp_path / "third")
    (folder / "service_outturn_by_group.csv").unlink()
    (folder / "budget_by_line.csv").unlink()
    assert any("no figures" in note for note in loaded(folder).notes)
    assert (count(Outturn), count(ServiceGroup)) == (0, 13)


def test_the_tier_decides_what_is_the_councils(app: Flask, tmp_path: Path) -> None:
    loaded(small_council(tmp_path / "third", tier="district"))
    education = db.session.scalars(select(ServiceGroup).where(ServiceGroup.code == "edu")).one()
    assert (education.provided, education.provider) == ("no", "your county council")


def test_loading_again_changes_nothing_and_keeps_every_id(app: Flask) -> None:
    loaded(COUNCILS / "lambeth")
    before = {(ward.code, ward.id) for ward in db.session.scalars(select(Ward))}
    figures = {(row.group_id, row.financial_year, row.dataset_id) for row in db.session.scalars(select(Outturn))}
    loaded(COUNCILS / "lambeth")
    assert {(ward.code, ward.id) for ward in db.session.scalars(select(Ward))} == before
    assert {
        (row.group_id, row.financial_year, row.dataset_id) for row in db.session.scalars(select(Outturn))
    } == figures
    assert (count(Council), count(Postcode), count(BudgetLine)) == (1, 6159, 407)


def test_a_corrected_file_changes_exactly_the_changed_row(app: Flask, tmp_path: Path) -> None:
    folder = small_council(tmp_path / "third")
    loaded(folder)
    first = {(row.group_id, row.financial_year): row.dataset_id for row in db.session.scalars(select(Outturn))}
    path = folder / "service_outturn_by_group.csv"
    text = path.read_text().replace(
        "61500,40000,101500,10000,5000,15000,86500", "61500,41000,102500,10000,5000,15000,87500"
    )
    path.write_text(
        text.replace("62500,49000,111500,29000,5000,34000,77500", "62500,50000,112500,29000,5000,34000,78500")
    )
    loaded(folder)
    changed = [
        row for row in db.session.scalars(select(Outturn)) if first[row.group_id, row.financial_year] != row.dataset_id
    ]
    assert [(row.financial_year, row.net_pence) for row in changed] == [("2024-25", 8_750_000)]


def test_a_ward_that_vanished_is_refused(app: Flask, tmp_path: Path) -> None:
    folder = small_council(tmp_path / "third")
    loaded(folder)
    (folder / "wards.csv").write_text("ward_code,ward_name,population\nE05000001,North,1200\nE05000002,South,800\n")
    (folder / "postcode_ward_lookup.csv").write_text("postcode,ward_code\nEX1 1AA,E05000001\n")
    with pytest.raises(ImportRefused, match="Hill was loaded before and is missing"):
        loaded(folder)
    assert count(Postcode) == 4


def test_two_councils_cannot_share_a_code(app: Flask, tmp_path: Path) -> None:
    folder = small_council(tmp_path / "third")
    loaded(folder)
    toml = folder / "council.toml"
    toml.write_text(toml.read_text().replace('slug = "exampleshire"', 'slug = "othershire"'))
    with pytest.raises(ImportRefused, match="is loaded already"):
        loaded(folder)


BROKEN = [
    ("wards.csv", "St Mary's,800", "St Mary's,many", "wards.csv, row 3: population must be a whole number"),
    ("wards.csv", "E05000002,St", "E05000001,St", "wards.csv, row 3: the ward E05000001 appears twice"),
    ("wards.csv", "ward_name", "name", "wards.csv, row 1: has no column ward_name"),
    ("wards.csv", "St Mary's,800", "St Mary's", "wards.csv, row 3: has 2 cells where the header has 3"),
    ("wards.csv", '"1,200"', '"1,200', "wards.csv, line"),
    ("postcode_ward_lookup.csv", "EX1 1AB", "EX1 1AA", "postcode_ward_lookup.csv, row 3: EX1 1AA appears twice"),
    ("postcode_ward_lookup.csv", "EX2 1AA", "nonsense", "postcode_ward_lookup.csv, row 4: 'nonsense' is not a postcode"),
    ("postcode_ward_lookup.csv", "E05000003", "E05000009", "row 5: the ward E05000009 is not in wards.csv"),
    ("service_outturn_by_group.csv", "trans,1000,9000,10000,20000", "trans,1000,9000,99000,20000", "row 3: employees_gbp and"),
    ("service_outturn_by_group.csv", "2024-25,trans", "2024-26,trans", "row 7: financial_year must be written like 2024-25"),
    ("service_outturn_by_group.csv", "2024-25,trans", "2024-25,parks", "row 7: the group 'parks' is not in the list"),
    ("service_outturn_by_group.csv", "111500,29000", "111501,29000", "row 8: employees_gbp and"),
    (
        "service_outturn_by_group.csv", "2024-25,totsx,62500,49000,111500,29000,5000,34000,77500",
        "2024-25,totsx,62500,59000,121500,29000,5000,34000,87500",
        "row 8: running_expenses_gbp is 59,000, its parts add up to 49,000",
    ),
    ("service_outturn_by_group.csv", "2024-25,trans", "2024-25,edu", "row 7: edu of 2024-25 appears twice"),
    ("budget_by_line.csv", "Parking,line,-10000", "Parking,line,ten", "row 6: net_budget_gbp: 'ten' is not an amount"),
    (
        "budget_by_line.csv", "EXPENDITURE,total,70000", "EXPENDITURE,total,90000",
        "row 9: TOTAL SERVICE EXPENDITURE is 90,000, its lines add up to 70,000",
    ),
    ("budget_by_line.csv", "Parking,line", "Parking,sum", "row 6: row_type must be line or total"),
    ("council.toml", 'tier = "unitary"', 'tier = "village"', "council.toml: tier must be one of"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "before", "after", "problem"), BROKEN)
def test_a_broken_file_is_named_with_its_row_and_leaves_nothing(
    app: Flask, tmp_path: Path, file: str, before: str, after: str, problem: str
) -> None:
    folder = small_council(tmp_path / "third")
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1))
    with pytest.raises(ImportRefused) as refused:
        loaded(folder)
    assert problem in refused.value.message
    assert (count(Council), count(Ward), count(ServiceGroup), count(AuditEvent)) == (0, 0, 0, 0)


def test_bytes_that_are_no_text_are_named_with_their_line(app: Flask, tmp_path: Path) -> None:
    folder = small_council(tmp_path / "third")
    (folder / "wards.csv").write_bytes(b"ward_code,ward_name,population\nE05000001,Caf\x8d,5\n")
    with pytest.raises(ImportRefused, match=r"wards.csv, line 2: is not UTF-8 text"):
        loaded(folder)


@pytest.mark.parametrize(
    ("shape", "problem"),
    [
        ("{", "wards.geojson, line 1: is not valid JSON"),
        ('{"features": 3}', "is not a GeoJSON FeatureCollection"),
        ('{"features": [{"id": "E05000009"}]}', "feature 1: the ward E05000009 is not in wards.csv"),
        ('{"features": [{"id": "E05000001"}]}', "feature 1: the shape must be a Polygon"),
        (
            '{"features": [{"id": "E05000001", "geometry": {"type": "Polygon", "coordinates": [[["a", 1]]]}}]}',
            "coordinates must be longitude and latitude",
        ),
    ],
)
def test_a_broken_shape_is_named(app: Flask, tmp_path: Path, shape: str, problem: str) -> None:
    folder = small_council(tmp_path / "third")
    (folder / "wards.geojson").write_text(shape)
    with pytest.raises(ImportRefused) as refused:
        loaded(folder)
    assert problem in refused.value.message


def test_a_spoilt_real_file_leaves_the_council_as_it_was(app: Flask, tmp_path: Path) -> None:
    loaded(COUNCILS / "lambeth")
    folder = copy_of("lambeth", tmp_path)
    path = folder / "service_outturn_by_group.csv"
    lines = path.read_text().splitlines()
    lines[20] = lines[20].replace("2022-23", "2022-23", 1).rsplit(",", 1)[0] + ",1"
    path.write_text("\n".join(lines))
    with pytest.raises(ImportRefused, match=r"service_outturn_by_group.csv, row 21: "):
        loaded(folder)
    assert (count(Ward), count(Outturn), count(Postcode)) == (25, 52, 6159)


@pytest.fixture
def command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Runs `participation ...` over the application of the test."""
    monkeypatch.setattr("participation.cli.app.create_app", lambda _settings: app)
    monkeypatch.setattr("participation.cli.app.Settings.from_environment", lambda: app.config["SETTINGS"])
    return CliRunner()


def test_the_command_loads_and_says_so(command: CliRunner, tmp_path: Path) -> None:
    result = command.invoke(commands, ["council", "load", str(small_council(tmp_path / "third"))])
    assert result.exit_code == 0, result.output
    assert "Exampleshire County Council: 3 wards, 4 postcodes, 2,000 people." in result.output
    assert "Note: There is no wards.geojson" in result.output
    assert "exampleshire" in command.invoke(commands, ["council", "list"]).output


def test_the_command_refuses_a_folder_that_is_not_there(command: CliRunner, tmp_path: Path) -> None:
    result = command.invoke(commands, ["council", "load", str(tmp_path / "nowhere")])
    assert isinstance(result.exception, ImportRefused)
    assert "there is no such folder" in result.exception.message
