"""Bringing in files of figures: the ministry's own layouts, corrections, a council's own columns, and the staff pages."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from participation.audit.models import AuditEvent
from participation.budgets import service
from participation.budgets.load import load_council
from participation.budgets.models import BudgetLine, FigureCorrection, FinanceDataset, Outturn, ServiceGroup
from participation.budgets.service import Examined
from participation.cli import commands
from participation.councils.models import Council
from participation.councils.queries import council_by_slug
from participation.errors import ImportRefused
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.councils.folders import COUNCILS, loaded, small_council
from tests.visitor import Visitor

MINISTRY = Path(__file__).parent / "ministry"
RA = MINISTRY / "ra_2023-24_part1_layout_sample.csv"
RSX = MINISTRY / "rsx_2023-24_layout_sample.csv"
# Not in config/councils: a council nobody has prepared anything for.
SOUTHWARK = {"slug": "southwark", "name": "Southwark", "full_name": "Southwark Council", "gss_code": "E09000028"}


def lambeth() -> Council:
    return loaded("lambeth")


def imported(slug: str, path: Path, data: bytes | None = None) -> Examined:
    with transaction():
        council = council_by_slug(slug)
        examined = service.examine(council=council, file_name=path.name, data=data or path.read_bytes())
        service.store(examined=examined)
        return examined


def count(model: type) -> int:
    # A command works in a session of its own: look anew.
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(("path", "rows"), [(RA, 210), (RSX, 13)])
def test_the_ministrys_sheet_says_what_is_stored_already(app: Flask, path: Path, rows: int) -> None:
    lambeth()
    examined = imported("lambeth", path)
    difference = examined.difference
    assert (len(difference.kept), difference.new, difference.changes, difference.gone) == (rows, (), (), ())
    assert count(FigureCorrection) == 0


def test_an_unprepared_council_imports_the_same_sheets(app: Flask, tmp_path: Path) -> None:
    folder = small_council(tmp_path / "southwark", tier="london_borough")
    toml = (folder / "council.toml").read_text()
    for old, new in (("exampleshire", "southwark"), ("E10000099", SOUTHWARK["gss_code"])):
        toml = toml.replace(old, new)
    (folder / "council.toml").write_text(toml)
    (folder / "service_outturn_by_group.csv").unlink()
    (folder / "budget_by_line.csv").unlink()
    with transaction():
        load_council(folder=folder)
    imported("southwark", RSX)
    imported("southwark", RA)
    total = db.session.scalar(select(func.sum(Outturn.net_pence)))
    assert (count(Outturn), total) == (13, 588_250_000_00)
    assert count(BudgetLine) == 210


def test_the_blank_of_a_discontinued_line_stays_blank(app: Flask) -> None:
    lambeth()
    imported("lambeth", RA)
    line = db.session.scalars(
        select(BudgetLine).where(BudgetLine.asset_id == "asccovdis", BudgetLine.financial_year == "2023-24")
    )
    assert line.one().net_pence is None


def test_a_corrected_sheet_changes_exactly_the_corrected_cells(app: Flask, visitor: Visitor) -> None:
    lambeth()
    before = {line.id: (line.net_pence, line.dataset_id) for line in db.session.scalars(select(BudgetLine))}
    data = RA.read_bytes().replace(b'"-32,570"', b'"-32,571"').replace(b'"11,449"', b'"11,450"')
    imported("lambeth", RA, data)
    after = {line.id: (line.net_pence, line.dataset_id) for line in db.session.scalars(select(BudgetLine))}
    changed = {key for key in before if before[key] != after[key]}
    assert len(changed) == 2
    assert count(FigureCorrection) == 2
    page = visitor.get("/lambeth/services/trans")
    assert (
        "Parking services, 2023 to 2024: cost after income was −£32,570,000, is now −£32,571,000. Corrected on"
        in page.main
    )
    assert "Last updated: 22 June 2023" in page.main


def test_importing_the_same_file_again_changes_nothing(app: Flask) -> None:
    lambeth()
    imported("lambeth", RA)
    counts = (count(FinanceDataset), count(AuditEvent), count(BudgetLine))
    imported("lambeth", RA)
    assert (count(FinanceDataset), count(AuditEvent), count(BudgetLine)) == counts


def test_one_year_does_not_touch_the_others(app: Flask) -> None:
    lambeth()
    imported("lambeth", RSX)
    years = db.session.scalars(select(Outturn.financial_year).distinct().order_by(Outturn.financial_year)).all()
    assert years == ["2021-22", "2022-23", "2023-24", "2024-25"]


BROKEN = [
    (RA, b'"-32,570"', b"ten", r"column W, row 12: 'ten' is not an amount"),
    (
        RA,
        b'"-32,570"',
        b'"-92,570"',
        r"TOTAL HIGHWAYS AND TRANSPORT SERVICES is -14,927,000, its lines add up to -74,927,000",
    ),
    (RA, b"E09000022", b"E09000099", r"has 0 rows for the council E09000022"),
    (RA, b"E09000023", b"E09000022", r"has 2 rows for the council E09000022"),
    (RA, b"2023-24", b"this year", r"does not say its financial year"),
    (RA, b"transprk", b"transpln", r"transpln of 2023-24 appears twice"),
    (RSX, b'"340,593"', b'"340,993"', r"column H, row 13: employees_gbp and"),
    (RSX, b"RSX-edu-run-exp", b"RSX-edu-empl", r"the code RSX-edu-empl appears twice"),
]


@pytest.mark.parametrize(("path", "before", "after", "problem"), BROKEN)
def test_a_broken_sheet_is_named_with_its_cell_and_changes_nothing(
    app: Flask, path: Path, before: bytes, after: bytes, problem: str
) -> None:
    lambeth()
    datasets = count(FinanceDataset)
    data = path.read_bytes()
    assert before in data
    with pytest.raises(ImportRefused, match=problem):
        imported("lambeth", path, data.replace(before, after))
    assert (count(FinanceDataset), count(FigureCorrection)) == (datasets, 0)


def test_a_file_of_something_else_is_refused(app: Flask) -> None:
    lambeth()
    with pytest.raises(ImportRefused, match="A file of figures needs"):
        imported("lambeth", Path("bins.csv"), b"day,bin\nMonday,green\n")


def test_figures_need_a_loaded_council(app: Flask, world: World) -> None:
    world.council()
    for group in db.session.scalars(select(ServiceGroup)):
        db.session.delete(group)
    db.session.commit()
    with pytest.raises(ImportRefused, match="load the council first"):
        imported("exampleton", Path("budget.csv"), (COUNCILS / "lambeth" / "budget_by_line.csv").read_bytes())


@pytest.fixture
def command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr("participation.cli.app.create_app", lambda _settings: app)
    monkeypatch.setattr("participation.cli.app.Settings.from_environment", lambda: app.config["SETTINGS"])
    return CliRunner()


def test_a_dry_run_tells_and_changes_nothing(command: CliRunner, tmp_path: Path) -> None:
    lambeth()
    changed = tmp_path / "ra.csv"
    changed.write_bytes(RA.read_bytes().replace(b'"-32,570"', b'"-32,571"').replace(b'"11,449"', b'"11,450"'))
    result = command.invoke(commands, ["budget", "import", "lambeth", str(changed), "--dry-run"])
    assert result.exit_code == 0, result.output
    assert "Would import budget of 2023-24: 0 new rows, 208 unchanged, 2 corrected figures" in result.output
    assert "ra.csv, column W, row 12: Parking services" in result.output
    assert count(FigureCorrection) == 0
    assert "Imported budget" in command.invoke(commands, ["budget", "import", "lambeth", str(changed)]).output
    assert count(FigureCorrection) == 2


def test_a_council_may_use_its_own_column_names(command: CliRunner, tmp_path: Path) -> None:
    lambeth()
    text = (COUNCILS / "lambeth" / "budget_by_line.csv").read_text()
    own = tmp_path / "own.csv"
    own.write_text(text.replace("financial_year", "Year", 1).replace("net_budget_gbp", "Net", 1))
    arguments = ["budget", "import", "lambeth", str(own)]
    assert isinstance(command.invoke(commands, arguments).exception, ImportRefused)
    mapped = [*arguments, "--column", "financial_year=Year", "--column", "net_budget_gbp=Net"]
    assert "407 unchanged" in command.invoke(commands, mapped).output
    wrong = command.invoke(commands, [*arguments, "--column", "financial_year=When"])
    assert "has no column When" in str(wrong.exception)


def uploaded(visitor: Visitor, data: bytes, name: str = "ra.csv") -> None:
    """What a browser sends when a file is chosen and "Check the file" pressed."""
    token = visitor.page.soup.select_one("input[name=csrf_token]")["value"]  # type: ignore[union-attr, index]
    visitor.post("/lambeth/manage/figures", {"csrf_token": token, "file": (io.BytesIO(data), name)})


def test_staff_check_a_file_then_publish_it(app: Flask, world: World, visitor: Visitor) -> None:
    council = lambeth()
    visitor.sign_in(world.staff("administrator", council=council))
    visitor.get("/lambeth/manage/figures")
    uploaded(visitor, RA.read_bytes().replace(b'"-32,570"', b'"-32,571"').replace(b'"11,449"', b'"11,450"'))
    page = visitor.page
    assert page is not None
    assert page.h1 == "What this file would change"
    assert "Parking services, 2023 to 2024" in page.main
    assert count(FigureCorrection) == 0
    page = visitor.submit("Publish these figures", licence="")
    assert page.errors == ["Enter the licence of the figures"]
    page = visitor.submit("Publish these figures", licence="Open Government Licence v3.0")
    assert "The figures are published." in page.text
    assert "ra.csv" in page.main
    assert count(FigureCorrection) == 2


def test_a_broken_upload_is_explained(app: Flask, world: World, visitor: Visitor) -> None:
    council = lambeth()
    visitor.sign_in(world.staff("administrator", council=council))
    visitor.get("/lambeth/manage/figures")
    uploaded(visitor, RA.read_bytes().replace(b'"-32,570"', b"ten"))
    assert visitor.page is not None
    assert visitor.page.errors == ["ra.csv, column W, row 12: 'ten' is not an amount of money"]
    page = visitor.submit("Check the file")
    assert page.errors == ["Choose a file of figures"]


@pytest.mark.parametrize("role", ["moderator", "commissioner"])
def test_only_administrators_bring_in_figures(world: World, visitor: Visitor, role: str) -> None:
    world.council()
    visitor.sign_in(world.staff(role))
    assert visitor.get("/exampleton/manage/figures").status == 403
