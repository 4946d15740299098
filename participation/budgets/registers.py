"""What a council publishes beside its accounts: contracts, counts of people and households, council tax, an older net-only year.

A contracts register and a count of people are replaced as a whole by the next file; years of figures as all figures are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from participation.budgets.amounts import adds_up, is_missing
from participation.budgets.figures import financial_year, money, same_name
from participation.budgets.models import Contract, CouncilTax, EarlierNet, PeopleCount
from participation.budgets.taxonomy import FOLDER, delivery_models, service_groups
from participation.budgets.wanted import Groups, Kind, Wanted
from participation.councils.tables import Row, Table, read_table
from participation.errors import ImportRefused

# The total of services in forms RS and RSX.
_TOTAL_LINE = "699"
CONTRACT_COLUMNS = ("reference", "title", "supplier")
# What a register may say besides.
CONTRACT_FACTS = (
    "department", "value_gbp", "starts_on", "ends_on", "review_on", "group_code", "delivery_model", "cpv", "sme", "vcse",
)  # fmt: skip
_YES, _NO = ("true", "yes", "y", "1"), ("false", "no", "n", "0")
_DATE_FORMS = (
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d/%m/%y",
    "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M",
)  # fmt: skip
# The legal form of these bodies is in their name. "Limited" says nothing: charities are limited companies too.
_NAMES = ((r"\bCIC\b|\bCommunity Interest Company\b", "contract_vcse"), (r"\bNHS\b|\bCouncil\b", "public_public"))


@cache
def _column_names() -> dict[str, str]:
    table = read_table(FOLDER / "register_columns.csv", needed=("column", "also_called"))
    return {same_name(row["also_called"]): row["column"] for row in table.rows}


@cache
def _services_by_cpv() -> dict[str, str]:
    table = read_table(FOLDER / "cpv_services.csv", needed=("cpv_prefix", "group_code"))
    return {row["cpv_prefix"]: row["group_code"] for row in table.rows}


def usual_names(columns: Sequence[str]) -> dict[str, str]:
    """The file's own names of a contracts register -> ours, where one of them is known under another name."""
    return {column: _column_names()[same_name(column)] for column in columns if same_name(column) in _column_names()}


def service_of_cpv(codes: str) -> str | None:
    """The service group of the first CPV code whose beginning is listed, the longest one first."""
    for code in re.findall(r"\d{8}", codes):
        known = [prefix for prefix in _services_by_cpv() if code.startswith(prefix)]
        if known:
            return _services_by_cpv()[max(known, key=len)]
    return None


def _contracts(table: Table, groups: Groups) -> tuple[list[Wanted], list[str]]:
    wanted = []
    nobody = 0
    for row in table.rows:
        if not row["supplier"]:
            nobody += 1
            continue
        wanted.append(_contract(row, groups))
    _refuse_repeats(wanted)
    unplaced = sum(one.group_id is None for one in wanted)
    notes = []
    if nobody:
        notes.append(f"{table.file}: {nobody} rows name no supplier and are left out: nobody holds a contract yet.")
    if unplaced:
        these = (
            "1 contract names no service and is" if unplaced == 1 else f"{unplaced} contracts name no service and are"
        )
        notes.append(f"{table.file}: {these} on no service's page.")
    return wanted, notes


def _contract(row: Row, groups: Groups) -> Wanted:
    group = _group(row, groups)
    title, starts, ends = row.words("title", at_most=300), _date(row, "starts_on"), _date(row, "ends_on")
    value = money(row, "value_gbp") if "value_gbp" in row.cells else None
    if starts and ends and ends < starts:
        raise row.refuse("the contract ends before it starts")
    if value is not None and value < 0:
        raise row.refuse("value_gbp cannot be below zero")
    words = {
        "title": title,
        "supplier": re.sub(r",(?=\S)", ", ", row.words("supplier", at_most=350)),
        "group_id": group,
        "delivery_model": _delivery_model(row),
        "small_business": _flag(row, "sme"),
        "starts_on": starts,
        "ends_on": ends,
        "review_on": _date(row, "review_on"),
        "value_pence": value,
    }
    return Wanted((row.words("reference", at_most=120),), {}, words, row, title, "", group)


def _group(row: Row, groups: Groups) -> int | None:
    """What the register says itself, by code or name; else what its CPV code says."""
    said = row.cells.get("group_code", "") or row.cells.get("department", "")
    names = {
        same_name(name): group
        for group in groups.values()
        for name in (group.code, group.plain_name, group.official_name)
    }
    if row.cells.get("group_code") and same_name(said) not in names:
        raise row.refuse(f"the group {said!r} is not in the list of services")
    found = names.get(same_name(said)) or groups.get(service_of_cpv(row.cells.get("cpv", "")) or "")
    return found.id if found else None


def _delivery_model(row: Row) -> str | None:
    said = row.cells.get("delivery_model", "")
    if said:
        if said not in {model.code for model in delivery_models()}:
            raise row.refuse(f"the delivery_model {said!r} is not in the list of ways of delivering a service")
        return said
    charity = _flag(row, "vcse")
    if charity is not None:
        return "contract_vcse" if charity else "contract_private"
    return next((model for pattern, model in _NAMES if re.search(pattern, row["supplier"])), None)


def _flag(row: Row, column: str) -> bool | None:
    text = row.cells.get(column, "").lower()
    if not text:
        return None
    if text not in _YES + _NO:
        raise row.refuse(f"{column} must be yes or no, not {row[column]!r}")
    return text in _YES


def _date(row: Row, column: str) -> date | None:
    text = row.cells.get(column, "")
    if not text:
        return None
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day of a calendar has no time zone
        except ValueError:
            continue
    raise row.refuse(f"{column} must be a date such as 2027-03-31 or 31/03/2027, not {text!r}")


def _people(table: Table, groups: Groups) -> tuple[list[Wanted], list[str]]:
    del groups
    wanted = []
    for row in table.rows:
        on = _date(row, "date")
        counts = {
            column: None if is_missing(row[column]) else row.count(column) for column in ("residents", "households")
        }
        if on is None or not any(counts.values()):
            raise row.refuse("needs a date and a number of residents or households above zero")
        if 0 in counts.values():
            raise row.refuse("a council has residents and households: leave a number that is not known empty")
        wanted.append(Wanted((on,), {}, counts, row, on.isoformat(), "", None))
    _refuse_repeats(wanted)
    return wanted, []


def _refuse_repeats(wanted: Sequence[Wanted]) -> None:
    seen: dict[object, Row] = {}
    for one in wanted:
        if one.key in seen:
            raise one.row.refuse(f"{one.key[0]} is in row {seen[one.key].number} already")
        seen[one.key] = one.row


def _council_tax(table: Table, groups: Groups) -> tuple[list[Wanted], list[str]]:
    del groups
    wanted = []
    for row in table.rows:
        year, area = financial_year(row), money(row, "band_d_area_total_gbp")
        if area is None:
            continue
        figures = {"own_pence": money(row, "band_d_own_element_gbp"), "area_pence": area}
        wanted.append(Wanted((year,), figures, {}, row, "Council tax, band D", year, None))
    _refuse_repeats(wanted)
    return wanted, []


def _summary(table: Table, groups: Groups) -> tuple[list[Wanted], list[str]]:
    """Services of form RS; its other lines are steps down to the council tax requirement and belong to no service."""
    lines = {facts.form_line: groups[facts.code] for facts in service_groups() if facts.code in groups}
    found, total = [], None
    for row in table.rows:
        group, net, year = lines.get(row["form_line"]), money(row, "net_gbp"), financial_year(row)
        if row["form_line"] == _TOTAL_LINE:
            total = row
        if group is not None and net is not None:
            found.append(Wanted((group.id, year), {"net_pence": net}, {}, row, group.plain_name, year, group.id))
    if not found:
        raise ImportRefused(file=table.file, problem="names no service of the list")
    _refuse_repeats(found)
    known = [one.figures["net_pence"] or 0 for one in found]
    expected = money(total, "net_gbp") if total is not None else None
    if total is not None and expected is not None and not adds_up(known, expected):
        raise total.refuse(f"net_gbp is {expected / 100:,.0f}, the services add up to {sum(known) / 100:,.0f}")
    return found, []


REGISTERS = (
    Kind(
        name="contracts",
        pattern="contract*.csv",
        columns=CONTRACT_COLUMNS,
        model=Contract,
        key=("reference",),
        read=_contracts,
        without="",
        by_year=False,
        names=usual_names,
        optional=CONTRACT_FACTS,
    ),
    Kind(
        name="population",
        pattern="people_counts*.csv",
        columns=("date", "residents", "households"),
        model=PeopleCount,
        key=("counted_on",),
        read=_people,
        without="",
        by_year=False,
    ),
    Kind(
        name="council_tax",
        pattern="council_tax_band_d*.csv",
        columns=("financial_year", "band_d_own_element_gbp", "band_d_area_total_gbp"),
        model=CouncilTax,
        key=("financial_year",),
        read=_council_tax,
        without="",
    ),
    Kind(
        name="summary",
        pattern="revenue_summary*.csv",
        columns=("financial_year", "form_line", "line_title", "net_gbp"),
        model=EarlierNet,
        key=("group_id", "financial_year"),
        read=_summary,
        without="",
    ),
)
