"""Which quotes stand for a theme, and which new themes are offered."""

from __future__ import annotations

from participation.needs.candidate_themes import find_candidates
from participation.needs.quotes import Candidate, choose

SAFER = "Safer crossings near the primary school"


def test_the_typical_text_comes_first_then_what_is_unlike_it() -> None:
    candidates = [
        Candidate("a", f"{SAFER} please"),
        Candidate("b", f"{SAFER} gates"),
        Candidate("c", "Lorries speed past at night and nobody sleeps"),
        Candidate("d", SAFER),
    ]
    chosen = choose(candidates, 2)
    assert chosen[0] in {"a", "b", "d"}
    assert chosen[1] == "c"
    assert choose(list(reversed(candidates)), 2) == chosen


def test_other_wards_are_heard_where_possible() -> None:
    candidates = [
        Candidate("a", SAFER, "W1"),
        Candidate("b", f"{SAFER} gates", "W1"),
        Candidate("c", "Lorries speed past at night", "W1"),
        Candidate("d", f"{SAFER} in the morning", "W2"),
    ]
    wards = {candidate.key: candidate.ward for candidate in candidates}
    assert {wards[key] for key in choose(candidates, 2)} == {"W1", "W2"}


def test_a_voice_against_is_quoted_when_a_tenth_are_against() -> None:
    crowd = [Candidate(f"k{n}", f"{SAFER} number {n}") for n in range(9)]
    against = Candidate("no", "The crossings are fine as they are", against=True)
    assert "no" in choose([*crowd, against], 3)
    assert "no" not in choose([*crowd, *(Candidate(f"m{n}", f"x{n} y{n}") for n in range(9)), against], 3)


def test_few_or_no_candidates() -> None:
    assert choose([]) == []
    assert choose([Candidate("a", "")]) == ["a"]


def test_candidate_themes_are_told_apart_and_named() -> None:
    needs = {f"b{n}": f"The library hours are too short on day {n} of the week" for n in range(20)}
    needs |= {f"c{n}": f"Broken street lights make corner {n} dark and unsafe" for n in range(31)}
    found = find_candidates(needs)
    assert sum(theme.texts for theme in found) == 51
    kinds = {theme.phrases: {example[0] for example in theme.examples} for theme in found}
    assert all(len(kind) == 1 for kind in kinds.values()), "no theme mixes the two"
    assert any("library hours" in phrases for phrases in kinds)
    assert any("broken street" in phrases for phrases in kinds)
    assert find_candidates(dict(reversed(needs.items()))) == found


def test_nothing_to_offer() -> None:
    assert find_candidates({}) == ()
    assert find_candidates({"a": "one", "b": "two"}) == ()
