"""The list of services: the 13 groups of the ministry's forms in plain words, and who provides what a council does not.

Facts as data in config/taxonomy; read once per process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from config.settings import ROOT
from participation.councils.tables import Row, read_table

FOLDER = ROOT / "config" / "taxonomy"
TOTAL_CODE = "totsx"
_TIER_COLUMNS = {
    "london_borough": "london_or_unitary_provides",
    "unitary": "london_or_unitary_provides",
    "metropolitan": "london_or_unitary_provides",
    "county": "county_provides",
    "district": "district_provides",
}


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """One group. `form_line` is its line of forms RS and RSX; `provided` says per tier whether it is theirs: yes, part or no."""

    code: str
    official_name: str
    plain_name: str
    what_it_covers: str
    duty: str
    caution: str
    budget_section: str
    form_line: str
    provided: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeliveryModel:
    """A way of delivering a service in neutral words. `who` is council, external, shared, resident, mixed or none."""

    code: str
    label: str
    description: str
    who: str


@dataclass(frozen=True, slots=True)
class IncomeLine:
    """A line of the budget form that is money coming in. `sign` turns the form's amount into a positive one."""

    asset_id: str
    sign: int
    name: str


@cache
def service_groups() -> tuple[GroupFacts, ...]:
    """The groups in the order of the form, without the total."""
    table = read_table(FOLDER / "service_groups.csv", needed=("group_code", "plain_name", *_TIER_COLUMNS.values()))
    return tuple(_group(row) for row in table.rows if row["group_code"] != TOTAL_CODE)


def _group(row: Row) -> GroupFacts:
    return GroupFacts(
        code=row["group_code"],
        official_name=row["official_name"],
        plain_name=row["plain_name"],
        what_it_covers=row["what_it_covers"],
        duty=row["main_duty_or_power"],
        caution=row["caution"],
        budget_section=row["budget_form_section"],
        form_line=row["outturn_form_line"],
        provided={tier: row[column] for tier, column in _TIER_COLUMNS.items()},
    )


@cache
def providers(tier: str) -> Mapping[str, str]:
    """Group code -> who provides it where a council of this tier does not, or does in part."""
    table = read_table(FOLDER / "providers.csv", needed=("tier", "group_code", "provider"))
    return {row["group_code"]: row["provider"] for row in table.rows if row["tier"] == tier}


@cache
def line_types() -> Mapping[str, str]:
    """Asset code of a budget line -> line or total, as in the form of 2023-24."""
    table = read_table(FOLDER / "ra_service_lines.csv", needed=("asset_id", "row_type"))
    return {row["asset_id"]: row["row_type"] for row in table.rows}


@cache
def form_sections() -> frozenset[str]:
    """The sections of the budget form, those below the services too."""
    table = read_table(FOLDER / "ra_service_lines.csv", needed=("asset_id", "section"))
    return frozenset(row["section"] for row in table.rows)


@cache
def income_lines() -> tuple[IncomeLine, ...]:
    """The lines that pay for services, in the order they are explained."""
    table = read_table(FOLDER / "income_lines.csv", needed=("asset_id", "sign", "plain_name"))
    return tuple(IncomeLine(row["asset_id"], int(row["sign"]), row["plain_name"]) for row in table.rows)


@cache
def loaded_words() -> Mapping[str, str]:
    """Words that do not belong in a neutral option, each with what it does: "expensive" -> "praises or blames the cost"."""
    table = read_table(FOLDER / "loaded_words.csv", needed=("word", "why"))
    return {row["word"]: row["why"] for row in table.rows}


@cache
def delivery_models() -> tuple[DeliveryModel, ...]:
    """The ways of delivering a service, in the order they are offered."""
    table = read_table(
        FOLDER / "delivery_models.csv",
        needed=("model_code", "neutral_label", "plain_description", "who_delivers"),
    )
    return tuple(
        DeliveryModel(row["model_code"], row["neutral_label"], row["plain_description"], row["who_delivers"])
        for row in table.rows
    )


def delivery_label(code: str) -> str:
    """The neutral words for a delivery model's code; the code itself when it is not in the list."""
    return next((model.label for model in delivery_models() if model.code == code), code)
