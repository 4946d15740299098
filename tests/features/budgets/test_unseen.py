"""Another council's files, in the ministry's layouts of other years, come in without a change to code."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from participation.budgets import service
from participation.budgets.figures import MONEY_COLUMNS
from participation.budgets.load import load_council
from participation.budgets.models import BudgetLine, FigureCorrection, Outturn, ServiceGroup
from participation.budgets.service import Examined
from participation.councils.queries import council_by_slug
from participation.errors import ImportRefused
from participation.extensions import db
from participation.transactions import transaction
from tests.features.budgets.unseen import DISTRICT_PLAN, DISTRICT_SPENT, as_csv, plan_sheet, spent_sheet
from tests.features.budgets.workbooks import COVER, NOTES, ods
from tests.features.councils.folders import small_council
from tests.visitor import Visitor

# The number of the made-up council whose folder is loaded.
CODE = "E10000099"
BACKWARDS = ("net-cur-exp", "tot-inc", "oth-inc", "sfc", "tot-exp", "run-exp", "empl")


@pytest.fixture(autouse=True)
def district(app: Flask, tmp_path: Path) -> None:
    """A district, tier two, of which no figures are known."""
    folder = small_council(tmp_path / "district", tier="district")
    for name in ("service_outturn_by_group.csv", "budget_by_line.csv"):
        (folder / name).unlink()
    with transaction():
        load_council(folder=folder)


def imported(name: str, data: bytes) -> Examined:
    with transaction():
        examined = service.examine(council=council_by_slug("exampleshire"), file_name=name, data=data)
        service.store(examined=examined)
    return examined


def plan(*changes: tuple[str, str]) -> bytes:
    """The plan with cells of these lines changed."""
    changed = dict(changes)
    cells = [(code, section, title, changed.get(code, cell)) for code, section, title, cell in DISTRICT_PLAN]
    return as_csv(plan_sheet(CODE, cells, year="2025-26"))


def spent(*, order: tuple[str, ...] = BACKWARDS, **changes: tuple[str, ...]) -> bytes:
    return as_csv(spent_sheet(CODE, {**DISTRICT_SPENT, **changes}, year="2024-25", order=order))


def lines() -> dict[str, int | None]:
    return {one.asset_id: one.net_pence for one in db.session.scalars(select(BudgetLine))}


def nets() -> dict[str, int]:
    rows = db.session.execute(select(ServiceGroup.code, Outturn.net_pence).join(Outturn))
    return dict(rows.all())


def test_a_plan_of_another_layout_says_what_its_cells_say(visitor: Visitor) -> None:
    examined = imported("RA_2025-26.csv", plan())
    found = lines()
    assert len(found) == len(DISTRICT_PLAN) == len(examined.difference.new)
    assert (found["transprk"], found["envclean"]) == (-1_204_000_00, 1_022_000_00)
    # A line that was discontinued and a cell that is blank are not nothing: they are not there.
    assert (found["transpldis"], found["envgrit"]) == (None, None)
    assert examined.years == ["2025-26"]


def test_no_total_is_counted_twice(visitor: Visitor) -> None:
    imported("RA_2025-26.csv", plan())
    imported("RSX_2024-25.csv", spent())
    parts = sum(pence or 0 for code, pence in lines().items() if not code.endswith("tot"))
    assert parts == lines()["servicetot"] == 4_128_000_00
    assert sum(nets().values()) == 3_646_000_00
    assert "£3.6 million" in visitor.get("/exampleshire/services").main
    service_page = visitor.get("/exampleshire/services/env").main
    assert "£4.8 million" in service_page
    assert "£9.6 million" not in service_page


def test_spending_is_read_by_its_codes_whatever_the_order_of_columns(visitor: Visitor) -> None:
    imported("RSX_2024-25.csv", spent())
    found = nets()
    assert found == {"edu": 0, "trans": -1_165_000_00, "env": 4_811_000_00}
    assert imported("RSX_again.csv", spent(order=BACKWARDS[::-1])).difference.changes == ()
    # What is not published is left out and said so; it is never £0.
    notes = imported("RSX_again.csv", spent()).notes
    assert any("csc of 2024-25 is not published in full" in note for note in notes)
    assert any("cen of 2024-25 is not published in full" in note for note in notes)
    assert "brings in £1.2 million more than it costs" in visitor.get("/exampleshire/services/trans").main
    assert "provided by your county council" in visitor.get("/exampleshire/services/csc").main


def test_a_re_import_changes_exactly_the_changed_cells() -> None:
    imported("RA_2025-26.csv", plan())
    before = {one.asset_id: (one.id, one.net_pence, one.dataset_id) for one in db.session.scalars(select(BudgetLine))}
    examined = imported("RA_2025-26_revised.csv", plan(("envref", "4,300 [r]"), ("envclean", "1,032")))
    after = {one.asset_id: (one.id, one.net_pence, one.dataset_id) for one in db.session.scalars(select(BudgetLine))}
    assert {code for code in before if before[code] != after[code]} == {"envref", "envclean"}
    assert {code for code in before if before[code][0] != after[code][0]} == set()
    corrections = db.session.scalars(select(FigureCorrection).order_by(FigureCorrection.label)).all()
    assert [(one.label, one.before_pence, one.after_pence) for one in corrections] == [
        ("Street cleansing", 1_022_000_00, 1_032_000_00),
        ("Waste collection", 4_310_000_00, 4_300_000_00),
    ]
    assert len(examined.difference.changes) == 2
    assert (
        imported("RA_2025-26_revised.csv", plan(("envref", "4,300 [r]"), ("envclean", "1,032"))).difference.changes
        == ()
    )


def test_a_figure_that_comes_later_and_one_that_goes_are_corrections_too() -> None:
    imported("RA_2025-26.csv", plan())
    imported("RA_2025-26_b.csv", plan(("envgrit", "15"), ("envclean", "1,007")))
    assert (lines()["envgrit"], lines()["envclean"]) == (15_000_00, 1_007_000_00)
    imported("RA_2025-26_c.csv", plan(("envgrit", "[x]"), ("envclean", "1,022")))
    assert lines()["envgrit"] is None


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (lambda: plan(("envtot", "5,400")), "add up to"),
        (lambda: plan(("envref", "4.310,5")), "is not an amount of money"),
        (lambda: spent(env=("2,200", "3,101", "5,999", "402", "88", "490", "4,811")), "is not gross_expenditure_gbp"),
        (
            lambda: spent(totsx=("2,510", "4,006", "6,516", "2,782", "88", "2,870", "9,646")),
            "net_current_expenditure_gbp",
        ),
        (lambda: plan().replace(CODE.encode(), b"E07000001"), "has 0 rows for the council"),
    ],
)
def test_a_sheet_that_does_not_add_up_is_refused_whole(data: object, problem: str) -> None:
    with pytest.raises(ImportRefused, match=problem):
        imported("RA_2025-26.csv", data())  # type: ignore[operator]
    assert (lines(), nets()) == ({}, {})


def test_the_workbook_of_the_same_sheets_says_the_same() -> None:
    cells = [(code, section, title, cell.replace(" [r]", "").strip()) for code, section, title, cell in DISTRICT_PLAN]
    imported("RA_2025-26.csv", plan())
    book = ods(Cover=COVER, Notes=NOTES, RA_LA_Data=plan_sheet(CODE, cells, year="2025-26"))
    difference = imported("RA_2025-26.ods", book).difference
    assert (difference.new, difference.changes, difference.gone) == ((), (), ())


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig"])
def test_what_a_spreadsheet_saves_on_windows_is_read(encoding: str) -> None:
    imported("RSX_2024-25.csv", spent().decode().encode(encoding))
    assert nets()["env"] == 4_811_000_00


def test_a_damaged_file_is_named_with_its_line() -> None:
    data = spent().replace(b"Neighbourton", "Neighbourt\u00f4n".encode()).replace(b"Exampleton", b"Ex\xffmpleton")
    with pytest.raises(ImportRefused, match=r"RSX.csv, line 9: is not UTF-8"):
        imported("RSX.csv", data)
    assert nets() == {}


@pytest.mark.parametrize(
    ("said", "pounds"),
    [
        ("£ thousand", 4_811_000), ("£000s", 4_811_000), ("£ Thousands", 4_811_000), ("£ million", 4_811_000_000),
        ("whole pounds", 4_811), ("£", 4_811), ("the usual way", None), ("£ thousand (notes: in £ million)", None),
    ],
)  # fmt: skip
def test_a_sheet_says_its_unit_or_is_refused(said: str, pounds: int | None) -> None:
    data = spent().replace("£ thousand".encode(), said.encode())
    if pounds is None:
        with pytest.raises(ImportRefused, match="does not say above the header whether its figures are in"):
            imported("RSX.csv", data)
        assert nets() == {}
        return
    imported("RSX.csv", data)
    assert nets()["env"] == pounds * 100


@pytest.mark.parametrize("said", ["2024-25", "2024/25", "2024 to 2025", "2024–25"])
def test_a_year_is_read_however_it_is_written(said: str) -> None:
    assert imported("RSX.csv", spent().replace(b"2024-25", said.encode())).years == ["2024-25"]


def test_a_councils_own_table_with_its_own_headings_names_and_total() -> None:
    """Headings by mapping, services by their names, a total line that checks its parts and is never one of them."""
    own = (
        "Year,Service,Pay,Other costs,All costs,Charges,Grants,All income,Net\n"
        '2024/25,"Roads, parking and transport","£1,000",500,"1,500","2,000",0,"2,000",(500)\n'
        "2024/25,ENVIRONMENTAL & REGULATORY SERVICES,300,100,400,50,-,50,350\n"
        '2024/25,Total,"1,300",600,"1,900","2,050",0,"2,050",-150\n'
    )
    names = ("financial_year", "group_code", *MONEY_COLUMNS.values())
    columns = dict(zip(own.partition("\n")[0].split(","), names, strict=True))
    for wrong, problem in (
        (own.replace("-150", "-151"), "row 4"),
        (own.replace("ENVIRON", "ENVIRO"), "row 3: the group"),
    ):
        with pytest.raises(ImportRefused, match=problem), transaction():
            service.examine(
                council=council_by_slug("exampleshire"), file_name="own.csv", data=wrong.encode(), columns=columns
            )
    with transaction():
        examined = service.examine(
            council=council_by_slug("exampleshire"), file_name="own.csv", data=own.encode(), columns=columns
        )
        service.store(examined=examined)
    assert nets() == {"trans": -500_00, "env": 350_00}


SPENT_HEAD = ",".join(("financial_year", "group_code", *MONEY_COLUMNS.values()))
ROADS, WASTE = "2026-27,trans,1000,500,1500,2000,0,2000,-500", "2026-27,env,300,100,400,50,0,50,350"
PLAN_HEAD = "financial_year,asset_id,section,line_title,row_type,net_budget_gbp"
SECTION = "Environmental and Regulatory Services"
PLANNED = f"2026-27,w1,{SECTION},Waste,line,100\n2026-27,w2,{SECTION},Parks,line,50"
DETAIL_HEAD = ",".join(("financial_year", "section", "service_line", "row_type", *MONEY_COLUMNS.values()))
DETAIL = f"2026-27,{SECTION},Waste,line,1,1,2,0,0,0,2"


@pytest.mark.parametrize(
    "data",
    [
        f"Exampleshire: what was spent in 2026-27\n\n{SPENT_HEAD}\n\n{ROADS}\n{WASTE}\n".encode(),
        f"What was spent,,,,,,,,\nin pounds,,,,,,,,\n{SPENT_HEAD}\n{ROADS}\n{WASTE}\n".encode(),
        f"{SPENT_HEAD}\n{ROADS}\n{WASTE}\n".replace(",", ";").encode("utf-8-sig"),
        f"{SPENT_HEAD}\r\n{ROADS}\r\n{WASTE}\r\n".replace(",", "\t").encode("utf-16"),
        f"{SPENT_HEAD}\n{ROADS}\n{WASTE}\n".replace("2026-27", "2026 to 2027").encode(),
    ],
    ids=["title above", "title in a wide sheet", "semicolons", "Unicode text", "years in words"],
)
def test_a_councils_table_as_spreadsheets_write_it(data: bytes) -> None:
    imported("own.csv", data)
    assert nets() == {"trans": -500_00, "env": 350_00}


def test_a_council_that_knows_only_spending_income_and_cost() -> None:
    imported("own.csv", b"financial_year,group_code,gross_expenditure_gbp,total_income_gbp,net_current_expenditure_gbp\n"
             b"2026-27,env,400,50,350\n")  # fmt: skip
    assert nets() == {"env": 350_00}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (f"A title\n\n{SPENT_HEAD}\n\n{ROADS}\n{WASTE.replace('400', '401')}\n", "row 6: employees_gbp and"),
        (f"{SPENT_HEAD}\n{ROADS}\n{ROADS}\n", "row 3: trans of 2026-27 appears twice"),
        (f"{SPENT_HEAD}\n{SPENT_HEAD.replace('_', ' ')}\n{ROADS}\n", "row 2: the group"),
        (f"A title\n{SPENT_HEAD.replace(',net_current_expenditure_gbp', '')}\n{ROADS}\n", "row 3: has 9 cells"),
        ("Note\nfinancial_year,group_code,gross_expenditure_gbp\n2026-27,env,4\n",
         "row 2: has no column total_income_gbp, net_current_expenditure_gbp"),
        (f"{PLAN_HEAD}\n{PLANNED}\n2026-27,w3,{SECTION},Total environment,line,150\n", "row 4: .*row_type must be total"),
        (f"{PLAN_HEAD}\n{PLANNED}\n2026-27,w3,{SECTION},All,total,150\n2026-27,w4,{SECTION},Again,total,150\n",
         "row 5: “Again” is a second total"),
        (f"{DETAIL_HEAD}\n{DETAIL}\n{DETAIL}\n", "row 3: “Waste” of 2026-27 is in row 2 already"),
        (f"{DETAIL_HEAD}\n{DETAIL}\n{DETAIL.replace('Waste', 'Sub-total')}\n", "row 3: .*row_type must be total"),
        ("%PDF-1.7 table", "is a PDF"),
    ],
)  # fmt: skip
def test_what_would_be_counted_twice_or_cannot_be_read_is_named_with_its_row(data: str, problem: str) -> None:
    imported("own.csv", f"{SPENT_HEAD}\n{WASTE}\n".encode())
    before = (nets(), lines())
    with pytest.raises(ImportRefused, match=problem):
        imported("own.csv", data.encode())
    db.session.rollback()
    assert (nets(), lines()) == before


def test_a_section_that_is_no_service_is_said() -> None:
    examined = imported("own.csv", f"{PLAN_HEAD}\n{PLANNED.replace(SECTION, 'Streetscene')}\n".encode())
    assert [note for note in examined.notes if "'Streetscene' is not in the list" in note]


def test_figures_that_are_all_withdrawn_go_and_nothing_is_guessed(visitor: Visitor) -> None:
    nothing = dict.fromkeys(DISTRICT_SPENT, ("[x]",) * 7)
    imported("RSX_2024-25.csv", spent())
    assert len(nets()) == 3
    examined = imported("RSX_2024-25.csv", spent(**nothing))
    assert (nets(), len(examined.difference.gone), examined.years) == ({}, 3, ["2024-25"])
    assert "No figures have been published here yet." in visitor.get("/exampleshire/services").main
