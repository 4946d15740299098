"""The attacker's tools: they match what can be matched, and judge chance fairly."""

from __future__ import annotations

import base64
import gzip
from pathlib import Path
from random import Random

from tests.secrecy import guesses, needles


def test_values_match_by_rank_and_by_equality() -> None:
    voters, ballots = {1: 10, 2: 30, 3: 20}, {"c": 30, "a": 10, "b": 20}
    assert guesses.by_rank(voters, ballots) == guesses.by_equality(voters, ballots) == {1: "a", 3: "b", 2: "c"}
    assert guesses.by_equality({1: 5, 2: 5, 3: 5}, {"a": 5, "b": 5}) == {1: "a", 2: "b"}
    assert guesses.by_equality({1: 5}, {"a": 6}) == {}


def test_in_step_compares_the_newest() -> None:
    assert guesses.in_step([1, 2, 3], ["b", "c"]) == {2: "b", 3: "c"}


def test_chance_is_judged_as_it_falls() -> None:
    """Of 2,000 random matchings of 300 voters fewer than 1 in 100 has more hits than chance is allowed, and some come near."""
    random, people = Random(7), list(range(300))
    limit = guesses.most_by_chance(1.0, 0.01)
    more = reached = 0
    for _ in range(2000):
        shuffled = people[:]
        random.shuffle(shuffled)
        number = sum(one == other for one, other in zip(people, shuffled, strict=True))
        more += number > limit
        reached += number >= limit
    assert limit == 4
    assert more < 20 < reached


def test_correlation_sees_order_and_not_noise() -> None:
    random, number = Random(7), 3000
    steps = [float(step) for step in range(number)]
    noise = steps[:]
    random.shuffle(noise)
    limit = guesses.strongest_by_chance(number, 0.01)
    assert abs(guesses.correlation(steps, noise)) < limit < 0.05
    faint = [step + random.gauss(0, 8 * number) for step in steps]  # an order hidden under eight times its own spread
    assert guesses.correlation(steps, faint) > 0.02
    assert guesses.correlation(steps, [1.0] * number) == 0.0


def test_a_secret_is_found_in_every_spelling(tmp_path: Path) -> None:
    secret = '["option-2","option-5"]'
    raw = secret.encode()
    texts = [raw, b"\\x" + raw.hex().encode(), secret.encode("utf-16-le"), b'"[\\"option-2\\",\\"option-5\\"]"']
    texts += [base64.b64encode(b"x" * before + raw + b"yz") for before in range(3)]
    for place, text in enumerate(texts):
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / "file").write_bytes(b"\0\xff before " + text + b" after \0")
        assert needles.found_in(folder, {"voter 1": [secret], "voter 2": ["option-7"]}) == {"voter 1"}, text
    (tmp_path / "packed").write_bytes(gzip.compress(raw))
    assert needles.found_in(tmp_path / "packed", {"voter 1": [secret]}) == set()
