"""Ward pots beside a council-wide pot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from participation.counting import Election, Option, Profile, Ties, count
from participation.counting.pabulib import read
from participation.counting.pots import Pot, PotRefused, count_pots, part_of, pots_by_tag
from tests.pure.counting.expected_variants import Settings

TIES = Ties.parse("id")
VARIANTS: dict[str, tuple[str, Settings]] = {
    "greedy_votes": ("greedy", {}),
    "greedy_cardinality": ("greedy-per-cost", {}),
    "mes_cost_none": ("equal-shares", {}),
    "mes_card_none": ("equal-shares", {"satisfaction": "cardinality"}),
    "mes_cost_add1": ("equal-shares", {"completion": "add1"}),
    "phragmen": ("phragmen", {}),
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_toulouse_by_ward(pabulib: Path, variant: str) -> None:
    known = json.loads((pabulib / "expected" / "France_Toulouse_2022.wardsplit.json").read_text())
    rule, settings = VARIANTS[variant]
    file = read(pabulib / "France_Toulouse_2022.pb")
    election = file.election()
    pots = pots_by_tag(election, kind="ward", money={ward: int(money) for ward, money in known["budgets"].items()})
    result = count_pots(
        election, file.profile(election), pots=pots, rule=rule, settings=settings, ties=TIES, explain=False
    )
    for part in result.parts:
        ward = known["wards"][part.pot.name]
        assert part.outcome.ballots == ward["voters"]
        assert sorted(part.outcome.selected) == ward["results"][variant]["winners"]
    assert sorted(result.selected) == known["union"][variant]["winners"]
    assert str(result.total_cost) == known["union"][variant]["total_cost"]


def test_the_ward_files_are_the_parts_of_the_city_file(pabulib: Path) -> None:
    file = read(pabulib / "France_Toulouse_2022.pb")
    election = file.election()
    profile = file.profile(election)
    folder = sorted((pabulib / "toulouse_2022_districts").iterdir())
    pots = {pot.name: pot for pot in pots_by_tag(election, kind="ward", money=_wards(election))}
    assert len(folder) == len(pots) == 20
    for path in folder:
        ward_file = read(path)
        own, ballots = part_of(
            election, profile, pots[ward_file.head.value("subunit") or ward_file.head.value("district")]
        )
        same = ward_file.profile()
        assert {option.code for option in own.options} == {option.code for option in same.election.options}
        votes = dict(zip((option.code for option in own.options), ballots.votes, strict=True))
        assert votes == dict(zip((option.code for option in same.election.options), same.votes, strict=True))
        assert ballots.ballots == same.ballots


def _wards(election: Election) -> dict[str, int]:
    return {option.tagged("ward")[0]: 400_000 for option in election.options}


OPTIONS = (
    Option("a", 60, "Bus shelter", ("ward:Bede",)),
    Option("b", 50, "Hedge", ("ward:Bede",)),
    Option("c", 70, "Bench", ("ward:Cleadon",)),
    Option("d", 90, "Bandstand"),
    Option("e", 40, "Fountain"),
)
ELECTION = Election(options=OPTIONS, budget=300)
BALLOTS = [
    {"approve": ["a", "d"]},
    {"approve": ["a", "b"]},
    {"approve": ["c", "e"]},
    {"approve": ["d"]},
    {"approve": []},
]
POTS = pots_by_tag(ELECTION, kind="ward", money={"Bede": 100, "Cleadon": 60, "Council": 100}, rest="Council")


def test_each_pot_counts_only_what_is_said_about_it() -> None:
    profile = Profile.from_ballots(ELECTION, BALLOTS)
    result = count_pots(ELECTION, profile, pots=POTS, rule="greedy", settings={}, ties=TIES)
    assert [(part.pot.name, part.outcome.selected, part.outcome.ballots) for part in result.parts] == [
        ("Bede", ("a",), 2),
        ("Cleadon", (), 1),
        ("Council", ("d",), 3),
    ]
    assert [part.outcome.not_counted for part in result.parts] == [3, 4, 2]
    assert (result.selected, result.total_cost) == (("a", "d"), 150)


def test_unspent_ward_money_goes_to_the_council_wide_pot() -> None:
    profile = Profile.from_ballots(ELECTION, BALLOTS)
    pots = (POTS[2], POTS[0], POTS[1])
    result = count_pots(ELECTION, profile, pots=pots, rule="greedy", settings={}, ties=TIES, carry_to="Council")
    last = result.parts[-1]
    assert (last.pot.name, last.carried, last.outcome.budget) == ("Council", 100, 200)
    assert last.outcome.selected == ("d", "e")
    assert result.total_cost <= ELECTION.budget


def test_one_pot_with_everything_is_the_whole_vote() -> None:
    profile = Profile.from_ballots(ELECTION, BALLOTS[:4])
    pot = Pot("all", ELECTION.budget, tuple(option.code for option in OPTIONS))
    result = count_pots(ELECTION, profile, pots=[pot], rule="equal-shares", settings={}, ties=TIES)
    whole = count(ELECTION, profile, rule="equal-shares", settings={}, ties=TIES)
    assert result.parts[0].outcome.to_json() == whole.to_json()


@pytest.mark.parametrize(
    ("pots", "carry_to", "words"),
    [
        ([Pot("x", 10, ("a",)), Pot("y", 10, ("a",))], "", "The option a is in two pots."),
        ([Pot("x", 10, ("z",))], "", "There is no option z in this vote."),
        ([Pot("x", 200, ("a",)), Pot("y", 101, ("b",))], "", "The pots hold £3.01, and there is £3."),
        ([Pot("x", 10, ("a",)), Pot("x", 10, ("b",))], "", "Two pots have the same name."),
        ([Pot("x", 10, ("a",))], "y", "There is no pot called y."),
    ],
)
def test_pots_that_do_not_fit_are_refused(pots: list[Pot], carry_to: str, words: str) -> None:
    profile = Profile.from_ballots(ELECTION, BALLOTS)
    with pytest.raises(PotRefused) as refusal:
        count_pots(ELECTION, profile, pots=pots, rule="greedy", settings={}, ties=TIES, carry_to=carry_to)
    assert refusal.value.message == words


def test_an_option_without_a_pot_is_refused() -> None:
    with pytest.raises(PotRefused, match="There is no pot for Bandstand"):
        pots_by_tag(ELECTION, kind="ward", money={"Bede": 1, "Cleadon": 1})
