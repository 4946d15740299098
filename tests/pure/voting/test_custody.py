"""Phrases, and the box key wrapped for pairs: nothing here needs a database."""

from __future__ import annotations

import itertools

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from participation.voting.custody import phrases, wraps
from participation.voting.refusals import BoxDamaged

BOX_KEY = bytes(range(32))
KEYS = {slot: X25519PrivateKey.generate() for slot in (1, 2, 3)}
WRAPS = wraps.wrapped_for_pairs(
    vote="abc", box_key=BOX_KEY, holders={slot: phrases.tag_of(key) for slot, key in KEYS.items()}
)


def test_a_phrase_has_64_random_bits() -> None:
    words = phrases.known_words()
    assert len(set(words)) == 256
    assert len({word[:4] for word in words}) == 256
    made = {phrases.new_phrase() for _ in range(50)}
    assert len(made) == 50
    assert all(len(phrase.split()) == 8 and set(phrase.split()) <= set(words) for phrase in made)


def test_a_phrase_is_read_however_it_is_typed() -> None:
    salt = phrases.new_salt()
    key = phrases.tag_of(phrases.key_of("acorn amber zebra", salt))
    assert phrases.tag_of(phrases.key_of("  Acorn-AMBER,\n zebra. ", salt)) == key
    assert phrases.tag_of(phrases.key_of("acorn amber zebras", salt)) != key
    assert phrases.tag_of(phrases.key_of("acorn amber zebra", phrases.new_salt())) != key


@pytest.mark.parametrize("pair", ["12", "13", "23"])
def test_p5_each_pair_opens(pair: str) -> None:
    wrap = next(one for one in WRAPS if one.pair == pair)
    shares = {slot: wraps.share(wrap, KEYS[slot]) for slot in wraps.PAIRS[pair]}
    assert wraps.unwrapped(vote="abc", wrap=wrap, shares=shares) == BOX_KEY


def test_p5_nothing_less_than_the_right_pair_opens() -> None:
    for wrap, (one, other) in itertools.product(WRAPS, itertools.product(KEYS, KEYS)):
        first, second = wraps.PAIRS[wrap.pair]
        if (one, other) == (first, second):
            continue
        shares = {first: wraps.share(wrap, KEYS[one]), second: wraps.share(wrap, KEYS[other])}
        with pytest.raises(BoxDamaged):
            wraps.unwrapped(vote="abc", wrap=wrap, shares=shares)


def test_a_share_is_good_for_its_own_wrap_and_vote_alone() -> None:
    first, second = WRAPS[0], WRAPS[1]
    shares = {slot: wraps.share(first, KEYS[slot]) for slot in (1, 2)}
    with pytest.raises(BoxDamaged):
        wraps.unwrapped(vote="abd", wrap=first, shares=shares)
    moved = wraps.Wrap("12", second.ephemeral, second.nonce, second.blob)
    with pytest.raises(BoxDamaged):
        wraps.unwrapped(vote="abc", wrap=moved, shares=shares)
