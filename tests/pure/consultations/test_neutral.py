"""The language check finds loaded words and uneven lengths, and nothing in plain words."""

from __future__ import annotations

import pytest

from participation.budgets.taxonomy import delivery_models, loaded_words
from participation.consultations.neutral import loaded, unequal

WORDS = {"cheap": "blames the cost", "value for money": "praises the cost", "must": "decides"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A CHEAP and cheap way.", ["cheap"]),
        ("Cheaply made mustard.", []),
        ("Good value for money, we must.", ["value for money", "must"]),
        ("", []),
    ],
)
def test_loaded_words_are_found_once_and_whole(text: str, found: list[str]) -> None:
    sentences = loaded("Option", text, WORDS)
    assert len(sentences) == len(found)
    assert all(f"“{word}”" in sentence for word, sentence in zip(found, sentences, strict=True))


def test_without_words_nothing_is_found() -> None:
    assert loaded("Option", "cheap", {}) == []


@pytest.mark.parametrize(
    ("lengths", "uneven"),
    [((100, 125), False), ((100, 126), True), ((4, 14), False), ((4, 15), True), ((50,), False), ((0, 90), False)],
)
def test_more_than_a_quarter_longer_is_said(lengths: tuple[int, ...], uneven: bool) -> None:
    options = [(f"Option {place}", "word " * length) for place, length in enumerate(lengths)]
    assert bool(unequal(options)) is uneven


def test_our_own_neutral_words_are_neutral() -> None:
    for model in delivery_models():
        assert loaded(model.label, f"{model.label} {model.description}", loaded_words()) == []
