"""Money in published tables, and sums of figures that were rounded one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.budgets.amounts import adds_up, grain_of, pence_of


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("0", 0),
        ("1059047560", 105_904_756_000),
        ("1,059,047,560", 105_904_756_000),
        ("-20,037,420", -2_003_742_000),
        ("−226", -22_600),
        ("(1,500)", -150_000),
        ("£75.50", 7_550),
        ("693313.5", 69_331_350),
        ("12,345 [r]", 1_234_500),
        ("1,204 [p] [note 12]", 120_400),
    ],
)
def test_an_amount_becomes_pence(text: str, pence: int) -> None:
    assert pence_of(text) == pence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "[x]",
        "[X]",
        "..",
        "-",
        "Category discontinued",
        "Category discontinued [note 2]",
        "n/a",
        "Discontinued",
    ],
)
def test_what_is_not_published_is_never_zero(text: str) -> None:
    assert pence_of(text) is None


@pytest.mark.parametrize("text", ["12,34", "1.2.3", "ten", "--5", "1e6", "0.001", "9" * 20, "1,2345", "١٢"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an amount|finer|too large"):
        pence_of(text)


def test_tables_in_thousands_are_multiplied_exactly() -> None:
    assert pence_of("29,521", unit_pounds=1000) == 2_952_100_000
    assert pence_of("1.5", unit_pounds=1000) == 150_000


def test_rounded_thousands_may_be_out_by_one_as_in_lambeth_public_health() -> None:
    assert adds_up([249_600_000, 3_251_600_000], 3_501_300_000)


def test_exact_pounds_may_not_be_out_at_all() -> None:
    assert not adds_up([123_400, 100], 123_600)
    assert adds_up([123_400, 100], 123_500)


def test_thousands_may_not_be_out_by_two() -> None:
    assert not adds_up([249_600_000, 3_251_600_000], 3_501_400_000)


def test_the_grain_is_the_largest_unit_all_share() -> None:
    assert grain_of([100_000, 2_300_000]) == 100_000
    assert grain_of([1_000, 2_300_000]) == 1_000
    assert grain_of([1, 100]) == 1


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=14))
def test_parts_rounded_on_their_own_always_pass(pounds: list[int]) -> None:
    rounded = [round(value / 1000) * 100_000 for value in pounds]
    assert adds_up(rounded, round(sum(pounds) / 1000) * 100_000)
