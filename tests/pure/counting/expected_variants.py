"""The variants of the `expected` folder as counts of ours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Settings = dict[str, str | int | bool]

CHEAPEST = "cheapest,most-votes,id"
TIES = {"tie_file": "file", "tie_cheapest": "cheapest,id", "tie_id": "id"}
# id of the variant -> rule, settings, ties
EQUAL_SHARES: dict[str, tuple[str, Settings, str]] = {
    "mes_cost_none": ("equal-shares", {}, "id"),
    "mes_cost_none_tie_mincost": ("equal-shares", {}, CHEAPEST),
    "mes_card_none": ("equal-shares", {"satisfaction": "cardinality"}, "id"),
    "mes_cost_then_greedy": ("equal-shares", {"completion": "greedy"}, "id"),
    "mes_points_none": ("equal-shares", {"satisfaction": "points"}, "id"),
    "mes_pointscost_none": ("equal-shares", {"satisfaction": "points-cost"}, "id"),
}
LARGER_SHARES: dict[str, tuple[str, Settings, str]] = {
    "mes_cost_add1": ("equal-shares", {"completion": "add1"}, "id"),
    "mes_cost_add1_u": ("equal-shares", {"completion": "add1-greedy"}, "id"),
    "mes_cost_add1_noexh": ("equal-shares", {"completion": "add1", "stop": "overspend"}, "id"),
    "mes_cost_add1_noexh_u": ("equal-shares", {"completion": "add1-greedy", "stop": "overspend"}, "id"),
    "mes_cost_add1_integral": ("equal-shares", {"completion": "add1", "endowment": "integral"}, CHEAPEST),
    "mes_cost_add1_integral_u": ("equal-shares", {"completion": "add1-greedy", "endowment": "integral"}, CHEAPEST),
    "mes_cost_add1_integral_noexh": (
        "equal-shares",
        {"completion": "add1", "endowment": "integral", "stop": "overspend"},
        CHEAPEST,
    ),
    "mes_cost_add1_integral_noexh_u": (
        "equal-shares",
        {"completion": "add1-greedy", "endowment": "integral", "stop": "overspend"},
        CHEAPEST,
    ),
    "mes_cost_add1_integral_noexh_comparison": (
        "equal-shares",
        {"completion": "add1", "endowment": "integral", "stop": "overspend", "compare": True},
        CHEAPEST,
    ),
    "mes_points_add1": ("equal-shares", {"satisfaction": "points", "completion": "add1"}, "id"),
}
OTHERS: dict[str, tuple[str, Settings, str]] = {
    "greedy_cost_sat": ("greedy", {}, "id"),
    "greedy_cardinality_sat": ("greedy-per-cost", {}, "id"),
    "greedy_points_per_cost": ("greedy-per-cost", {}, "id"),
    "phragmen": ("phragmen", {}, "id"),
}


def count_for(variant: str) -> tuple[str, Settings, str]:
    """Rule, settings and ties of a variant of the folder. Raises KeyError for one that is not known here."""
    if variant.startswith("greedy_score_"):
        flags, _, ties = variant.removeprefix("greedy_score_").partition("__")
        settings: Settings = {"skip": "noskip" not in flags}
        return "greedy", settings | ({"threshold": "file"} if "threshold" in flags else {}), TIES[ties]
    return (EQUAL_SHARES | LARGER_SHARES | OTHERS)[variant]


def expected(folder: Path, name: str) -> dict[str, Any]:
    """The oracle of one election, by the name of its file."""
    loaded: dict[str, Any] = json.loads((folder / "expected" / (name.split(".pb")[0] + ".json")).read_text())
    return loaded
