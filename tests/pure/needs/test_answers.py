"""Scores, budgets, themes, agreement, comparisons and trends against the worked numbers of the needs notes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from participation.needs import trend
from participation.needs.agreement import Tally, describe
from participation.needs.budget_answers import independent_markets, mean_flows, slider
from participation.needs.comparisons import Side, against_the_rest, flags
from participation.needs.orders import beats, best_worst, borda, bradley_terry
from participation.needs.small_areas import shade
from participation.needs.theme_shares import audited_share
from participation.needs.unmet import unmet_need

SLIDERS = [
    [-5, 3, 2, 0],
    [-2, 0, 2, 0],
    [0, 4, -4, 0],
    [-6, 6, 0, 0],
    [3, -3, 0, 0],
    [-4, 1, 1, 2],
    [0, 0, 0, 0],
]


def test_borda_of_partial_ballots() -> None:
    ballots = [["a", "b", "c"], ["b", "a"], ["a"], ["c", "b", "a"], ["b", "c", "a"]]
    scores = borda(ballots, ["a", "b", "c", "d"])
    assert scores == {"a": Fraction(2, 3), "b": Fraction(11, 15), "c": Fraction(1, 2), "d": Fraction(1, 10)}
    assert sum(scores.values()) == 2, "every ballot hands out 0 + 1/3 + 2/3 + 1"
    assert borda([], ["a"]) == {"a": 0}
    with pytest.raises(ValueError, match="not a ranking"):
        borda([["a", "a"]], ["a", "b"])


def test_best_and_worst() -> None:
    shown = dict.fromkeys("abcd", 40)
    scores = best_worst(shown, {"a": 18, "b": 11, "c": 7, "d": 4}, {"a": 3, "b": 8, "c": 10, "d": 19})
    assert scores == {"a": Fraction(3, 8), "b": Fraction(3, 40), "c": Fraction(-3, 40), "d": Fraction(-3, 8)}
    assert best_worst({"a": 0}, {}, {}) == {"a": None}


def test_bradley_terry() -> None:
    found = bradley_terry([[0, 30, 24, 35], [10, 0, 22, 28], [16, 18, 0, 27], [5, 12, 13, 0]])
    assert found.values == pytest.approx((0.7965, 0.0011, 0.0275, -0.8251), abs=5e-4)
    assert found.errors == pytest.approx((0.156, 0.1426, 0.1426, 0.1573), abs=5e-4)
    assert beats(found, 0, 1) == pytest.approx(0.689, abs=5e-4)


def test_bradley_terry_of_an_option_that_never_lost() -> None:
    found = bradley_terry([[0, 9], [0, 0]])
    assert found.values[0] == pytest.approx(1.4722, abs=5e-4)
    assert found.values[0] == -found.values[1]


def test_sliders() -> None:
    columns = list(zip(*SLIDERS, strict=True))
    roads, care, parks, tax = (slider(column) for column in columns)
    assert (roads.mean, roads.median, roads.lower, roads.upper) == (-2, -2, -6, 3)
    assert (care.mean, care.median, care.lower, care.upper) == (Fraction(11, 7), 1, -3, 6)
    assert (parks.mean, parks.median, parks.lower, parks.upper) == (Fraction(1, 7), 0, -4, 2)
    assert (tax.mean, tax.median, tax.lower, tax.upper) == (Fraction(2, 7), 0, 0, 2)
    assert (roads.cut, roads.raised) == (Fraction(4, 7), Fraction(1, 7))
    assert (care.cut, care.raised) == (Fraction(1, 7), Fraction(4, 7))


def test_a_slider_with_weights_counts_people_by_them() -> None:
    assert slider([-5, 5], [1, 3]).median == 5
    assert slider([-5, 5], [3, 1]).mean == Fraction(-5, 2)


def test_flows() -> None:
    flows = mean_flows(SLIDERS)
    assert flows[0] == [0, Fraction(10, 7), Fraction(5, 7), Fraction(2, 7)]
    assert flows[1] == [Fraction(3, 7), 0, 0, 0]
    assert flows[2] == [0, Fraction(4, 7), 0, 0]
    means = [Fraction(sum(column), 7) for column in zip(*SLIDERS, strict=True)]
    for service, mean in enumerate(means):
        assert sum(flows[service]) - sum(row[service] for row in flows) == -mean
    with pytest.raises(ValueError, match="add up"):
        mean_flows([[1, 1]])


def test_one_balanced_budget() -> None:
    tenths = [[5, 3, 2], [6, 2, 2], [2, 5, 3], [4, 4, 2], [1, 1, 8]]
    budget, t = independent_markets([[Fraction(part, 10) for part in vote] for vote in tenths])
    assert budget == [Fraction(4, 10), Fraction(3, 10), Fraction(3, 10)]
    assert t == Fraction(3, 20)


def test_a_balanced_budget_always_adds_up_and_a_shared_wish_is_kept() -> None:
    votes = [[Fraction(n, 12) for n in vote] for vote in ([3, 4, 5], [12, 0, 0], [0, 6, 6], [1, 1, 10])]
    assert sum(independent_markets(votes)[0]) == 1
    wish = [Fraction(1, 2), Fraction(1, 3), Fraction(1, 6)]
    assert independent_markets([wish] * 3)[0] == wish
    assert independent_markets([wish])[0] == wish


def test_audited_theme_share() -> None:
    found = audited_share(items=2000, machine=460, read=200, false=8, missed=14)
    assert found is not None
    assert found.share == pytest.approx(0.26)
    assert found.standard_error == pytest.approx(0.023, abs=5e-4)
    assert (found.lower, found.upper) == (pytest.approx(0.215, abs=5e-4), pytest.approx(0.305, abs=5e-4))


def test_an_audit_of_fewer_than_120_items_shows_no_share() -> None:
    assert audited_share(items=2000, machine=460, read=119, false=1, missed=1) is None
    with pytest.raises(ValueError, match="does not fit"):
        audited_share(items=200, machine=460, read=150, false=1, missed=1)


def test_unmet_need() -> None:
    found = unmet_need(0.41, 240)
    assert (found.lower, found.upper) == (pytest.approx(0.3497, abs=5e-5), pytest.approx(0.4732, abs=5e-5))
    assert found.flag
    assert not unmet_need(0.24, 240).flag


def test_groups_on_opposed_sides() -> None:
    (found,) = describe([{"A": Tally(45, 5, 10), "B": Tally(20, 15, 5), "C": Tally(8, 30, 12)}])
    assert list(found.support.values()) == pytest.approx([0.7419, 0.5, 0.1731], abs=5e-5)
    assert (found.product, found.common_ground) == (pytest.approx(0.0642, abs=5e-5), pytest.approx(0.4004, abs=5e-5))
    assert (found.gap, found.divisiveness) == (pytest.approx(0.5689, abs=5e-5), pytest.approx(0.4853, abs=5e-4))
    assert (found.z, found.p) == (pytest.approx(6.1664, abs=5e-5), pytest.approx(6.99e-10, rel=1e-3))
    assert found.kind == "opposed sides"


def test_groups_that_share_support() -> None:
    (found,) = describe([{"A": Tally(50, 4, 6), "B": Tally(30, 6, 4), "C": Tally(38, 8, 4)}])
    assert list(found.support.values()) == pytest.approx([0.8226, 0.7381, 0.75], abs=5e-5)
    assert (found.product, found.common_ground) == (pytest.approx(0.4554, abs=5e-5), pytest.approx(0.7693, abs=5e-5))
    assert found.kind == "shared support"


@pytest.mark.parametrize(
    ("groups", "kind"),
    [
        ({"A": Tally(8, 0, 1), "B": Tally(30, 5, 5)}, "too few"),
        ({"A": Tally(4, 50, 6), "B": Tally(6, 30, 4)}, "shared opposition"),
        ({"A": Tally(90, 5, 5), "B": Tally(45, 40, 15)}, "differs"),
        ({"A": Tally(20, 20, 10), "B": Tally(22, 21, 10)}, "split overall"),
        ({"A": Tally(0, 0, 30), "B": Tally(0, 0, 30)}, "split overall"),
        ({"A": Tally(50, 20, 30), "B": Tally(55, 20, 25)}, "leans for"),
        ({"A": Tally(20, 50, 40), "B": Tally(20, 55, 40)}, "leans against"),
    ],
)
def test_kinds_of_agreement(groups: dict[str, Tally], kind: str) -> None:
    assert describe([groups])[0].kind == kind


def test_equality_groups_against_the_rest() -> None:
    asian, black, white = against_the_rest([Side(66, 120), Side(44, 60), Side(310, 620)])
    assert asian is not None
    assert black is not None
    assert white is not None
    assert (asian.difference, asian.z, asian.p) == pytest.approx((0.0294, 0.5948, 0.551955), abs=5e-5)
    assert (asian.lower, asian.upper) == pytest.approx((-0.0673, 0.1233), abs=5e-5)
    assert (black.difference, black.lower, black.upper) == pytest.approx((0.2252, 0.0967, 0.3271), abs=5e-5)
    assert black.p_holm == pytest.approx(0.002338, abs=5e-6)
    assert (white.difference, white.lower, white.upper) == pytest.approx((-0.1111, -0.1898, -0.0284), abs=5e-5)
    assert (white.z, white.p_holm) == (pytest.approx(-2.628, abs=5e-4), pytest.approx(0.01718, abs=5e-6))
    assert [each.verdict for each in (asian, black, white)] == [
        "no clear difference",
        "clear difference",
        "clear difference",
    ]


def test_too_few_people_are_not_tested_and_do_not_use_up_the_correction() -> None:
    found = against_the_rest([Side(20, 29), Side(200, 400), Side(120, 400)])
    assert found[0] is not None
    assert found[0].verdict == "too few"
    assert found[1] is not None
    assert found[2] is not None
    assert found[2].p_holm == pytest.approx(2 * found[2].p), "two tests, and this is the smaller p"
    assert found[1].p_holm == pytest.approx(found[1].p)
    assert against_the_rest([Side(3, 10)]) == [None]


def test_flags_are_corrected_over_all_needs() -> None:
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    assert flags(p) == [True, True] + [False] * 8


def rounds(now: float, base: float, before: float, earlier_base: float) -> tuple[trend.Round, trend.Round]:
    return (
        trend.Round(now, base, "v1", "approval", "raked"),
        trend.Round(before, earlier_base, "v1", "approval", "raked"),
    )


def test_trends() -> None:
    (unclear,) = trend.changes([rounds(0.46, 310, 0.38, 265)])
    assert unclear.verdict == "no clear change"
    assert (unclear.lower, unclear.upper) == (pytest.approx(-0.001, abs=5e-5), pytest.approx(0.1592, abs=5e-5))
    (rise,) = trend.changes([rounds(0.46, 620, 0.38, 530)])
    assert rise.verdict == "rise"
    (fall,) = trend.changes([rounds(0.38, 530, 0.46, 620)])
    assert fall.verdict == "fall"


def test_a_break_in_the_series_has_no_figures() -> None:
    now, before = rounds(0.46, 620, 0.38, 530)
    other = trend.Round(before.share, before.effective_base, "v1", "knapsack", "raked")
    assert trend.changes([(now, other)]) == [trend.Change("break in series")]


def test_trends_shown_together_are_corrected_together() -> None:
    alone = trend.changes([rounds(0.46, 620, 0.38, 530)])
    crowd = trend.changes([rounds(0.46, 620, 0.38, 530)] + [rounds(0.5, 500, 0.5, 500)] * 40)
    assert (alone[0].verdict, crowd[0].verdict) == ("rise", "no clear change")


def test_shade_of_a_small_area() -> None:
    assert float(shade(3, 4, Fraction(1, 2))) == pytest.approx(0.5417, abs=5e-5)
