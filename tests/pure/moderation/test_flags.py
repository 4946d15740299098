"""The flags against texts made up for them: what must be found is found, what is harmless is left alone."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from participation.moderation.flags import KIND, KINDS, find, masked
from participation.moderation.flags.contacts import uk_number
from participation.moderation.flags.numbers import luhn, nhs_check
from participation.moderation.flags.words import standard

MASKED = frozenset({"card", "nhs_number", "national_insurance"})


def labelled(name: str) -> list[tuple[frozenset[str], str]]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(frozenset(codes.split()) - {"-"}, text) for codes, text in rows]


TEXTS = labelled("texts.tsv")
HELD_OUT = labelled("held_out.tsv")
SECOND = labelled("second_held_out.tsv")
THIRD = labelled("third_held_out.tsv")
FOURTH = labelled("fourth_held_out.tsv")
FIFTH = labelled("fifth_held_out.tsv")
HARM = labelled("danger.tsv")


def test_there_are_300_different_texts_or_more() -> None:
    assert len({text for _, text in TEXTS}) == len(TEXTS) >= 300
    assert {code for codes, _ in TEXTS for code in codes} == {kind.code for kind in KINDS}


def test_nearly_every_mask_is_right_and_nearly_every_number_masked() -> None:
    """Precision at least 0.95 for masks (the trust design, section 6.5), and recall, which nobody asked for, as well."""
    made = [(codes, {one.code for one in find(text) if one.masks}) for codes, text in TEXTS]
    right = sum(len(codes & masks) for codes, masks in made)
    assert right / sum(len(masks) for _, masks in made) >= 0.95
    assert right / sum(len(codes & MASKED) for codes, _ in made) >= 0.95


def test_hardly_any_harmless_text_is_held() -> None:
    harmless = [text for codes, text in TEXTS if not codes]
    held = [text for text in harmless if find(text)]
    assert len(held) <= len(harmless) * 0.01, held


def test_what_should_be_seen_by_a_person_is_held() -> None:
    missed = [(sorted(codes), text) for codes, text in TEXTS if not codes <= {one.code for one in find(text)}]
    dangerous = sum(1 for codes, _ in TEXTS if codes)
    assert len(missed) <= dangerous * 0.02, missed


def test_texts_that_nothing_was_tuned_on_fare_as_well() -> None:
    """Invented before they were tried. What one of them shows to be wrong is mended, moved to texts.tsv, and replaced here."""
    harmless = [text for codes, text in HELD_OUT if not codes]
    assert len(HELD_OUT) >= 60 <= len(harmless)
    assert not {text for _, text in HELD_OUT} & {text for _, text in TEXTS}
    assert [text for text in harmless if find(text)] == []
    masks = [(codes, one.code) for codes, text in HELD_OUT for one in find(text) if one.masks]
    assert sum(code in codes for codes, code in masks) >= 0.95 * len(masks) > 0
    missed = [text for codes, text in HELD_OUT if not codes <= {one.code for one in find(text)}]
    assert len(missed) <= 1, missed


@pytest.mark.parametrize(
    ("texts", "many", "may_miss"),
    [(SECOND, 376, 0.01), (THIRD, 203, 0.02), (FOURTH, 317, 0.01), (FIFTH, 491, 0.01)],
    ids=["second", "third", "fourth", "fifth"],
)
def test_more_texts_fare_as_well_as_the_trust_design_asks(
    texts: list[tuple[frozenset[str], str]], many: int, may_miss: float
) -> None:
    """Masks at least 0.95 right, harmless texts held at most 1 in 100, hardly any dangerous one missed."""
    before = [text for one in (TEXTS, HELD_OUT, SECOND, THIRD, FOURTH, FIFTH) if one is not texts for _, text in one]
    assert len({text for _, text in texts} - set(before)) == len(texts) == many
    harmless = [text for codes, text in texts if not codes]
    held = [text for text in harmless if find(text)]
    assert len(held) <= 0.01 * len(harmless), held
    masks = [(codes, one.code) for codes, text in texts for one in find(text) if one.masks]
    assert sum(code in codes for codes, code in masks) >= 0.95 * len(masks) >= 18
    missed = [text for codes, text in texts if not codes <= {one.code for one in find(text)}]
    assert len(missed) <= may_miss * (len(texts) - len(harmless)), missed


def test_who_harms_whom_is_told_from_what_only_sounds_like_it() -> None:
    assert len({text for _, text in HARM}) == len(HARM) == 62
    assert [(text, codes) for codes, text in HARM if {one.code for one in find(text)} != codes] == []


@pytest.mark.parametrize(("text", "codes"), [
    ("Ring 9 0 7700 900 123", ()),
    ("ISBN 0 7475 3269 9", ()),
    ("To order call 07700 900123", ("phone",)),
    ("Order 07700900123", ()),
    ("07700 900123 07700 900456", ("phone", "phone")),
    ("The clinic, 12 Mill Street, BB1 9ZZ, has no lift", ()),
    ("Near the clinic at 12 Mill Street, BB1 9ZZ lives a man", ("address",)),
    ("My mum at 12 Mill Street, BB1 9ZZ", ("address",)),
    ("jr 12 34 56 b", ()),
    ("sk 12 34 56 b", ("national_insurance",)),
    ("Seat SK 12 34 56 B", ()),
    ("dan at example dot co dot uk", ("email",)),
    ("look at leeds dot by dot", ()),
    ("I will burn the new office down", ("danger",)),
    ("burn the one two three four down", ()),
    ("sort code is 112233, account 12345678", ("bank",)),
    ("sort code is 112233", ()),
    ("Refund 11 22 33 12345678", ("bank",)),
    ("Lots 11 22 33 and 12345678", ()),
    ("GB82 WEST 1234 5698 7654 32", ("bank",)),
    ("GB82 WEST 1234 5698 7654 33", ()),
    ("Ring 07700/900/123", ("phone",)),
    ("Open 01/12/2026 from 10", ()),
    ("oh double seven zero zero nine hundred one two three", ("phone",)),
    ("sero saith saith dim dim naw dim dim un dau tri", ("phone",)),
    ("Zero, one or two buses: three, four, five, six, seven years ago", ()),
    ("ann @ example.org", ("email",)),
    ("Meet @ 10 by the clock", ()),
    ("My bungalow, 7 Long Acre, floods", ("address",)),
    ("our house is 3 Doors down", ()),
    ("Mae hi’n byw yng 3 Maes y Coed", ("address",)),
    ("My uncle keeps hitting us", ("danger",)),
    ("Her ex punches her, and then he cries", ("danger",)),
    ("My partner has hit me with a £90 bill", ()),
    ("She hits her targets", ()),
    ("He beats them at bowls", ()),
    ("Mae Dad yn fy nharo", ("danger",)),
    ("The cock on the steeple", ()),
    ("more buses more buses more buses more buses more buses", ("repeat",)),
    ("more buses, more trams, more buses, more bins, more buses", ()),
])  # fmt: skip
def test_what_stands_beside_a_number_says_what_it_is(text: str, codes: tuple[str, ...]) -> None:
    assert tuple(one.code for one in find(text)) == codes


def test_a_doubtful_national_insurance_number_is_held_and_not_masked() -> None:
    (one,) = find("housing benefit under ns 00 11 22 b")
    assert (one.code, one.masks) == ("national_insurance", False)


def test_welsh_and_dialect_are_held_no_more_often_than_the_rest() -> None:
    """The equality check of the trust design: at most 1.5 times the rate, which over so few texts means none at all."""
    welsh = [
        text
        for codes, text in TEXTS
        if not codes and any(f" {word} " in f" {text} " for word in ("yn", "y", "ar", "i'r"))
    ]
    assert len(welsh) >= 10
    assert [text for text in welsh if find(text)] == []


@pytest.mark.parametrize(("text", "shown"), [
    ("Card 4111 1111 1111 1111, thanks", "Card [removed: card number], thanks"),
    ("AB123456C and 999 323 7418", "[removed: National Insurance number] and [removed: NHS number]"),
    ("Ring 07700 900123", "Ring 07700 900123"),
    ("", ""),
])  # fmt: skip
def test_only_the_most_dangerous_is_masked_and_nothing_else_changes(text: str, shown: str) -> None:
    assert masked(text, find(text)) == shown
    assert masked(shown, find(shown)) == shown


@pytest.mark.parametrize(("text", "shown"), [
    ("Card 4111\u00a01111\u00a01111\u00a01111, thanks", "Card [removed: card number], thanks"),
    ("Card 4111–1111–1111–1111.", "Card [removed: card number]."),
    ("ŵ 4111 1111\u200b 1111 1111!", "ŵ [removed: card number]!"),
    ("NHS ９９９ ３２３ ７４１８", "NHS [removed: NHS number]"),
    ("AB\u00ad12\u00ad34\u00ad56\u00adC", "[removed: National Insurance number]"),
])  # fmt: skip
def test_odd_spaces_dashes_and_digits_hide_nothing(text: str, shown: str) -> None:
    assert masked(text, find(text)) == shown


def test_places_are_those_of_the_text() -> None:
    text = "ŵ ß İ Ring 07700 900123 now"
    (found,) = find(text)
    assert text[found.start : found.end] == "07700 900123"


@pytest.mark.parametrize(("digits", "is_one"), [
    ("9434765919", True), ("9434765918", False), ("4010232137", True), ("0000000000", False), ("943476591", False),
])  # fmt: skip
def test_the_check_digit_of_an_nhs_number(digits: str, is_one: bool) -> None:
    assert nhs_check(digits) is is_one


@pytest.mark.parametrize(
    ("digits", "is_one"), [("79927398713", True), ("79927398710", False), ("4111111111111111", True)]
)
def test_the_check_digit_of_a_card(digits: str, is_one: bool) -> None:
    assert luhn(digits) is is_one


def test_one_wrong_digit_is_no_card_and_no_nhs_number() -> None:
    for wrong in ("4111 1111 1111 1112", "999 323 7417"):
        assert not any(one.masks for one in find(f"It is {wrong}."))


@pytest.mark.parametrize("prefix", ["BG", "GB", "NK", "KN", "TN", "NT", "ZZ", "QQ", "DA", "AO"])
def test_prefixes_that_were_never_given_out(prefix: str) -> None:
    assert "national_insurance" not in {one.code for one in find(f"It is {prefix} 12 34 56 A.")}


@pytest.mark.parametrize(("national", "is_one"), [
    ("7700900123", True), ("770090012", False), ("2079460018", True), ("163296098", True), ("4000000000", False),
    ("6000000000", False), ("1111111111", False),
])  # fmt: skip
def test_lengths_and_ranges_of_uk_numbers(national: str, is_one: bool) -> None:
    assert uk_number(national) is is_one


def test_a_council_adds_words_and_company_of_its_own() -> None:
    more = standard().with_more(["grockle"], allowed=["grockle shop"])
    assert [one.code for one in find("Too many grockles here", more)] == ["words"]
    assert find("The grockle shop", more) == ()
    assert find("Too many grockles here") == ()


def test_the_most_pressing_kind_comes_first() -> None:
    assert [kind.code for kind in sorted(KIND.values(), key=lambda kind: kind.rank)][:4] == [
        "danger", "card", "nhs_number", "national_insurance",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "0" * 5000,
        "a." * 3000,
        "1 " * 3000,
        "www." * 1500,
        "f u " * 1500,
        "1a " * 2000,
        "@" * 5000,
        "12 a b c d e " * 400,
    ],
)
def test_hostile_texts_take_no_time(text: str) -> None:
    began = time.perf_counter()
    find(text)
    assert time.perf_counter() - began < 1
