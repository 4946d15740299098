"""Ranges and tests against the numbers of the needs notes and of published tables."""

from __future__ import annotations

import math

import pytest

from participation.needs.ranges import chi_squared_p, newcombe, normal_p, self_selected_base, two_shares, wilson


@pytest.mark.parametrize(
    ("yes", "base", "low", "high"), [(42, 60, 0.5749, 0.8010), (0, 12, 0.0, 0.2425), (12, 12, 0.7575, 1.0)]
)
def test_wilson(yes: int, base: int, low: float, high: float) -> None:
    assert wilson(yes / base, base) == pytest.approx((low, high), abs=5e-5)


def test_wilson_ends_are_exact() -> None:
    assert wilson(0, 7)[0] == 0.0
    assert wilson(1, 7)[1] == 1.0
    with pytest.raises(ValueError, match="base"):
        wilson(0.5, 0)


def test_newcombe_on_the_trend_examples() -> None:
    assert newcombe(0.46, 310, 0.38, 265) == pytest.approx((-0.001, 0.1592), abs=5e-5)
    assert newcombe(0.46, 620, 0.38, 530) == pytest.approx((0.0227, 0.1363), abs=5e-5)


def test_newcombe_published_example() -> None:
    """56/70 against 48/80 (Newcombe 1998, table II, method 10): 0.0524 to 0.3339."""
    assert newcombe(56 / 70, 70, 48 / 80, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_two_shares() -> None:
    z, p = two_shares(44 / 60, 60, 376 / 740, 740)
    assert z == pytest.approx(3.36, abs=5e-3)
    assert p == pytest.approx(0.000779, abs=5e-7)
    assert two_shares(1.0, 10, 1.0, 20) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("statistic", "freedom", "p"),
    [(11.003, 2, 0.004081), (8.223, 1, 0.004136), (3.841459, 1, 0.05), (18.307038, 10, 0.05)],
)
def test_chi_squared(statistic: float, freedom: int, p: float) -> None:
    assert chi_squared_p(statistic, freedom) == pytest.approx(p, abs=2e-6)


def test_chi_squared_agrees_with_what_is_known_exactly() -> None:
    for statistic in (0.01, 0.5, 1, 2, 3, 7, 20, 80):
        assert chi_squared_p(statistic, 1) == pytest.approx(normal_p(math.sqrt(statistic)), rel=1e-11)
        assert chi_squared_p(statistic, 2) == pytest.approx(math.exp(-statistic / 2), rel=1e-11)
    assert chi_squared_p(0, 3) == 1.0


def test_a_self_selected_crowd_weighs_little() -> None:
    assert self_selected_base(2_000, 100_000) == pytest.approx(816.3, abs=0.05)
    assert self_selected_base(100, 100) == math.inf
