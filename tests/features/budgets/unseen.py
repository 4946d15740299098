"""Files of councils nobody has prepared anything for, in the ministry's layouts, with the oddities those have."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

Sheet = list[list[str]]

# (code of the line, section above it, title, what the council's cell says): a district's plan in thousands of pounds.
DISTRICT_PLAN = (
    ("eduerl", "Education Services", "Early years", "0"),
    ("edutot", "", "TOTAL EDUCATION SERVICES", "0"),
    ("transprk", "Highways and Transport", "Parking services", '-1,204'),
    ("transpldis", "", "Concessionary fares, old form", "Category discontinued"),
    ("transtot", "", "TOTAL HIGHWAYS AND TRANSPORT SERVICES", "-1,204"),
    ("envref", "Environmental and Regulatory Services", "Waste collection", "4,310"),
    ("envclean", "", "Street cleansing", " 1,022 [r]"),
    ("envgrit", "", "Food safety", ""),
    ("envtot", "", "TOTAL ENVIRONMENTAL AND REGULATORY SERVICES", "5,332"),
    ("servicetot", "Net Current Expenditure", "TOTAL SERVICE EXPENDITURE", "4,128"),
    ("ctrtot", "Revenue Expenditure Financing", "COUNCIL TAX REQUIREMENT", "3,900"),
)  # fmt: skip
# Group -> employees, running expenses, gross, fees, other income, total income, net, in thousands of pounds.
DISTRICT_SPENT = {
    "edu": ("0", "0", "0", "0", "0", "0", "0"),
    "trans": ("310", "905", "1,215", "2,380", "0", "2,380", "-1,165"),
    "csc": ("[x]",) * 7,
    "env": ("2,200", "3,101", "5,301", "402", "88", "490", "4,811"),
    "cen": ("-", "..", "[z]", "", "", "", ""),
    "totsx": ("2,510", "4,006", "6,516", "2,782", "88", "2,870", "3,646"),
}


def plan_sheet(code: str, cells: Sequence[tuple[str, str, str, str]], *, year: str, name: str = "Exampleton") -> Sheet:
    """An RA sheet as another year laid it out: fewer notes above, the class before the council, its neighbours around it."""
    blank = ["", "", "", ""]
    heads = ["Class", "E-code", "ONS Code", "Local authority"]
    return [
        [f"Worksheet 3: Revenue Account Budget (RA) {year}: data by local authority"],
        ["Figures are in £ thousand unless a note says otherwise."],
        ["Data are reported in £ thousand."],
        ["This row contains the data base Asset ID code.", "", "", "", *(one[0] for one in cells)],
        ["This row contains section headings.", "", "", "", *(one[1] for one in cells)],
        [*heads, *(one[2] for one in cells)],
        ["SD", "E9997", "E07000997", "Neighbourton", *("9,999" for _ in cells)],
        ["SD", "E9998", code, name, *(one[3] for one in cells)],
        ["", *blank, *("" for _ in cells)],
        ["SD", "", "", "All districts", *("99,999" for _ in cells)],
    ]


def spent_sheet(code: str, groups: dict[str, tuple[str, ...]], *, year: str, order: Iterable[str]) -> Sheet:
    """An RSX sheet with its measures in this order, beside columns that are no measures."""
    places = dict(
        zip(("empl", "run-exp", "tot-exp", "sfc", "oth-inc", "tot-inc", "net-cur-exp"), range(7), strict=True)
    )
    measures = list(order)
    columns = [(group, measure) for group in groups for measure in measures]
    return [
        [f"Worksheet 1: Revenue Outturn (RO) {year}: Service Expenditure Summary (RSX) data"],
        ["Source: made-up returns"],
        ["Last updated: 3 December 2025"],
        ["This worksheet contains 1 table. Data is reported in £ thousand."],
        ["", "", "", "", *(f"RSX-{group}-{measure}" for group, measure in columns)],
        ["", "", "", "", *(f"C{places[measure] + 1}R{number}" for number, (_, measure) in enumerate(columns))],
        ["ONS Code", "Local authority", "Certified", "Notes", *(f"{group} - {measure}" for group, measure in columns)],
        ["E07000997", "Neighbourton", "Yes", "", *("1" for _ in columns)],
        [code, "Exampleton", "No", "Note 4", *(groups[group][places[measure]] for group, measure in columns)],
    ]  # fmt: skip


def as_csv(sheet: Sheet) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(sheet)
    return out.getvalue().encode()
