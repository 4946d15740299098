"""Each type of question: round trip, refused settings, what pages may send, and no answers at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.consultations.question_types import (
    QUESTION_TYPES,
    QuestionType,
    Ranking,
    UnknownQuestionType,
    question_type,
)
from participation.counting import Election, Limits, Option, canonical, problems

ELECTION = Election(
    tuple(Option(code, cost, f"Title {code}") for code, cost in (("b", 300), ("a", 200), ("c/1", 100), ("d", 50))), 500
)
LIMITS = Limits(max_choices=3, max_total=500, max_points=10)
LIMITS_OF = {"approval": Limits(max_choices=3, max_total=500), "ranking": Limits(max_choices=3),
             "points": Limits(max_choices=3, max_points=10)}  # fmt: skip


@pytest.mark.parametrize("question", QUESTION_TYPES, ids=lambda one: one.name)
class TestEveryType:
    def test_round_trip(self, question: QuestionType) -> None:
        for positions in ((0,), (1, 3), (2, 0), (3, 2, 1)):
            sent = {question.field(position): [str(place)] for place, position in enumerate(positions, start=1)}
            answer = question.read(sent, ELECTION, LIMITS_OF[question.name])
            assert answer.problems == ()
            again = question.read(question.sent_from(answer.payload, ELECTION), ELECTION, LIMITS_OF[question.name])
            assert canonical(again.payload) == canonical(answer.payload)
            assert {choice.option.code for choice in question.chosen(answer.payload, ELECTION)} == {
                ELECTION.options[position].code for position in positions
            }

    def test_no_answers_at_all(self, question: QuestionType) -> None:
        answer = question.read({}, ELECTION, LIMITS_OF[question.name])
        assert [problem.code for problem in answer.problems] == ["too-few"]
        assert question.chosen(answer.payload, ELECTION) == []
        assert question.running_total(answer.payload, ELECTION, LIMITS_OF[question.name])
        assert question.instruction(ELECTION, LIMITS_OF[question.name])

    def test_nothing_typed_raises(self, question: QuestionType) -> None:
        @given(
            st.dictionaries(st.sampled_from([question.field(at) for at in range(5)]), st.lists(st.text(), max_size=3))
        )
        def anything(sent: dict[str, list[str]]) -> None:
            kept = question.kept(sent, ELECTION)
            assert set(kept) <= {question.field(position) for position in range(4)}
            answer = question.read(kept, ELECTION, LIMITS_OF[question.name])
            if not answer.problems:
                assert not problems(
                    answer.payload, ballot_type=question.name, election=ELECTION, limits=LIMITS_OF[question.name]
                )
            assert question.running_total(answer.payload, ELECTION, LIMITS_OF[question.name])

        anything()

    def test_the_longest_payload_is_longest(self, question: QuestionType) -> None:
        limits = LIMITS_OF[question.name]
        longest = len(canonical(question.longest(ELECTION, limits)))
        for positions in ((0,), (1, 2, 3), (0, 1, 2)):
            sent = {
                question.field(position): ["3"] if question.name == "points" else [str(position + 1)]
                for position in positions
            }
            answer = question.read(sent, ELECTION, limits)
            assert len(canonical(answer.payload)) <= longest

    def test_senseless_settings(self, question: QuestionType) -> None:
        assert question.senseless(ELECTION, LIMITS_OF[question.name]) == []
        assert question.senseless(ELECTION, Limits(min_choices=5))
        assert question.senseless(ELECTION, Limits(min_choices=2, max_choices=1))


def test_senseless_settings_of_one_type() -> None:
    assert question_type("approval").senseless(ELECTION, Limits(max_total=49))
    assert question_type("approval").senseless(ELECTION, Limits(min_choices=2, max_total=149))
    assert not question_type("approval").senseless(ELECTION, Limits(min_choices=2, max_total=150))
    assert question_type("points").senseless(ELECTION, Limits(min_choices=3, max_points=2))


def test_names_are_unique_and_unknown_ones_refused() -> None:
    assert len({question.name for question in QUESTION_TYPES}) == len(QUESTION_TYPES)
    with pytest.raises(UnknownQuestionType):
        question_type("guessing")


@pytest.mark.parametrize(
    ("places", "position", "step", "expected"),
    [
        ({}, 2, -1, {2: 1}),  # enters at the end
        ({0: 1, 1: 2}, 1, -1, {1: 1, 0: 2}),
        ({0: 1, 1: 2}, 0, -1, {0: 1, 1: 2}),
        ({0: 1, 1: 2}, 0, 1, {1: 1, 0: 2}),
        ({0: 1, 1: 2}, 1, 1, {0: 1}),  # the last one leaves
        ({0: 5, 1: 9}, 3, -1, {0: 1, 1: 2, 3: 3}),
        ({0: 1}, 3, 1, {0: 1}),
    ],
)
def test_moves_in_a_ranking(places: dict[int, int], position: int, step: int, expected: dict[int, int]) -> None:
    ranking = Ranking()
    sent = {ranking.field(at): [str(place)] for at, place in places.items()}
    moved = ranking.moved(sent, ELECTION, position, step)
    assert moved == {ranking.field(at): [str(place)] for at, place in expected.items()}
