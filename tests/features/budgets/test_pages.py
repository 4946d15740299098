"""What services cost, as residents read it: real councils, real traps."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from participation.budgets.load import load_council
from participation.budgets.models import Outturn, ServiceGroup
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.councils.folders import MONEY, loaded, small_council
from tests.features.queries import counted_queries
from tests.visitor import Page, Visitor


@pytest.fixture
def lambeth(app: Flask) -> None:
    loaded("lambeth")


@pytest.fixture
def blackburn(app: Flask) -> None:
    loaded("blackburn-with-darwen")


def bars_of(page: Page, name: str) -> dict[str, str]:
    """Label -> value in words of the chart with this name."""
    found = page.soup.select_one(f'ul.app-bars[aria-label="{name}"]')
    assert found is not None, f"no chart {name!r}"
    return {
        row.select_one(".app-bars__label").get_text(" ", strip=True): row.select_one(".app-bars__value").get_text(
            " ", strip=True
        )  # type: ignore[union-attr]
        for row in found.select(".app-bars__row")
    }


def test_lambeths_totals_are_the_published_ones(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/services")
    total = page.rows("What was spent in 2024 to 2025")[-1]
    assert total == ["All services", "£1,059,047,560", "£256,160,520", "£802,887,040", "£2,534.27", "£100"]


def test_highways_brings_in_more_than_it_costs_in_words(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/services")
    chart = bars_of(page, "Cost to the council, by service")
    assert chart["Roads, parking and transport"] == "brings in £20.0 million more than it costs"
    assert not any(value.startswith("−") for value in chart.values())
    row = next(row for row in page.rows("What was spent") if row[0].startswith("Roads"))
    assert row[3] == "−£20,037,420 brings in more than it costs"
    one = visitor.follow("Roads, parking and transport")
    assert "In 2024 to 2025 it brought in £20.0 million more than it cost." in one.main
    assert "Nothing was needed from council tax" in one.main


def test_each_hundred_pounds_is_given_out_exactly_once(lambeth: None, visitor: Visitor) -> None:
    rows = visitor.get("/lambeth/services").rows("What was spent")[1:-1]
    assert sum(int(row[5].removeprefix("£")) for row in rows) == 100


@pytest.mark.parametrize(("code", "provider"), [("pol", "Metropolitan Police Service"), ("frs", "London Fire Brigade")])
def test_police_and_fire_are_absent_and_their_providers_named(
    lambeth: None, visitor: Visitor, code: str, provider: str
) -> None:
    page = visitor.get("/lambeth/services")
    assert f"/lambeth/services/{code}" not in page.html
    assert provider in page.main
    assert len(page.rows("What was spent")) == 13
    one = visitor.get(f"/lambeth/services/{code}")
    assert (one.status, "This is not a service of Lambeth Council." in one.main) == (200, True)
    assert provider in one.main


def test_every_year_has_its_page(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/services?year=2021-22")
    assert page.rows("What was spent in 2021 to 2022")[-1][1:4] == ["£873,494,000", "£195,561,000", "£677,933,000"]
    assert [row[0] for row in page.rows("All services, by year")[1:]] == [
        "2021 to 2022", "2022 to 2023", "2023 to 2024", "2024 to 2025",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["services?year=2019-20", "services?year=x", "services/xyz", "services/totsx"])
def test_what_is_not_there_is_not_found(lambeth: None, visitor: Visitor, path: str) -> None:
    assert visitor.get(f"/lambeth/{path}").status == 404


def test_plan_and_actual_stand_side_by_side_and_are_never_mixed(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/services/asc")
    plans = page.rows("Plan beside what it came to")[1:]
    assert plans == [
        ["2021 to 2022", "£96,698,000", "£98,024,000", "cost £1,326,000 more than planned"],
        ["2023 to 2024", "£110,318,000", "£116,064,000", "cost £5,746,000 more than planned"],
    ]
    lines = page.rows("Planned cost, line by line")
    assert lines[0] == ["Line of the budget", "2021 to 2022", "2023 to 2024"]
    assert lines[-1] == ["All lines together", "£96,698,000", "£110,318,000"]
    assert "COVID-19 discharge costs" in page.main


def test_a_surplus_beside_its_plan_is_said_as_money_brought_in(lambeth: None, visitor: Visitor) -> None:
    plans = visitor.get("/lambeth/services/trans").rows("Plan beside what it came to")[1:]
    assert [row[3] for row in plans] == [
        "brought in £2,830,000 more than planned",
        "brought in £1,031,000 less than planned",
    ]


def test_where_the_money_came_from_adds_up(lambeth: None, visitor: Visitor) -> None:
    chart = bars_of(visitor.get("/lambeth/services/asc"), "Where the money came from")
    assert list(chart.values()) == ["£19.6 million", "£44.0 million", "£145.5 million"]


def test_lines_below_the_service_are_there(lambeth: None, visitor: Visitor) -> None:
    rows = visitor.get("/lambeth/services/csc").rows("line by line")
    assert rows[0][0] == "Line of the budget"
    detail = visitor.get("/lambeth/services/csc").rows("What was spent in 2024 to 2025, line by line")
    assert detail[-1] == ["All lines together", "£125,394,730", "£2,989,960", "£122,404,770"]
    assert any(row[0].startswith("Part of the line above:") for row in detail)


def test_london_boroughs_are_compared_by_share(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/services/asc")
    assert "Lambeth spent £19.75 on this service. It is number 8 of 33" in page.main
    assert len(page.rows("of each £100")) == 34


def test_each_figure_names_its_source(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/services/asc")
    for words in ("form RSX", "form RA", "form RO3", "Open Government Licence v3.0", "mid-2022"):
        assert words in page.main


@pytest.mark.parametrize("slug", ["lambeth", "blackburn-with-darwen"])
def test_every_page_of_both_councils_answers(lambeth: None, blackburn: None, visitor: Visitor, slug: str) -> None:
    codes = db.session.scalars(select(ServiceGroup.code)).unique().all()
    for path in ("services", "services/ways-of-delivering", *(f"services/{code}" for code in codes)):
        assert visitor.get(f"/{slug}/{path}").status == 200


def test_blackburn_has_no_comparison_with_london(blackburn: None, visitor: Visitor) -> None:
    page = visitor.get("/blackburn-with-darwen/services/asc")
    assert "Compared with" not in page.main
    assert "Lancashire Constabulary" in visitor.get("/blackburn-with-darwen/services/pol").main


def test_a_district_does_not_show_education_and_says_who_provides_it(
    app: Flask, tmp_path: Path, visitor: Visitor
) -> None:
    outturn = (
        "financial_year,group_code,employees_gbp,running_expenses_gbp,gross_expenditure_gbp,sales_fees_charges_gbp,"
        "other_income_gbp,total_income_gbp,net_current_expenditure_gbp\n"
        "2024-25,edu,0,0,0,0,0,0,0\n2024-25,env,10,20,30,5,0,5,25\n2024-25,totsx,10,20,30,5,0,5,25\n"
    )
    with transaction():
        load_council(folder=small_council(tmp_path / "third", tier="district", outturn=outturn))
    page = visitor.get("/exampleshire/services")
    assert not any(row[0].startswith("Schools") for row in page.rows("What was spent"))
    assert "Schools and learning: not a service of this council. It is provided by your county council." in page.main
    assert "your county council" in visitor.get("/exampleshire/services/edu").main


def test_what_is_not_published_is_said_and_not_zero(app: Flask, tmp_path: Path, visitor: Visitor) -> None:
    with transaction():
        load_council(folder=small_council(tmp_path / "third"))
    page = visitor.get("/exampleshire/services?year=2023-24")
    assert "Nothing is published for this year about:" in page.main
    assert "Running the council" in page.main
    assert not any(row[0] == "Running the council" for row in page.rows("What was spent"))
    assert "No figures about this service have been published" in visitor.get("/exampleshire/services/cen").main


def test_a_council_without_figures_says_so(world: World, visitor: Visitor) -> None:
    world.council()
    assert "No figures have been published here yet." in visitor.get("/exampleton/services").main
    assert visitor.get("/exampleton/services/edu").status == 200


def test_figures_can_be_taken_away(lambeth: None, visitor: Visitor) -> None:
    response = visitor.get("/lambeth/services/figures/csv").response
    assert "lambeth-what-services-cost.csv" in response.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(response.get_data().decode("utf-8-sig"))))
    net = [
        row
        for row in rows
        if row["table"] == "spending" and row["column"] == "net" and row["row"].startswith("2024-25")
    ]
    assert sum(float(row["value"]) for row in net) == 802_887_040
    blank = next(row for row in rows if row["row"] == "2023-24 | asccovdis" and row["column"] == "net")
    assert (blank["value"], blank["status"]) == ("", "x")
    assert json.loads(visitor.get("/lambeth/services/figures/json").html)
    assert visitor.get("/lambeth/services/figures/xlsx").response.get_data().startswith(b"PK")
    assert visitor.get("/lambeth/services/figures/abacus").status == 422


def test_pages_take_as_many_queries_for_many_rows_as_for_few(
    lambeth: None, app: Flask, tmp_path: Path, visitor: Visitor
) -> None:
    with transaction():
        load_council(folder=small_council(tmp_path / "third"))
    for path in ("services", "services/edu"):
        counts = []
        for slug in ("exampleshire", "lambeth"):
            visitor.get(f"/{slug}/{path}")
            with counted_queries() as seen:
                visitor.get(f"/{slug}/{path}")
            counts.append(len(seen))
        assert counts[0] == counts[1] <= 14


def test_the_tables_total_is_that_of_the_database(blackburn: None, visitor: Visitor) -> None:
    total = db.session.scalar(select(func.sum(Outturn.net_pence)).where(Outturn.financial_year == "2024-25"))
    page = visitor.get("/blackburn-with-darwen/services")
    assert page.rows("What was spent")[-1][3] == f"£{total // 100:,}"


def test_the_councils_own_money_is_shown_as_planned(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/services")
    assert page.rows("Planned money coming in, 2023 to 2024")[1:] == [
        ["Government grants for set purposes, such as schools and public health", "£350,995,000"],
        ["Government grants that are passed on, such as housing benefit", "£164,174,000"],
        ["Council tax", "£149,680,000"],
        ["Business rates the council keeps", "£130,755,000"],
        ["Government grant for any purpose (Revenue Support Grant)", "£37,261,000"],
        ["Charges on new buildings (Community Infrastructure Levy)", "£6,975,000"],
        ["Interest and investments", "£5,400,000"],
    ]


def test_a_service_without_spending_says_so(blackburn: None, visitor: Visitor) -> None:
    page = visitor.get("/blackburn-with-darwen/services/oth")
    assert "In 2024 to 2025 nothing was spent on it." in page.main
    assert "Where the money came from" not in page.main


def test_a_council_without_figures_can_still_be_downloaded(world: World, visitor: Visitor) -> None:
    world.council()
    for name in ("csv", "json", "xlsx"):
        assert visitor.get(f"/exampleton/services/figures/{name}").status == 200


def test_each_household_is_named_with_its_date(blackburn: None, visitor: Visitor) -> None:
    page = visitor.get("/blackburn-with-darwen/services")
    assert "a week for each household, counting 58,779 households on 21 March 2021" in page.main
    assert "for each household" in visitor.get("/blackburn-with-darwen/services/asc").main


def test_without_a_count_nothing_is_said_of_households(lambeth: None, visitor: Visitor) -> None:
    assert "household" not in visitor.get("/lambeth/services").main
    assert "household," not in visitor.get("/lambeth/services/asc").main


def test_the_older_year_is_part_of_the_trend_and_says_what_it_lacks(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/services/trans")
    assert next(iter(bars_of(page, "Cost to the council by year"))) == "2017 to 2018"
    assert "2017 to 2018: £8,190,149. Only the cost after income is published here for that year" in page.main
    assert "2017 to 2018" not in [row[0] for row in page.rows("What was spent, by year")]
    assert "form RS)" in page.main
    assert (
        next(iter(bars_of(visitor.get("/lambeth/services"), "Cost of all services to the council by year")))
        == "2017 to 2018"
    )


def test_council_tax_has_its_picture_and_its_table(blackburn: None, visitor: Visitor) -> None:
    page = visitor.get("/blackburn-with-darwen/services")
    assert len(bars_of(page, "Council tax of band D by year")) == 10
    assert page.rows("Council tax of band D, by year")[-1] == ["2025 to 2026", "£2,337.17", "£1,964.93", "£372.24"]


def test_a_council_without_council_tax_or_contracts_says_nothing_of_them(lambeth: None, visitor: Visitor) -> None:
    page = visitor.get("/lambeth/services")
    assert page.soup.select_one("#council-tax") is None
    assert len(page.rows("How services are delivered, 2024 to 2025")[0]) == 3
    assert "No contracts for this service are published here." in visitor.get("/lambeth/services/asc").main


def test_who_delivers_a_service_comes_from_contracts_and_a_proxy_that_says_so(
    blackburn: None, visitor: Visitor
) -> None:
    page = visitor.get("/blackburn-with-darwen/services/phs")
    rows = page.rows("Contracts for this service")
    assert rows[0] == ["What for", "Who holds it", "Kind of body", "Ends", "Value over all years"]
    assert ["Community Stop Smoking Service", "Solutions 4 Health", "Not said", "Not said", "£1,396,212.93"] in rows
    assert "That is an estimate of how much the council does itself." in page.main
    assert "Contracts Finder notices of the council" in page.main


def test_the_delivery_mix_has_its_picture_and_its_table(blackburn: None, visitor: Visitor) -> None:
    page = visitor.get("/blackburn-with-darwen/services")
    picture = bars_of(page, "Pounds of each £100 that pay the council's own staff")
    rows = {row[0]: row for row in page.rows("How services are delivered")[1:]}
    assert {name: row[1] for name, row in rows.items()} == picture
    assert all(int(row[1][1:]) + int(row[2][1:]) == 100 for row in rows.values())
    assert sum(int(row[3]) for row in rows.values()) > 5
    assert "cannot be placed with one service" in page.main


DISTRICT = f"""financial_year,group_code,{MONEY}
2024-25,edu,0,0,0,0,0,0,0
2024-25,asc,0,0,0,0,0,0,0
2024-25,csc,0,0,0,0,0,0,0
2024-25,phs,0,0,0,0,0,0,0
2024-25,env,3000,2000,5000,500,500,1000,4000
2024-25,hous,1000,1000,2000,0,0,0,2000
2024-25,totsx,4000,3000,7000,500,500,1000,6000
"""


def test_a_district_shows_who_provides_what_it_does_not(app: Flask, tmp_path: Path, visitor: Visitor) -> None:
    with transaction():
        load_council(folder=small_council(tmp_path / "district", tier="district", outturn=DISTRICT))
    page = visitor.get("/exampleshire/services")
    shown = [row[0] for row in page.rows("What was spent")[1:-1]]
    assert len(shown) == 2
    for code in ("edu", "asc", "csc", "phs"):
        assert f"/exampleshire/services/{code}" not in page.html
        one = visitor.get(f"/exampleshire/services/{code}")
        assert (one.status, "It is provided by your county council." in one.main) == (200, True)
    assert "not a service of this council. It is provided by your county council." in page.main
    assert {row[0] for row in page.rows("How services are delivered")[1:]} == set(shown)
