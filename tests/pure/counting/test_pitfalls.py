"""The known pitfalls of counting, one test each. Most have changed a real result somewhere."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from participation.counting import Election, Limits, Option, Outcome, Profile, Ties, count, problems
from participation.counting.pabulib import read
from participation.counting.rules.equal_shares.comparison import compare


def election(budget: int, *options: tuple[str, int]) -> Election:
    return Election(tuple(Option(code, cost) for code, cost in options), budget, unit=1, currency="")


def counted(vote: Election, ballots: list[dict[str, Any]], rule: str = "equal-shares", **settings: Any) -> Outcome:
    kind = "points" if ballots and "points" in ballots[0] else "approval"
    profile = Profile.from_ballots(vote, ballots, ballot_type=kind)
    return count(vote, profile, rule=rule, settings=settings, ties=Ties.parse("id"))


@pytest.mark.parametrize("voters", [3, 7, 49, 6_586])
@pytest.mark.parametrize("path", ["reference", "compiled"])
def test_01_unanimous_support_buys_what_costs_exactly_the_budget(voters: int, path: str) -> None:
    """In doubles n times B/n is not always B."""
    vote = election(1_000_000, ("a", 1_000_000))
    profile = Profile.from_ballots(vote, [{"approve": ["a"]}] * voters)
    outcome = count(vote, profile, rule="equal-shares", settings={}, ties=Ties.parse("id"), path=path)
    assert outcome.selected == ("a",)


def test_02_equal_effective_votes_are_a_tie() -> None:
    """After "a" is bought, the rates of "b" and "c" are equal ratios of different numbers."""
    vote = election(70, ("p1", 30), ("p2", 10), ("p3", 40))
    ballots = [{"approve": ["p1", "p3"]}, {"approve": ["p1", "p2", "p3"]}, {"approve": ["p1", "p2", "p3"]}]
    outcome = counted(vote, ballots)
    assert outcome.selected == ("p1", "p3")
    assert [tie.options for tie in outcome.ties_met] == [("p1", "p3")]


def test_03_an_option_named_twice_counts_once_and_is_reported() -> None:
    """One real election has another winner when the second mark is counted too."""
    vote = election(10, ("a", 6), ("b", 6))
    outcome = counted(vote, [{"approve": ["a", "a"]}, {"approve": ["b"]}, {"approve": ["b"]}], "greedy")
    assert outcome.selected == ("b",)
    assert outcome.option("a").votes == 1
    assert [(remark.number, "more than once" in remark.reason) for remark in outcome.remarks] == [(1, True)]
    assert outcome.ballots == 3


def test_04_codes_are_text() -> None:
    vote = election(10, ("9", 10), ("10", 10), ("007", 10))
    assert counted(vote, [{"approve": ["9", "10", "007"]}], "greedy").selected == ("007",)
    assert counted(vote, [{"approve": ["9", "10"]}], "greedy").selected == ("10",)


def test_05_empty_ballots_have_a_share() -> None:
    vote = election(10, ("a", 6))
    assert counted(vote, [{"approve": ["a"]}, {"approve": []}]).selected == ()
    assert counted(vote, [{"approve": ["a"]}]).selected == ("a",)


def test_06_the_least_number_of_choices_is_for_casting_not_for_counting() -> None:
    vote = election(10, ("a", 6))
    few = {"approve": ["a"]}
    assert problems(few, ballot_type="approval", election=vote, limits=Limits(min_choices=2))
    assert counted(vote, [few], "greedy").ballots == 1


def test_07_a_ballot_over_the_money_is_counted_on_import_and_refused_on_casting() -> None:
    vote = election(10, ("a", 6), ("b", 6))
    dear = {"approve": ["a", "b"]}
    assert [p.code for p in problems(dear, ballot_type="knapsack", election=vote, limits=Limits())] == ["over-total"]
    historic = Profile.from_ballots(vote, [dear], ballot_type="knapsack")
    checked = Profile.from_ballots(vote, [dear], ballot_type="knapsack", limits=Limits())
    assert (historic.ballots, checked.ballots) == (1, 0)
    assert checked.not_counted[0].number == 1


def test_08_an_option_dearer_than_the_budget_never_wins_and_ends_no_count() -> None:
    vote = election(10, ("withdrawn", 999_999_999), ("b", 6))
    ballots = [{"approve": ["withdrawn"]}] * 5 + [{"approve": ["b"]}] * 6
    assert counted(vote, ballots, "greedy", skip=False).selected == ("b",)
    assert counted(vote, ballots, "phragmen").selected == ("b",)
    assert "more than the whole budget" in counted(vote, ballots, "greedy").option("withdrawn").sentence


@pytest.mark.parametrize("rule", ["greedy", "greedy-per-cost", "equal-shares", "phragmen", "max-welfare"])
def test_09_an_option_that_costs_nothing_needs_one_supporter_and_ties_with_nobody(rule: str) -> None:
    vote = election(10, ("a", 10), ("free", 0), ("unwanted", 0))
    outcome = counted(vote, [{"approve": ["a", "free"]}], rule)
    assert set(outcome.selected) == {"a", "free"}
    assert not [tie for tie in outcome.ties_met if "unwanted" in tie.options]


def test_10_options_without_votes() -> None:
    """Never bought by equal shares, never "would still fit" for add1, and taken by greedy unless a threshold forbids."""
    vote = election(10, ("a", 6), ("nobody", 2))
    ballots = [{"approve": ["a"]}]
    add1 = counted(vote, ballots, completion="add1")
    assert (add1.selected, add1.facts["shares_tried"]) == (("a",), 1)
    assert counted(vote, ballots, "greedy").selected == ("a", "nobody")
    assert counted(vote, ballots, completion="greedy").selected == ("a", "nobody")
    assert counted(vote, ballots, "greedy", threshold="1").selected == ("a",)


def test_11_add1_ends_when_everything_is_funded() -> None:
    """A tool in use counts on for ever here."""
    vote = election(100, ("a", 10), ("b", 10), ("nobody", 50))
    outcome = counted(vote, [{"approve": ["a"]}, {"approve": ["b"]}], completion="add1", stop="overspend")
    assert set(outcome.selected) == {"a", "b"}
    assert outcome.facts["ended"] == "exhaustive"


def test_11_the_flags_of_add1_are_published_and_matter(pabulib: Path) -> None:
    """Wieliczka 2023: 31 winners with one stop, the 30 real ones with the other."""
    file = read(pabulib / "Poland_Wieliczka_2023_Green_Budget.pb")
    vote = file.election()
    profile = file.profile(vote)
    stops = {}
    for stop in ("exhaustive", "overspend"):
        settings = {"completion": "add1", "stop": stop, "endowment": "integral", "compare": True}
        outcome = count(
            vote, profile, rule="equal-shares", settings=settings, ties=Ties.parse("cheapest,most-votes,id")
        )
        stops[stop] = outcome
    assert len(stops["exhaustive"].selected) == 31
    assert sorted(stops["overspend"].selected) == sorted(file.selected or ())
    assert stops["overspend"].settings["stop"] == "overspend"
    assert stops["overspend"].facts["final_share"] == "315"
    assert (stops["overspend"].facts["prefer_equal_shares"], stops["overspend"].facts["prefer_greedy"]) == (1615, 873)


def test_12_money_is_never_a_float() -> None:
    """A tenth of a penny too dear is too dear; and large money stays exact."""
    vote = Election((Option("a", 10**17 + 1), Option("b", 10**17)), 10**17, unit=1)
    assert counted(vote, [{"approve": ["a", "b"]}], "greedy").selected == ("b",)
    assert Election((), 1234567, unit=100).money(1234567) == "£12,345.67"


def test_13_the_threshold_is_inclusive_and_on_the_score_the_rule_uses() -> None:
    vote = election(10, ("a", 5), ("b", 5))
    ballots = [{"points": {"a": 5}}, {"points": {"b": 1}}, {"points": {"b": 1}}]
    assert counted(vote, ballots, "greedy", threshold="5").selected == ("a",)
    assert counted(vote, ballots, "greedy", threshold="2").selected == ("a", "b")
    declared = Election(vote.options, 10, threshold=Fraction(5, 2))
    assert counted(declared, ballots, "greedy", threshold="file").selected == ("a",)


def test_15_real_greedy_ties_were_decided_by_listed_order(pabulib: Path) -> None:
    """Czyżyny 2022: level at the edge of the budget, and the one listed first is the real winner."""
    file = read(pabulib / "Poland_Krakow_2022_Czyzyny.pb")
    vote = file.election()
    outcome = count(vote, file.profile(vote), rule="greedy", settings={}, ties=Ties.parse("file"))
    assert sorted(outcome.selected) == sorted(file.selected or ())
    assert outcome.ties_met


def test_16_the_comparison_counts_voters_with_nothing_on_one_side(pabulib: Path) -> None:
    vote = election(10, ("a", 5), ("b", 5))
    profile = Profile.from_ballots(vote, [{"approve": ["a"]}, {"approve": ["b"]}, {"approve": []}])
    preferred = compare(profile, [0], [1])
    assert (preferred.first, preferred.second, preferred.level) == (1, 1, 1)
    file = read(pabulib / "Poland_Lodz_2022.pb.gz")
    vote = file.election()
    profile = file.profile(vote)
    settings = {"compare": True, "completion": "add1", "endowment": "integral", "stop": "overspend"}
    outcome = count(
        vote, profile, rule="equal-shares", settings=settings, ties=Ties.parse("cheapest,id"), explain=False
    )
    assert (outcome.facts["prefer_equal_shares"], outcome.facts["prefer_greedy"]) == (33_963, 17_525)
    assert outcome.facts["result_of"] == "equal-shares"


def test_16_the_comparison_can_hand_over_and_shows_both_sides() -> None:
    vote = election(10, ("large", 10), ("small", 2))
    ballots = [{"approve": ["large"]}] * 3 + [{"approve": ["small"]}]
    outcome = counted(vote, ballots, compare=True)
    assert outcome.selected == ("large",)
    assert outcome.facts["equal_shares_would_select"] == "small"
    assert outcome.facts["greedy_would_select"] == "large"
    assert (outcome.facts["prefer_equal_shares"], outcome.facts["prefer_greedy"]) == (1, 3)
    assert outcome.rounds[0].action == "handed over"


def test_17_all_explanations_come_out_of_one_count() -> None:
    """Every option has its sentence, and the numbers of a loser are there without another count."""
    vote = election(9, ("a", 4), ("b", 4), ("c", 4))
    outcome = counted(vote, [{"approve": ["a", "b"]}, {"approve": ["b"]}, {"approve": ["c"]}])
    assert all(result.sentence for result in outcome.options)
    assert outcome.option("c").facts["more_supporters"] == 1


@pytest.mark.parametrize("rule", ["greedy", "greedy-per-cost", "equal-shares", "phragmen", "max-welfare"])
def test_18_no_chance_anywhere(rule: str) -> None:
    vote = election(4, ("a", 2), ("b", 2), ("c", 2))
    ballots = [{"approve": ["a", "b", "c"]}] * 3
    assert len({counted(vote, ballots, rule).to_json() for _ in range(5)}) == 1
