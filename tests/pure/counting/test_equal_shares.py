"""Rounds of equal shares: what was compared, who paid, in words; and the runs behind add1."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from participation.counting import Election, Option, Outcome, Profile, Ties, count

ELECTION = Election(
    (
        Option("mere", 45_000_00, "Mere Knolls"),
        Option("bede", 42_000_00, "Bede Park"),
        Option("cleadon", 27_000_00, "Cleadon Hill"),
        Option("hill", 30_000_00, "Benches"),
    ),
    100_000_00,
)
BALLOTS = [{"approve": ["mere", "bede"]}] * 5 + [{"approve": ["bede", "hill"]}] * 2 + [{"approve": ["cleadon"]}] * 3


def counted(*, explain: bool = True, **settings: Any) -> Outcome:
    profile = Profile.from_ballots(ELECTION, BALLOTS)
    ties = Ties.parse("cheapest,id")
    return count(ELECTION, profile, rule="equal-shares", settings=settings, ties=ties, explain=explain)


def test_rounds_say_what_was_compared_and_what_is_left() -> None:
    first, second = counted().rounds
    assert first.compared == (("bede", "7"), ("mere", "5"))
    assert (first.spent, first.left, second.left) == (42_000_00, 58_000_00, 31_000_00)
    assert first.note == (
        "Bede Park is bought for £42,000: 7 supporters pay £6,000. It had the effect of 7 votes; Mere Knolls came next "
        "with 5."
    )
    # Nothing else can be afforded in the second round.
    assert second.compared == (("cleadon", "3"),)
    assert counted(explain=False).rounds[0].compared == (("bede", "7"),)


def test_the_loser_reads_what_it_lacked() -> None:
    assert counted().option("mere").sentence == (
        "Not funded. Its 5 supporters had shares of £50,000, spent £30,000 of it on options that were funded and had "
        "£20,000 left, £25,000 less than its cost of £45,000. At the closest moment they could pay 71% of it. It needed "
        "a cost of £20,000 or less or at least 2 more supporters."
    )


def test_the_winner_reads_who_paid() -> None:
    assert counted().option("cleadon").sentence == (
        "Funded, 2nd in the order. Its 3 supporters each paid £9,000, £27,000 together."
    )


def test_larger_shares_are_tried_one_unit_of_the_currency_at_a_time() -> None:
    """With a unit of £100, shares of £10,000 to £14,900 fit; at £15,000 the supporters of mere could buy it too, which is
    more than there is."""
    election = replace(ELECTION, unit=100_00)
    profile = Profile.from_ballots(election, BALLOTS)
    settings = {"completion": "add1"}
    outcomes = [
        count(election, profile, rule="equal-shares", settings=settings, ties=Ties.parse("id"), path=path)
        for path in ("reference", "compiled")
    ]
    assert outcomes[0].facts["shares_tried"] == 51
    assert outcomes[0].facts["final_share"] == str(14_900_00)
    assert outcomes[0].facts["ended"] == "overspend"
    assert outcomes[0].to_json() == outcomes[1].to_json()


def test_the_completion_has_its_own_words() -> None:
    outcome = counted(completion="greedy")
    assert outcome.option("hill").sentence == (
        "Funded from what equal shares left. It has 2 votes, and its cost of £30,000 fitted the £31,000 that was still "
        "there."
    )
    assert outcome.option("mere").sentence.endswith(
        "When the rest was given out by votes, £31,000 was left at its turn."
    )


def test_without_explanations_counting_is_all_there_is() -> None:
    short = counted(explain=False)
    assert short.selected == counted().selected
    assert short.option("mere").sentence == ("Not funded. Its supporters could not pay its cost of £45,000 together.")
