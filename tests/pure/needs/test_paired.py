"""Ranks from paired differences, corrections for many looks, and our own random numbers."""

from __future__ import annotations

from collections import Counter

import pytest

from participation.needs.bootstrap import UNITS, rank_ranges
from participation.needs.evidence import Together
from participation.needs.generator import Generator
from participation.needs.multiplicity import benjamini_hochberg, holm
from participation.needs.paired import clearly_ahead, differences, rank_intervals
from participation.needs.ranges import wilson

COUNTS = {"roads": 120, "libraries": 112, "parks": 90, "events": 40}
JOINT = {
    ("roads", "libraries"): 60,
    ("roads", "parks"): 50,
    ("roads", "events"): 20,
    ("libraries", "parks"): 48,
    ("libraries", "events"): 22,
    ("parks", "events"): 18,
}


def test_priority_scores() -> None:
    scores = [round(100 * wilson(n / 200, 200)[0], 2) for n in COUNTS.values()]
    assert scores == [53.08, 49.07, 38.26, 15.05]


def test_pairs() -> None:
    pairs = {(d.first, d.second): d for d in differences(COUNTS, JOINT, 200)}
    parks = pairs["libraries", "parks"]
    assert (parks.difference, parks.standard_error) == (pytest.approx(0.11), pytest.approx(0.0509, abs=5e-5))
    assert (parks.z, parks.p, parks.p_holm) == (
        pytest.approx(2.1616, abs=5e-5),
        pytest.approx(0.030645, abs=5e-7),
        pytest.approx(0.061291, abs=1e-6),
    )
    assert pairs["roads", "parks"].p_holm == pytest.approx(0.010476, abs=5e-6)


def test_rank_intervals() -> None:
    assert rank_intervals(COUNTS, JOINT, 200) == {
        "roads": (1, 2),
        "libraries": (1, 3),
        "parks": (2, 3),
        "events": (4, 4),
    }


def test_a_lead_among_people_who_chose_themselves_needs_to_be_larger() -> None:
    assert clearly_ahead(120, 90, 50, 200, weight=200)
    assert not clearly_ahead(120, 90, 50, 200, weight=80)
    assert not clearly_ahead(100, 100, 100, 200, weight=200)


def test_holm_and_benjamini_hochberg() -> None:
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    assert holm(p) == pytest.approx([0.01, 0.072, 0.312, 0.312, 0.312, 0.312, 0.312, 0.615, 0.615, 0.615], abs=5e-4)
    assert benjamini_hochberg(p) == pytest.approx(
        [0.01, 0.04, 0.084, 0.084, 0.084, 0.1, 0.1057, 0.216, 0.216, 0.216], abs=5e-5
    )
    assert holm([]) == []


def test_splitmix_gives_the_published_numbers() -> None:
    """The first words of the reference implementation (Vigna) for seed 1234567."""
    first = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821]
    assert Generator(1234567).words(5).tolist() == first
    split = Generator(1234567)
    assert split.words(2).tolist() + split.words(3).tolist() == first


def test_numbers_below_a_limit_are_even() -> None:
    found = Counter(Generator(3).below(7, 70_000).tolist())
    assert set(found) == set(range(7))
    assert all(abs(count - 10_000) < 500 for count in found.values())
    with pytest.raises(ValueError, match="limit"):
        Generator(0).below(0, 1)


def test_rank_ranges_cover_what_is_close_and_not_what_is_clear() -> None:
    together = [Together(("a",), 210), Together(("b",), 200), Together(("c",), 90)]
    found = rank_ranges(["a", "b", "c"], together, 500, seed=1)
    assert found == {"a": (1, 2), "b": (1, 2), "c": (3, 3)}


def test_rank_ranges_do_not_depend_on_order_or_splitting() -> None:
    together = [Together(("a", "b"), 30), Together(("b",), 20), Together(("c", "a"), 25)]
    other = [Together(("a", "c"), 25), Together(("b",), 12), Together(("b", "a"), 30), Together(("b",), 8)]
    assert rank_ranges(["c", "a", "b"], together, 90, seed=4) == rank_ranges(["a", "b", "c"], other, 90, seed=4)


def test_choices_nobody_made_share_every_last_rank() -> None:
    found = rank_ranges(["a", "b", "c"], [Together(("a",), 100)], 100, seed=1)
    assert found == {"a": (1, 1), "b": (2, 3), "c": (2, 3)}


def test_many_people_give_narrower_ranges() -> None:
    def widths(times: int) -> int:
        together = [Together((code,), (40 - place) * times) for place, code in enumerate("abcdef")]
        found = rank_ranges(list("abcdef"), together, sum(t.people for t in together), seed=2)
        return sum(high - low for low, high in found.values())

    assert widths(1) > widths(20) > widths(400)
    assert UNITS < 235 * 20, "the last two go through random groups"
