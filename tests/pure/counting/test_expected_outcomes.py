"""Outcomes on real elections: the oracle's for every variant, and the ones that were really announced."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from participation.counting import Ties, count
from participation.counting.pabulib import read
from participation.counting.rules.equal_shares import completion
from tests.pure.counting.expected_variants import LARGER_SHARES, Settings, count_for, expected
from tests.pure.counting.pabulib_files import ELECTIONS


def check_variants(folder: Path, name: str, wanted: Callable[[str], bool]) -> int:
    """Count every variant that is wanted and compare; the number of them."""
    file = read(folder / name)
    election = file.election()
    profile = file.profile(election)
    variants = [variant for variant in expected(folder, name)["variants"] if wanted(variant["id"])]
    for variant in variants:
        rule, settings, ties = count_for(variant["id"])
        outcome = count(election, profile, rule=rule, settings=settings, ties=Ties.parse(ties), explain=False)
        assert sorted(outcome.selected) == variant["winners"], variant["id"]
        assert Fraction(outcome.total_cost, election.unit) == Fraction(variant["total_cost"]), variant["id"]
        if "order_of_selection" in variant:
            assert list(outcome.selected) == variant["order_of_selection"], variant["id"]
        if variant.get("payments"):
            paid = [Fraction(str(step.facts["rate"])) / election.unit for step in outcome.rounds]
            assert paid == [Fraction(payment["max_payment_per_supporter"]) for payment in variant["payments"]]
            assert len(outcome.ties_met) == variant["rounds_with_exact_tie"], variant["id"]
        if "final_endowment" in variant:
            share = Fraction(str(outcome.facts["final_share"])) / election.unit
            assert share == Fraction(variant["final_endowment"]), variant["id"]
        if "prefers_mes" in variant:
            assert outcome.facts["prefer_equal_shares"] == variant["prefers_mes"]
            assert outcome.facts["prefer_greedy"] == variant["prefers_greedy"]
    return len(variants)


@pytest.mark.parametrize("name", ELECTIONS)
def test_every_variant_without_larger_shares(pabulib: Path, name: str) -> None:
    assert check_variants(pabulib, name, lambda variant: variant not in LARGER_SHARES) >= 6


@pytest.mark.parametrize("ties", ["id", "cheapest,most-votes,id"])
def test_elections_on_which_doubles_elect_the_wrong_projects(pabulib: Path, ties: str) -> None:
    traps = json.loads((pabulib / "float_traps" / "expected.json").read_text())
    assert len(traps) == 20
    for trap in traps:
        file = read(pabulib / "float_traps" / trap["file"])
        outcome = count(file.election(), file.profile(), rule="equal-shares", settings={}, ties=Ties.parse(ties))
        assert sorted(outcome.selected) == trap["winners"], trap["file"]
        if ties == "id":
            assert list(outcome.selected) == trap["order_of_selection"], trap["file"]
            assert [step.facts["rate"] for step in outcome.rounds] == trap["max_payment_per_supporter"], trap["file"]
            assert len(outcome.ties_met) == trap["exact_ties"], trap["file"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ELECTIONS)
def test_what_losers_lacked(pabulib: Path, name: str) -> None:
    """Money left, effective support and the largest cost at which it would have been funded, worked out exactly."""
    known = expected(pabulib, name).get("explain_mes_cost_none", {}).get("losers", {})
    file = read(pabulib / name)
    election = file.election()
    # The oracle explains approval elections up to a size.
    assert known or file.head.vote_type in ("ordinal", "cumulative") or file.voters > 28_000
    outcome = count(election, file.profile(election), rule="equal-shares", settings={}, ties=Ties.parse("id"))
    for code, lacked in known.items():
        facts = outcome.option(code).facts
        if not outcome.option(code).votes or outcome.option(code).cost > election.budget:
            continue
        assert Fraction(str(facts["left_exactly"])) / election.unit == Fraction(lacked["money_left"]), code
        assert facts["support_percent"] == lacked["effective_support_percent_floor"], code
        assert int(str(facts["largest_winning_cost"])) // election.unit == lacked["max_winning_cost_floor"], code


# A unit of the currency is a twenty-thousandth of the share.
IN_SMALL_UNITS = ("Hungary_Budapest_2024.pb.gz",)
# What the folder has larger shares for: all of them on approval ballots, one on points, none on rankings.
LARGER = [
    (name, variant)
    for name in ELECTIONS
    for variant in LARGER_SHARES
    if not any(place in name for place in ("Krakow", "rankings"))
    and (variant == "mes_points_add1") is any(place in name for place in ("Czestochowa", "Katowice", "Zurich"))
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "variant"), LARGER)
def test_every_variant_with_larger_shares(
    pabulib: Path, name: str, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All steps once. What only differs after the last step takes the last 30; so do forints, of which a count takes 22,000:
    all of those are in benchmarks/count.py.
    """
    if name in IN_SMALL_UNITS or variant.endswith(("_u", "_comparison", "_noexh", "_integral")):
        variants = {one["id"]: one for one in expected(pabulib, name)["variants"]}
        final = variants[variant.removesuffix("_comparison")]["final_endowment"]
        unit = read(pabulib / name).election().unit
        first = completion.starting_endowment
        monkeypatch.setattr(
            completion, "starting_endowment", lambda case: max(first(case), (Fraction(final) - 30) * unit)
        )
    assert check_variants(pabulib, name, lambda one: one == variant) == 1


# file -> rule, settings, ties under which the announced outcome comes out
ANNOUNCED: dict[str, tuple[str, Settings, str]] = {
    "Netherlands_Assen_2024.pb": ("equal-shares", {"completion": "add1"}, "cheapest,most-votes,id"),
    # The exhaustive stop of the tools elects others: Wieliczka went on until the next step would overspend.
    "Poland_Wieliczka_2023_Green_Budget.pb": (
        "equal-shares",
        {"completion": "add1", "stop": "overspend", "compare": True},
        "cheapest,most-votes,id",
    ),
    "Poland_Katowice_2023.pb.gz": ("greedy", {"threshold": "file"}, "file"),
    "Poland_Krakow_2021.pb.gz": ("greedy", {}, "file"),
    # 35 and 22 level on points: the city funded the one it listed first, not the cheaper one.
    "Poland_Krakow_2022_Czyzyny.pb": ("greedy", {}, "file"),
    "Poland_Krakow_2023_Nowa_Huta.pb": ("greedy", {}, "file"),
    "Poland_Lodz_2022.pb.gz": ("greedy", {"threshold": "file"}, "file"),
    # The city's own rule: until the first that does not fit, and that one too if 80 per cent of it is left. It was not.
    "Poland_Poznan_2024_large.pb": ("greedy", {"skip": False}, "file"),
    "Poland_Warszawa_2018_Bielany.pb": ("greedy", {"threshold": "file"}, "file"),
    "Poland_Warszawa_2020_Praga-Poludnie.pb.gz": ("greedy", {}, "file"),
    "Poland_Wroclaw_2015_150_-_500.pb.gz": ("greedy", {"skip": False}, "file"),
}
# Announced outcomes that no count of the file can give, and why.
UNEXPLAINED = {
    # The file says so itself: a tenth of the ballots were on paper and are not in it, and winners are by category.
    "Hungary_Budapest_2024.pb.gz",
}


@pytest.mark.parametrize("name", ANNOUNCED)
def test_the_announced_outcome_comes_out(pabulib: Path, name: str) -> None:
    rule, settings, ties = ANNOUNCED[name]
    file = read(pabulib / name)
    outcome = count(file.election(), file.profile(), rule=rule, settings=settings, ties=Ties.parse(ties))
    assert set(outcome.selected) == set(file.selected or ())


def test_no_announced_outcome_is_forgotten(pabulib: Path) -> None:
    announced = {name for name in ELECTIONS if read(pabulib / name).selected is not None}
    assert announced == set(ANNOUNCED) | UNEXPLAINED
    file = read(pabulib / "Hungary_Budapest_2024.pb.gz")
    assert "official winners were not determined exclusively" in file.head.value("comment")


def test_a_real_tie_that_only_listed_order_decides_as_the_city_did(pabulib: Path) -> None:
    file = read(pabulib / "Poland_Krakow_2022_Czyzyny.pb")
    results = {
        ties: set(count(file.election(), file.profile(), rule="greedy", settings={}, ties=Ties.parse(ties)).selected)
        for ties in ("file", "cheapest,id")
    }
    assert results["file"] != results["cheapest,id"]
    assert results["file"] == set(file.selected or ())
