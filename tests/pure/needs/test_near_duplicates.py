"""Near-duplicates: what is linked, what is proposed, what needs care; and 174 labelled pairs of a real conversation."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from participation.needs.near_duplicates import Pair, care_needed, distinct_supporters, find_pairs
from participation.needs.texts import content_words, normalised
from tests.pure.needs.conversations import BOWLING_GREEN, read

TOWN_WORDS = ("Bowling", "Green", "Warren", "County", "Kentucky", "BG", "WKU")


def test_normalising_keeps_what_matters() -> None:
    assert normalised("  Don’t CUT the library’s hours — it's ﬁne!! ") == "dont cut the librarys hours its fine"
    assert normalised("Dŵr glân: mae'n hanfodol") == "dŵr glân maen hanfodol"
    assert content_words("We need to stop the cuts in Lambeth", ["Lambeth"]) == ["stop", "cuts"]


def test_equal_texts_are_the_same_whatever_their_form() -> None:
    (pair,) = find_pairs({"a": "More trees, please!", "b": "more TREES please", "c": "Mend the road"})
    assert pair == Pair("a", "b", 1.0, "same")


def test_near_texts_are_proposed_and_opposed_ones_need_care() -> None:
    needs = {
        "a": "The library in the high street should open on Sundays",
        "b": "High street library should open Sundays",
        "c": "The library in the high street should not open on Sundays",
    }
    found = {(p.first, p.second): p for p in find_pairs(needs)}
    assert found["a", "b"].tier == "proposed"
    assert found["a", "c"].tier == found["b", "c"].tier == "check carefully"
    assert found["a", "c"].reasons == ("one may mean the opposite",)


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Speed limit of 20 here", "Speed limit of 30 here", "the numbers differ"),
        ("Benches in Brockwell Park", "Benches in Kennington Park", "the places differ"),
        ("More police on the street", "Less police on the street", "one may mean the opposite"),
        ("Angen mwy o goed", "Dim angen mwy o goed", "one may mean the opposite"),
    ],
)
def test_what_needs_care(one: str, other: str, reason: str) -> None:
    assert care_needed(one, other, [normalised("Brockwell Park"), normalised("Kennington Park")]) == (reason,)


def test_a_pair_that_was_decided_is_not_proposed_again() -> None:
    needs = {"a": "Plant more trees here", "b": "Plant more trees there here"}
    assert find_pairs(needs)
    assert find_pairs(needs, decided={("b", "a")}) == []


def test_linking_adds_no_vote() -> None:
    assert distinct_supporters([{"ann", "bob"}, {"bob", "cat"}, set()]) == 3
    assert distinct_supporters([]) == 0


def test_texts_without_words_are_near_nothing() -> None:
    assert find_pairs({"a": "", "b": "!!!", "c": "we should", "d": "we should"}) == []


@pytest.mark.slow
def test_labelled_pairs_of_a_real_conversation(polis: Path) -> None:
    """Bar 4 of the needs notes: nothing opposed is ticked or linked; at 90% recall at least half are duplicates."""
    conversation = read(polis, BOWLING_GREEN)
    found = {frozenset((p.first, p.second)): p for p in find_pairs(conversation.texts, ignored=TOWN_WORDS)}
    with (polis / BOWLING_GREEN / "duplicate_gold.csv").open(encoding="utf-8", newline="") as file:
        gold = [(frozenset((r["comment_a"], r["comment_b"])), r["label"]) for r in csv.DictReader(file)]
    for pair, label in gold:
        assert label != "opposed" or pair not in found or found[pair].tier == "check carefully"
    looked_at = [label for pair, label in gold if pair in found]
    duplicates = sum(label == "duplicate" for _, label in gold)
    hits = looked_at.count("duplicate")
    assert duplicates == 70
    assert hits / duplicates >= 0.9
    assert hits / len(looked_at) >= 0.5
