"""A service beside the same service of similar councils, out of config/comparators/<tier>.csv.

Councils differ in size, so what is compared is how many pounds of each £100 spent (before income) go to the service. That needs
no population of the same date for every council.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from config.settings import ROOT
from participation.budgets.figures import financial_year, money
from participation.budgets.taxonomy import TOTAL_CODE
from participation.councils.tables import read_table
from participation.web.charts import Bar, Entry, bars
from participation.web.words import pounds

FOLDER = ROOT / "config" / "comparators"
KIND_WORDS = {"london_borough": "London boroughs"}
FEWEST = 5

Spent = Mapping[tuple[str, str], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Peer:
    """One council: pence of each £100 it spends on the service."""

    gss_code: str
    name: str
    share_pence: int
    here: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """`peers` from the highest share to the lowest; `place` is this council's place among them, from 1."""

    year: str
    kind: str
    peers: tuple[Peer, ...]
    place: int
    here: Peer
    middle_pence: int
    picture: tuple[Bar, ...]


@cache
def _tier(tier: str) -> tuple[Mapping[str, str], Spent]:
    """Names by code, and spending before income by (council, year) and group, of all councils of a tier."""
    path = FOLDER / f"{tier}.csv"
    names: dict[str, str] = {}
    spent: dict[tuple[str, str], dict[str, int]] = {}
    if not path.exists():
        return names, spent
    table = read_table(path, needed=("financial_year", "ons_code", "authority", "group_code", "gross_expenditure_gbp"))
    for row in table.rows:
        gross = money(row, "gross_expenditure_gbp")
        if gross is not None:
            names[row["ons_code"]] = row["authority"]
            spent.setdefault((row["ons_code"], financial_year(row)), {})[row["group_code"]] = gross
    return names, spent


def comparison(*, tier: str, gss_code: str, group_code: str, year: str) -> Comparison | None:
    """Compare one service in one year; None when this council or too few others have published figures."""
    names, spent = _tier(tier)
    peers = sorted(
        (
            Peer(code, names[code], _share(groups[group_code], groups[TOTAL_CODE]), code == gss_code)
            for (code, of_year), groups in spent.items()
            if of_year == year and group_code in groups and groups.get(TOTAL_CODE, 0) > 0
        ),
        key=lambda peer: (-peer.share_pence, peer.name),
    )
    place = next((place for place, peer in enumerate(peers, start=1) if peer.here), None)
    if place is None or len(peers) < FEWEST:
        return None
    middle = _middle([peer.share_pence for peer in peers])
    here = peers[place - 1]
    kind = KIND_WORDS.get(tier, "similar councils")
    return Comparison(year, kind, tuple(peers), place, here, middle, tuple(_picture(peers, here, middle)))


def _share(part: int, whole: int) -> int:
    """Pence of each £100, rounded half up."""
    return (max(0, part) * 20_000 + whole) // (2 * whole)


def _middle(values: list[int]) -> int:
    """The median, in whole pence rounded half up."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half] + 1) // 2


def _picture(peers: list[Peer], here: Peer, middle: int) -> list[Bar]:
    highest, lowest = peers[0], peers[-1]
    entries = [
        Entry(f"Highest: {highest.name}", highest.share_pence, pounds(highest.share_pence), tone="other"),
        Entry(here.name, here.share_pence, pounds(here.share_pence)),
        Entry("The middle council", middle, pounds(middle), tone="other"),
        Entry(f"Lowest: {lowest.name}", lowest.share_pence, pounds(lowest.share_pence), tone="other"),
    ]
    return bars(entries)
