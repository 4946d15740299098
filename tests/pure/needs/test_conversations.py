"""A real conversation through the module: counts, support, differences between islands, opinion groups."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from participation.needs.agreement import Tally, describe
from participation.needs.generator import Generator
from participation.needs.opinion_groups import OpinionGroups, adjusted_rand, find_groups
from participation.needs.votes import compare_groups, latest, ranked, tallies
from tests.pure.needs.conversations import ABOUT_ME, ISLANDS, SAN_JUAN, Conversation, read


@pytest.fixture(scope="module")
def san_juan(polis: Path) -> Conversation:
    return read(polis, SAN_JUAN)


@pytest.fixture(scope="module")
def expected(polis: Path) -> dict[str, Any]:
    return json.loads((polis / "worked_examples.json").read_text(encoding="utf-8"))["real_data_san_juan_land_bank"]


def statements(conversation: Conversation) -> list[str]:
    return [statement for statement in conversation.accepted if statement not in ABOUT_ME]


@pytest.fixture(scope="module")
def groups(san_juan: Conversation) -> OpinionGroups:
    kept = statements(san_juan)
    return find_groups(san_juan.table(kept), left_out=len(san_juan.texts) - len(kept))


def test_only_the_last_vote_of_a_person_counts(san_juan: Conversation, expected: dict[str, Any]) -> None:
    counts = expected["counts"]
    votes = latest(san_juan.events)
    assert (len(san_juan.events), len(votes)) == (counts["n_vote_rows"], counts["n_votes_latest"])
    assert len(san_juan.events) - len(votes) == counts["n_superseded_votes"] == 67
    assert len(san_juan.accepted) == counts["n_comments_accepted"]


@pytest.mark.slow
def test_at_every_thousandth_event_counts_equal_a_rebuild(san_juan: Conversation) -> None:
    standing: dict[tuple[str, str], int] = {}
    for number, (person, statement, vote) in enumerate(san_juan.events, 1):
        standing[person, statement] = vote
        if number % 1000 == 0:
            assert tallies(standing) == tallies(latest(san_juan.events[:number]))


def test_statements_by_the_surest_support(san_juan: Conversation, expected: dict[str, Any]) -> None:
    found = ranked(latest(san_juan.events), ABOUT_ME)
    assert len(found) == expected["statements_ranked"]["n_statements"]
    wanted = expected["statements_ranked"]["top10"] + expected["statements_ranked"]["bottom3"]
    for row, want in zip([*found[:10], *found[-3:]], wanted, strict=True):
        assert row.statement == str(want["comment_id"])
        assert row.tally == Tally(want["agree"], want["disagree"], want["passed"])
        assert (row.support, row.lower, row.upper) == pytest.approx(
            (want["support"], want["lower"], want["upper"]), abs=5e-5
        )


def test_islands_do_not_differ_once_the_number_of_looks_counts(
    san_juan: Conversation, expected: dict[str, Any]
) -> None:
    votes = latest(san_juan.events)
    homes: dict[str, list[str]] = {}
    for (person, statement), vote in votes.items():
        if statement in ISLANDS and vote == 1:
            homes.setdefault(person, []).append(ISLANDS[statement])
    island = {person: names[0] for person, names in homes.items() if len(names) == 1}
    want = expected["declared_group"]
    assert {name: list(island.values()).count(name) for name in want["n"]} == want["n"]
    tested = compare_groups(votes, island, statements(san_juan))
    assert len(tested) == want["comparison"]["statements_tested"] == 133
    assert sum(test.p < 0.05 for test in tested) == 13
    assert sum(test.q < 0.05 for test in tested) == sum(test.p_holm < 0.05 for test in tested) == 0
    for test, wanted in zip(tested, want["comparison"]["strongest"], strict=False):
        assert test.statement == str(wanted["comment_id"])
        assert {name: list(cell) for name, cell in test.groups.items()} == wanted["groups"]
        assert test.statistic == pytest.approx(wanted["chi2"], abs=5e-4)
        assert (test.p, test.p_holm) == (
            pytest.approx(wanted["p"], rel=1e-3),
            pytest.approx(wanted["p_holm"], rel=1e-3),
        )


@pytest.mark.slow
def test_opinion_groups_are_those_of_the_notes(groups: OpinionGroups, expected: dict[str, Any]) -> None:
    want = expected["opinion_groups_about_me_excluded"]
    assert len(groups.people) == want["clustered_with_7_or_more_votes"]
    assert groups.explained == pytest.approx(want["explained_variance_2d"], abs=5e-4)
    assert groups.explained_shuffled == pytest.approx(want["explained_variance_2d_shuffled"], abs=3e-3)
    for candidate, wanted in zip(groups.candidates[:3], want["by_k"], strict=False):
        assert list(candidate.sizes) == wanted["sizes"]
        assert candidate.passes == wanted["passes"]
    assert groups.groups == 3


@pytest.mark.slow
def test_common_ground_and_division_between_the_groups(
    san_juan: Conversation, groups: OpinionGroups, expected: dict[str, Any]
) -> None:
    people = san_juan.people
    group_of = {people[row]: str(label) for row, label in zip(groups.people, groups.labels, strict=True)}
    split: dict[str, dict[str, list[int]]] = {}
    for (person, statement), vote in latest(san_juan.events).items():
        if person in group_of:
            split.setdefault(statement, {}).setdefault(group_of[person], [0, 0, 0])[1 - vote] += 1
    wanted = expected["opinion_groups_about_me_excluded"]["between_groups"]
    for want in wanted["common_ground_top5"] + wanted["most_divisive_top5"]:
        cells = {name: Tally(a, d, p) for name, (a, p, d) in split[str(want["comment_id"])].items()}
        (found,) = describe([cells])
        sizes = sorted([tally.agree, tally.disagree, tally.people] for tally in cells.values())
        assert sizes == sorted(want["by_group_agree_disagree_n"].values())
        assert (found.product, found.common_ground, found.gap) == pytest.approx(
            (want["gic_product"], want["gic_geo"], want["gap"]), abs=5e-4
        )
        assert (found.kind == "opposed sides") == want["opposed"]


@pytest.mark.slow
def test_two_groups_agree_with_the_published_ones(san_juan: Conversation, groups: OpinionGroups) -> None:
    kept = statements(san_juan)
    both = find_groups(san_juan.table(kept), left_out=len(san_juan.texts) - len(kept), seed=5)
    assert both.groups == groups.groups
    published = [san_juan.published_groups[san_juan.people[row]] for row in groups.people]
    rows = [i for i, name in enumerate(published) if name]
    mine = np.array([groups.labels[i] for i in rows])
    theirs = np.array([int(published[i]) for i in rows])
    assert adjusted_rand(mine, theirs) == pytest.approx(0.71, abs=0.03), "three groups against two"


@pytest.mark.slow
def test_shuffled_votes_have_no_groups(san_juan: Conversation) -> None:
    table = san_juan.table(statements(san_juan))
    for seed in range(3):
        generator = Generator(seed)
        mixed = table.copy()
        for column in range(table.shape[1]):
            rows = np.flatnonzero(~np.isnan(table[:, column]))
            mixed[rows, column] = table[rows[np.argsort(generator.words(len(rows)))], column]
        assert find_groups(mixed, seed=seed).groups == 0


def test_few_people_or_statements_have_no_groups() -> None:
    assert find_groups(np.ones((15, 40))).labels == ()
    assert find_groups(np.ones((60, 2))).labels == ()
    assert find_groups(np.ones((60, 40))).groups == 0, "everybody agrees with everything"


def test_two_camps_are_found_and_numbered_by_size() -> None:
    generator = Generator(1)
    noise = generator.words(90 * 20).reshape(90, 20) % np.uint64(10) == 0
    camps = np.where(np.arange(90)[:, None] < 60, 1.0, -1.0) * np.where(np.arange(20) < 10, 1.0, -1.0)
    found = find_groups(np.where(noise, -camps, camps))
    assert found.groups == 2
    assert found.labels == (0,) * 60 + (1,) * 30


def test_adjusted_rand() -> None:
    labels = np.array([0, 0, 1, 1, 2, 2])
    assert adjusted_rand(labels, np.array([2, 2, 0, 0, 1, 1])) == 1.0
    assert adjusted_rand(labels, np.array([0, 1, 0, 1, 0, 1])) == pytest.approx(-0.25, abs=0.2)
