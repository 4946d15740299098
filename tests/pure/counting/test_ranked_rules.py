"""Rules for one choice and for orders: against the textbook, an independent library, the oracle, and known paradoxes."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyrankvote
import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.counting import Election, Option, Outcome, Profile, Ties, count
from participation.counting.pabulib import read
from tests.pure.counting import ranked_textbook as textbook
from tests.pure.counting.pabulib_files import ELECTIONS

CODES = "abcde"
RANKED = ("plurality", "borda", "irv", "schulze", "stv")


def election(codes: str = CODES) -> Election:
    return Election(options=tuple(Option(code, 0, code.upper()) for code in codes), budget=0)


def result(
    ballots: list[textbook.Ballot], rule: str, *, codes: str = CODES, ties: str = "file", **settings: Any
) -> Outcome:
    payloads = [{"rank": ballot} for ballot in ballots]
    profile = Profile.from_ballots(election(codes), payloads, ballot_type="ranking")
    return count(election(codes), profile, rule=rule, settings=settings, ties=Ties.parse(ties))


def votes(*blocks: tuple[int, str]) -> list[textbook.Ballot]:
    """`(3, "ab")`: three ballots ranking a before b."""
    return [[[code] for code in ranking] for number, ranking in blocks for _ in range(number)]


@st.composite
def ballots(draw: st.DrawFn, *, level: bool = True) -> textbook.Ballot:
    """A ranking, perhaps cut short, perhaps with level options."""
    named = draw(st.permutations(CODES))[: draw(st.integers(0, len(CODES)))]
    if not level:
        return [[code] for code in named]
    groups: textbook.Ballot = []
    for code in named:
        if groups and draw(st.booleans()):
            groups[-1].append(code)
        else:
            groups.append([code])
    return groups


profiles = st.lists(ballots(), max_size=12)


@given(profiles)
def test_irv_is_the_textbook(cast: list[textbook.Ballot]) -> None:
    winner = textbook.irv(cast, CODES)
    assert list(result(cast, "irv").selected) == ([winner] if winner else [])


@given(st.lists(ballots(level=False), min_size=1, max_size=15))
def test_irv_is_the_library_where_no_tie_decides(cast: list[textbook.Ballot]) -> None:
    ours = result(cast, "irv")
    if ours.ties_met or not any(cast):
        return
    people = {code: pyrankvote.Candidate(code) for code in CODES}
    papers = [pyrankvote.Ballot(ranked_candidates=[people[group[0]] for group in ballot]) for ballot in cast]
    theirs = pyrankvote.instant_runoff_voting(list(people.values()), papers)
    assert [winner.name for winner in theirs.get_winners()] == list(ours.selected)


@given(profiles)
def test_borda_is_the_textbook(cast: list[textbook.Ballot]) -> None:
    points = textbook.borda(cast, CODES)
    ours = result(cast, "borda")
    assert {option.code: Fraction(option.score) for option in ours.options} == points
    if any(cast):
        assert ours.selected == (max(CODES, key=lambda code: points[code]),)


@given(profiles, st.booleans())
def test_schulze_is_the_textbook(cast: list[textbook.Ballot], margins: bool) -> None:
    ours = result(cast, "schulze", strength="margins" if margins else "winning-votes")
    for one in CODES:
        for other in CODES:
            if one != other:
                assert ours.option(one).facts[f"preferred_to:{other}"] == textbook.preferred(cast, one, other)
    winners = textbook.schulze(cast, CODES, margins=margins)
    if any(cast):
        assert ours.selected == (min(winners),)
        assert {code for tie in ours.ties_met for code in tie.options} in (set(), winners)


@given(profiles, st.integers(1, 4))
def test_stv_is_the_textbook(cast: list[textbook.Ballot], seats: int) -> None:
    assert list(result(cast, "stv", seats=seats).selected) == textbook.stv(cast, CODES, seats)


@given(st.lists(ballots(level=False), min_size=1, max_size=15))
def test_stv_for_one_seat_is_irv_where_no_tie_decides(cast: list[textbook.Ballot]) -> None:
    one, other = result(cast, "stv", seats=1), result(cast, "irv")
    if not one.ties_met and not other.ties_met:
        assert one.selected == other.selected


@pytest.mark.slow
@given(profiles, st.permutations(CODES))
def test_order_of_ballots_and_options_is_irrelevant(cast: list[textbook.Ballot], listed: list[str]) -> None:
    for rule in RANKED:
        first = result(cast, rule, ties="id")
        again = result(list(reversed(cast)), rule, ties="id")
        assert first.to_json() == again.to_json()
        assert Outcome.from_json(first.to_json()) == first
        moved = result(cast, rule, ties="id", codes="".join(listed))
        assert moved.selected == first.selected
        assert {option.code: option.score for option in moved.options} == {o.code: o.score for o in first.options}


@pytest.mark.parametrize("rule", RANKED)
@pytest.mark.parametrize("cast", [[], [[], []]], ids=["no ballots", "blank ballots"])
def test_nobody_is_elected_where_nobody_is_named(rule: str, cast: list[textbook.Ballot]) -> None:
    outcome = result(cast, rule)
    assert outcome.selected == ()
    assert outcome.ballots == len(cast)
    assert all(option.sentence.startswith("Not elected. No ballot names") for option in outcome.options)


@pytest.mark.parametrize("rule", RANKED)
def test_an_option_dearer_than_the_budget_cannot_be_elected(rule: str) -> None:
    withdrawn = Election(options=(Option("a", 999999999), Option("b", 5), Option("c", 5)), budget=10)
    cast = [{"rank": ["a", "b", "c"]}] * 3 + [{"rank": ["a", "c"]}]
    profile = Profile.from_ballots(withdrawn, cast, ballot_type="ranking")
    outcome = count(withdrawn, profile, rule=rule, settings={}, ties=Ties.parse("id"))
    assert outcome.selected == ("b",)
    assert outcome.option("a").sentence.startswith("Not elected. It costs more than the whole budget")


@pytest.mark.parametrize("name", [name for name in ELECTIONS if "Krakow" in name or "rankings" in name])
def test_single_winners_of_real_rankings(pabulib: Path, name: str) -> None:
    """Three libraries agreed on these winners."""
    known = json.loads((pabulib / "expected" / (name.split(".pb")[0] + ".json")).read_text())["single_winner_ranked"]
    file = read(pabulib / name)
    for rule, settings, key in (
        ("borda", {"unranked": "nothing"}, "borda_trunc"),
        ("schulze", {}, "schulze_wv"),
        ("schulze", {"strength": "margins"}, "schulze_margin"),
        ("irv", {}, "irv"),
    ):
        outcome = count(file.election(), file.profile(), rule=rule, settings=settings, ties=Ties.parse("id"))
        assert list(outcome.selected) == known["mine"][key], rule


# The capital of Tennessee: Memphis is large and far from all, Nashville in the middle.
TENNESSEE = votes((42, "mnck"), (26, "nckm"), (15, "cknm"), (17, "kcnm"))


@pytest.mark.parametrize(
    ("rule", "winner"), [("plurality", "m"), ("borda", "n"), ("irv", "k"), ("schulze", "n"), ("stv", "k")]
)
def test_the_capital_of_tennessee(rule: str, winner: str) -> None:
    assert result(TENNESSEE, rule, codes="mnck").selected == (winner,)


def test_the_example_of_schulze() -> None:
    """45 voters, section 3.1 of the paper: the order is E, A, C, B, D."""
    cast = votes(
        (5, "acbed"),
        (5, "adecb"),
        (8, "bedac"),
        (3, "cabed"),
        (7, "caebd"),
        (2, "cbade"),
        (7, "dceba"),
        (8, "ebadc"),
    )
    assert result(cast, "schulze", seats=5).selected == ("e", "a", "c", "b", "d")


def test_a_condorcet_winner_is_elected_and_a_plurality_winner_need_not_be() -> None:
    cast = votes((40, "ab"), (35, "cb"), (25, "bc"))
    assert result(cast, "schulze").selected == ("b",)
    assert result(cast, "irv").selected == ("c",)
    assert result(cast, "plurality").selected == ("a",)


def test_plurality_shares_a_vote_between_level_firsts() -> None:
    outcome = result([[["a", "b"], ["c"]], [["b"]], [["c"]]], "plurality")
    assert [option.score for option in outcome.options][:3] == ["1/2", "3/2", "1"]
    assert (
        outcome.option("a").sentence == "Not elected. It came 3rd with 0.5 first choices, 1 first choice fewer than B."
    )


def test_plurality_of_a_single_choice_says_by_how_much() -> None:
    choice = election("abc")
    cast = [{"approve": ["b"]}] * 5 + [{"approve": ["a"]}] * 3
    profile = Profile.from_ballots(choice, cast)
    outcome = count(choice, profile, rule="plurality", settings={"seats": 3}, ties=Ties.parse("id"))
    assert outcome.selected == ("b", "a")  # c has no vote: nobody chose it, so no seat is filled by the tie rule
    one = count(choice, profile, rule="plurality", settings={}, ties=Ties.parse("id"))
    assert one.option("b").sentence == "Elected. It came 1st with 5 votes, 2 votes more than A."
    assert one.option("a").sentence == "Not elected. It came 2nd with 3 votes, 2 votes fewer than B."


def test_a_tie_is_decided_by_the_declared_rule_and_on_record() -> None:
    cast = votes((2, "ab"), (2, "ba"))
    for rule in RANKED:
        assert result(cast, rule, codes="ab", ties="file").selected == ("a",)
        for ties in ("file", "lot:2026-03-31"):
            outcome = result(cast, rule, codes="ab", ties=ties)
            assert (set(outcome.ties_met[0].options), outcome.ties_met[0].chosen) == ({"a", "b"}, outcome.selected[0])


def test_irv_tells_its_rounds() -> None:
    outcome = result(TENNESSEE, "irv", codes="mnck")
    assert [(step.action, step.option) for step in outcome.rounds] == [
        ("eliminated", "c"),
        ("eliminated", "n"),
        ("elected", "k"),
    ]
    assert outcome.rounds[1].compared == (("m", "42"), ("k", "32"), ("n", "26"))
    assert outcome.option("k").sentence == "Elected in round 3 with 58 of the 100 ballots still counting."
    assert outcome.option("n").sentence == (
        "Not elected. It went in round 2 with the fewest, 26 ballots; the next had 32, 6 more."
    )
    assert (
        outcome.option("m").sentence
        == "Not elected. It was in the last round with 42 ballots, 16 ballots fewer than K."
    )


def test_stv_moves_a_surplus_and_then_the_ballots_of_the_last() -> None:
    """Twenty guests choose three of five foods; the quota is 6, and chocolate has 12."""
    cast = votes((4, "o"), (2, "po"), (8, "cs"), (4, "cw"), (1, "s"), (1, "w"))
    outcome = result(cast, "stv", codes="ocpsw", seats=3)
    assert outcome.facts["quota"] == 6
    assert [(step.action, step.option) for step in outcome.rounds] == [
        ("elected", "c"),
        ("surplus moved", "c"),  # half of each ballot: 4 to s, 2 to w
        ("eliminated", "p"),
        ("elected", "o"),
        ("eliminated", "w"),
        ("elected", "s"),
    ]
    assert outcome.rounds[2].compared == (("s", "5"), ("o", "4"), ("w", "3"), ("p", "2"))
    assert outcome.selected == ("c", "o", "s")


def test_level_options_share_a_ballot_until_one_goes() -> None:
    outcome = result([[["a", "b"]], [["a", "b"]], [["c"]], [["c"]], [["b"], ["a"]]], "irv", codes="abc")
    assert [option.score for option in outcome.options] == ["1", "3", "2"]
    assert outcome.selected == ("b",)
