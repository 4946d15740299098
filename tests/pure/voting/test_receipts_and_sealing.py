"""Trackers, receipts and envelopes, without a database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.voting.kept_choices import opened_choices, sealed_choices
from participation.voting.keys import Keys, new_box_key, unwrapped, wrapped
from participation.voting.receipts import (
    NonceRefused,
    TrackerRefused,
    is_genuine,
    nonce_bytes,
    receipt_for,
    replay_mark,
    tracker_of,
    typed_tracker,
)
from participation.voting.refusals import BoxDamaged
from participation.voting.sealing import (
    Envelope,
    EnvelopeTooSmall,
    Opener,
    Sealer,
    labelled_hash,
    padded,
    padded_length,
    unpadded,
)

KEYS = Keys("a secret of the tests")
NONCE = bytes(range(16))


def test_a_nonce_has_two_images_that_say_nothing_of_each_other() -> None:
    tracker = tracker_of("vote", NONCE)
    assert tracker == tracker_of("vote", NONCE)
    assert len(tracker) == 19
    assert tracker != tracker_of("another", NONCE) != tracker_of("vote", NONCE[::-1])
    assert replay_mark("vote", NONCE)[:10] != labelled_hash("tracker-v1", b"vote", NONCE)[:10]


def test_what_a_trace_prints_of_an_envelope_says_nothing() -> None:
    envelope = Envelope("vote", tracker_of("vote", NONCE), {"a": ["park-bench"]}, {"w": "E05014095"})
    assert "park-bench" not in repr(envelope)
    assert envelope.tracker not in repr(envelope)


@given(st.binary(min_size=16, max_size=16))
def test_trackers_survive_how_people_type(nonce: bytes) -> None:
    tracker = tracker_of("vote", nonce)
    typed = tracker.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert typed_tracker(f" {typed} ") == tracker


@pytest.mark.parametrize("text", ["", "7Q2M-K4XP-9D0C", "7Q2M-K4XP-9D0C-VN3U", "7Q2M-K4XP-9D0C-VN3T0", "ÄÄÄÄ" * 4])
def test_what_is_no_tracker(text: str) -> None:
    with pytest.raises(TrackerRefused):
        typed_tracker(text)


@pytest.mark.parametrize("text", ["", "00", "g" * 32, "0" * 33, "A" * 32, "0" * 32 + "\n"])
def test_what_is_no_nonce(text: str) -> None:
    with pytest.raises(NonceRefused):
        nonce_bytes(text)


def test_a_receipt_is_the_same_each_time_and_no_field_can_be_changed() -> None:
    made = [receipt_for(KEYS, vote="vote", ciphertext_hash=b"h" * 32, day=date(2026, 11, 25)).line for _ in range(2)]
    assert made[0] == made[1]
    assert is_genuine(made[0] + "\n", KEYS.receipt_public_key)
    for old, new in (("vote", "etov"), ("2026", "2025"), ("68", "69"), ("receipt-v1", "receipt-v2")):
        assert not is_genuine(made[0].replace(old, new, 1), KEYS.receipt_public_key)
    assert not is_genuine(made[0], Keys("another").receipt_public_key)
    assert not is_genuine("", KEYS.receipt_public_key)


@given(st.binary(max_size=200).filter(lambda text: True))
def test_padding_comes_off_again(text: bytes) -> None:
    body = padded(text, 201)
    assert len(body) == 201
    assert unpadded(body) == text


def test_padding_refuses_what_does_not_fit() -> None:
    assert [padded_length(size) for size in (0, 1023, 1024, 1535, 1536)] == [1024, 1024, 1536, 1536, 2048]
    with pytest.raises(EnvelopeTooSmall):
        padded(b"x" * 10, 10)
    with pytest.raises(BoxDamaged):
        unpadded(b"text without padding")


def test_seal_and_open() -> None:
    public, private = new_box_key()
    sealer = Sealer(vote="vote", box_public_key=public, length=1024)
    envelope = Envelope("vote", "T", {"approve": ["é"]}, {"w": "E05"})
    one, two = sealer.seal(envelope), sealer.seal(envelope)
    assert one != two
    assert len(one) == len(two) == 1072
    opener = Opener(vote="vote", box_private_key=private)
    assert opener.open(one) == opener.open(two) == envelope
    for damaged in (one[:-1], b"", one[:40] + bytes([one[40] ^ 1]) + one[41:]):
        with pytest.raises(BoxDamaged) as refused:
            opener.open(damaged)
        assert "é" not in refused.value.message


def test_the_box_key_is_bound_to_its_vote_and_server() -> None:
    _, private = new_box_key()
    blob = wrapped(KEYS, "vote", private)
    assert private not in blob
    assert unwrapped(KEYS, "vote", blob) == private
    for keys, vote in ((KEYS, "another"), (Keys("another"), "vote")):
        with pytest.raises(BoxDamaged):
            unwrapped(keys, vote, blob)


def test_kept_choices_are_for_one_account_and_one_vote() -> None:
    sent = {"approval-1": ["on"]}
    value = sealed_choices(KEYS, vote="vote", account_id=7, sent=sent)
    assert value is not None
    assert opened_choices(KEYS, vote="vote", account_id=7, value=value) == sent
    for vote, account_id in (("vote", 8), ("another", 7)):
        assert opened_choices(KEYS, vote=vote, account_id=account_id, value=value) == {}
    for altered in ("", "x", value[:-4], "é", value[::-1]):
        assert opened_choices(KEYS, vote="vote", account_id=7, value=altered) == {}
    many = {f"ranking-{place}": [str(place * 7919 % 100_003)] for place in range(2000)}
    assert sealed_choices(KEYS, vote="vote", account_id=7, sent=many) is None
