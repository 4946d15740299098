"""What figures mean, in words, and shares that add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.budgets.wording import change, cost, cost_sentence, hundred, per_resident, plan_difference

MILLION = 100_000_000


def test_a_negative_cost_is_money_brought_in() -> None:
    assert cost(-2_003_742_000) == "brings in £20.0 million more than it costs"
    assert cost(14_553_697_000) == "£145.5 million"


@pytest.mark.parametrize(
    ("gross", "net", "words"),
    [
        (5 * MILLION, 2 * MILLION, "In 2024 to 2025 it cost the council £2.0 million."),
        (5 * MILLION, -MILLION, "In 2024 to 2025 it brought in £1.0 million more than it cost."),
        (5 * MILLION, 0, "In 2024 to 2025 it cost the council nothing after income."),
        (0, 0, "In 2024 to 2025 nothing was spent on it."),
    ],
)
def test_the_sentence_fits_the_figure(gross: int, net: int, words: str) -> None:
    assert cost_sentence(gross, net, "2024-25") == words


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (100, 100, "The cost is the same as in 2021 to 2022."),
        (
            200 * MILLION,
            250 * MILLION,
            "That is £50.0 million (25%) more than in 2021 to 2022. Prices rose in that time too.",
        ),
        (-5 * MILLION, -20 * MILLION, "It brings in £15.0 million more than in 2021 to 2022, after its costs."),
        (-20 * MILLION, -5 * MILLION, "It brings in £15.0 million less than in 2021 to 2022, after its costs."),
        (-5 * MILLION, 5 * MILLION, "The cost to the council is £10.0 million higher than in 2021 to 2022."),
        (5 * MILLION, -5 * MILLION, "The cost to the council is £10.0 million lower than in 2021 to 2022."),
        (0, 5 * MILLION, "The cost to the council is £5.0 million higher than in 2021 to 2022."),
    ],
)
def test_a_change_has_no_percentage_across_zero(before: int, after: int, words: str) -> None:
    assert change(before, after, "2021-22") == words


def test_a_plan_is_compared_in_the_words_of_its_kind() -> None:
    assert plan_difference(100, 100) == "as planned"
    assert plan_difference(10_000, 15_000) == "cost £50 more than planned"
    assert plan_difference(-10_000, -15_000) == "brought in £50 more than planned"
    assert plan_difference(-10_000, 5_000) == "cost £150 more than planned"


@given(st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=14))
def test_each_hundred_pounds_is_given_out_exactly(amounts: list[int]) -> None:
    parts = hundred(amounts)
    assert sum(parts) == (100 if any(amount > 0 for amount in amounts) else 0)
    assert all(part >= 0 for part in parts)
    positive = sum(amount for amount in amounts if amount > 0)
    assert all(
        abs(part * positive - max(0, amount) * 100) < positive
        for part, amount in zip(parts, amounts, strict=True)
        if positive
    )


@given(st.integers(-(10**14), 10**14), st.integers(1, 10**7))
def test_the_cost_for_each_resident_is_rounded_to_the_penny(amount: int, population: int) -> None:
    each = per_resident(amount, population)
    assert abs(each * population - amount) * 2 <= population
    assert per_resident(-amount, population) == -each
