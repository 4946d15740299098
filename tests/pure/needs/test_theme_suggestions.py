"""Theme suggestions: what fires, what people teach, and 273 labelled statements of a real conversation."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest

from participation.needs.theme_suggestions import Codebook, Theme, label_fingerprint, suggest
from tests.pure.needs.codebook import codebook
from tests.pure.needs.conversations import BOWLING_GREEN, read

SMALL = Codebook(
    "1",
    (
        Theme("roads", "Roads", "Ffyrdd", ("road", "pothole", "ffordd")),
        Theme("parks", "Parks", "Parciau", ("park", "tree", "coed")),
        Theme("bins", "Bins", "Biniau", ("bin", "missed_collection")),
    ),
)


def test_keywords_alone_suggest_and_say_which_words_fired() -> None:
    needs = {
        "a": "Mend the potholes in our road",
        "b": "Plant trees",
        "c": "Another missed bin collection",
        "d": "Hello",
    }
    found = suggest(SMALL, needs, {})
    assert (found["a"][0].theme, found["a"][0].words) == ("roads", ("road", "pothole"))
    assert found["b"][0].theme == "parks"
    assert found["c"][0].theme == "bins"
    assert [len(each) for each in found.values()] == [3, 3, 3, 3]


def test_a_phrase_needs_its_words_next_to_each_other() -> None:
    found = suggest(SMALL, {"a": "missed collections again", "b": "the collection was missed"}, {})
    assert found["a"][0].words == ("missed_collection",)
    assert found["b"][0].words == ()


def test_people_teach_words_that_no_keyword_has() -> None:
    needs = {f"s{n}": f"The swings are broken number {word}" for n, word in enumerate(["one", "two", "three"])}
    needs |= {"new": "Broken swings by the pond"}
    coded = {"s0": "parks", "s1": "parks", "s2": "parks"}
    assert suggest(SMALL, needs, {})["new"][0].words == ()
    assert suggest(SMALL, needs, coded)["new"][0].theme == "parks"
    assert set(suggest(SMALL, needs, coded)) == {"new"}, "what people coded is not suggested again"


def test_welsh_and_english_meet_in_one_theme() -> None:
    found = suggest(SMALL, {"a": "Trwsio'r ffordd", "b": "Mend the road"}, {})
    assert found["a"][0].theme == found["b"][0].theme == "roads"


def test_the_same_labels_give_the_same_suggestions() -> None:
    needs = {f"n{n}": f"road or park {n} bins {n * 7}" for n in range(30)}
    coded = {"n1": "roads", "n2": "parks"}
    assert suggest(SMALL, needs, coded) == suggest(SMALL, needs, dict(reversed(coded.items())))
    assert label_fingerprint(SMALL, coded) == label_fingerprint(SMALL, dict(reversed(coded.items())))
    assert label_fingerprint(SMALL, coded) != label_fingerprint(SMALL, {"n1": "roads"})


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the codebook"):
        suggest(SMALL, {"a": "x"}, {"a": "nowhere"})


def test_nothing_to_read() -> None:
    assert suggest(SMALL, {}, {}) == {}


@pytest.mark.slow
@pytest.mark.parametrize(("labels", "bar"), [(0, 0.80), (120, 0.85)])
def test_labelled_statements_of_a_real_conversation(polis: Path, labels: int, bar: float) -> None:
    """Bar 5 of the needs notes: the right theme among the first three."""
    conversation = read(polis, BOWLING_GREEN)
    with (polis / BOWLING_GREEN / "theme_gold.csv").open(encoding="utf-8", newline="") as file:
        gold = {row["comment_id"]: row["theme_code"] for row in csv.DictReader(file)}
    needs = {key: conversation.texts[key] for key in conversation.accepted}
    order = sorted(gold)
    random.Random(0).shuffle(order)
    found = suggest(codebook(), needs, {key: gold[key] for key in order[:labels]}, ignored=["Bowling", "Green"])
    rest = order[labels:]
    right = sum(gold[key] in [each.theme for each in found[key]] for key in rest)
    assert right / len(rest) >= bar
