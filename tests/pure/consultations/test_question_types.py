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
from participation.consultations.question_types.best_worst import SET_SIZE
from participation.counting import Election, Limits, Option, Step, canonical, problems

ELECTION = Election(
    tuple(
        Option(
            code, cost, f"Title {code}", steps=(Step(cost + 50, "More."), Step(cost, "Same."), Step(cost - 50, "Less."))
        )
        for code, cost in (("b", 300), ("a", 200), ("c/1", 100), ("d", 50))
    ),
    700,
)
LIMITS_OF = {
    "approval": Limits(max_choices=3, max_total=500),
    "single": Limits(),
    "views": Limits(),
    "ranking": Limits(max_choices=3),
    "points": Limits(max_choices=3, max_points=10),
    "best_worst": Limits(set_size=SET_SIZE),
    "balance": Limits(),
}
# Some answers, and which of the options at these positions they say something about.
PICKS = ((0,), (1, 3), (2, 0), (3, 2, 1))


def guessed(question: QuestionType, positions: tuple[int, ...]) -> dict[str, list[str]]:
    """The last way of each of these options, and whatever a type makes of positions."""
    return question.guess(positions, lambda choices: choices - 1, ELECTION, LIMITS_OF[question.name])


@pytest.mark.parametrize("question", QUESTION_TYPES, ids=lambda one: one.name)
class TestEveryType:
    def test_round_trip(self, question: QuestionType) -> None:
        limits = LIMITS_OF[question.name]
        for positions in PICKS:
            answer = question.read(guessed(question, positions), ELECTION, limits)
            if question.name == "best_worst" and len(positions) < 2:
                assert [problem.code for problem in answer.problems] == ["too-few"]
                continue
            assert answer.problems == ()
            again = question.read(question.sent_from(answer.payload, ELECTION), ELECTION, limits)
            assert canonical(again.payload) == canonical(answer.payload)
            assert question.chosen(again.payload, ELECTION) == question.chosen(answer.payload, ELECTION)
            assert question.chosen(answer.payload, ELECTION)

    def test_what_is_said_instead_of_choosing_goes_round_too(self, question: QuestionType) -> None:
        limits = LIMITS_OF[question.name]
        for way in question.instead_ways(ELECTION):
            if way.value:
                answer = question.read({question.instead_field: [way.value]}, ELECTION, limits)
                assert answer.problems == ()
                assert not question.chooses(answer.payload, ELECTION)
                again = question.read(question.sent_again(answer.payload, ELECTION), ELECTION, limits)
                assert canonical(again.payload) == canonical(answer.payload)

    def test_no_answers_at_all(self, question: QuestionType) -> None:
        answer = question.read({}, ELECTION, LIMITS_OF[question.name])
        # Today's budget of the lines costs 650 of 700: it can be left as it is.
        assert [problem.code for problem in answer.problems] == ([] if question.name == "balance" else ["too-few"])
        assert question.name == "balance" or question.chosen(answer.payload, ELECTION) == []
        assert question.running_total(answer.payload, ELECTION, LIMITS_OF[question.name])
        assert question.instruction(ELECTION, LIMITS_OF[question.name])

    def test_nothing_typed_raises(self, question: QuestionType) -> None:
        names = sorted(question.fields(ELECTION))

        @given(
            st.dictionaries(
                st.sampled_from([*names, "other"]), st.lists(st.text() | st.integers(0, 999).map(str), max_size=3)
            )
        )
        def anything(sent: dict[str, list[str]]) -> None:
            kept = question.kept(sent, ELECTION)
            assert set(kept) <= set(names)
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
        for positions in (*PICKS, (0, 1, 2, 3)):
            answer = question.read(guessed(question, positions), ELECTION, limits)
            assert answer.problems or len(canonical(answer.payload)) <= longest

    def test_every_field_says_how_it_can_be_answered(self, question: QuestionType) -> None:
        for position in range(4):
            ways = question.ways(ELECTION, position)
            assert len({way.value for way in ways}) == len(ways)
            assert not ways or [way.usual for way in ways].count(True) == 1
        parts = question.parts({}, ELECTION, LIMITS_OF[question.name])
        assert {field for part in parts for field in part.fields} in (set(), question.fields(ELECTION))


@pytest.mark.parametrize("name", ["approval", "ranking", "points", "views"])
def test_senseless_settings(name: str) -> None:
    question = question_type(name)
    assert question.senseless(ELECTION, LIMITS_OF[name]) == []
    assert question.senseless(ELECTION, Limits(min_choices=5))
    assert question.senseless(ELECTION, Limits(min_choices=2, max_choices=1))


def line(code: str, cost: int, *changes: int, income: bool = False) -> Option:
    return Option(code, cost, code, steps=tuple(Step(cost + change) for change in (0, *changes)), income=income)


@pytest.mark.parametrize(
    ("options", "budget", "balanced", "says"),
    [
        ((line("a", 100, -10),), 95, False, ""),
        ((line("a", 100, -10),), 80, False, "10p short|£0.10 short"),
        ((line("a", 100, -10),), 95, True, "No choice of steps"),
        ((line("a", 100, -10), line("tax", 5, 5, income=True)), 80, False, ""),
        ((line("a", 100, -10), line("tax", 5, 5, income=True)), 85, True, ""),
        ((line("a", 100),), 100, False, "has no steps"),
    ],
)
def test_a_budget_that_cannot_be_balanced_is_senseless(
    options: tuple[Option, ...], budget: int, balanced: bool, says: str
) -> None:
    found = question_type("balance").senseless(Election(options, budget), Limits(balanced=balanced))
    assert bool(found) == bool(says)
    assert not found or any(part in found[0] for part in says.split("|"))


def test_too_few_options_for_a_type() -> None:
    two = Election(ELECTION.options[:2], 700)
    assert question_type("best_worst").senseless(two, Limits(set_size=SET_SIZE))
    assert not question_type("best_worst").senseless(ELECTION, Limits(set_size=SET_SIZE))
    assert question_type("best_worst").senseless(ELECTION, Limits(set_size=SET_SIZE, min_choices=2))
    assert question_type("single").senseless(Election(ELECTION.options[:1], 700), Limits())


def test_half_an_answer_to_a_question_is_said_and_kept() -> None:
    question = question_type("best_worst")
    for sent, words in (
        ({"best_worst-1-most": ["1"]}, "In question 1, choose the option that matters least too."),
        ({"best_worst-1-most": ["1"], "best_worst-1-least": ["1"]}, "In question 1, choose two different options."),
    ):
        answer = question.read(question.kept(sent, ELECTION), ELECTION, LIMITS_OF["best_worst"])
        assert [problem.message for problem in answer.problems] == [words]


def test_a_budget_says_what_is_left_to_the_penny() -> None:
    question, limits = question_type("balance"), Limits(balanced=True)
    election = Election((line("roads", 100_50, -50), line("tax", 20_00, 1_00, income=True)), 79_50)

    def said(roads: str, tax: str) -> str:
        payload, _ = question.parse({"balance-0": [roads], "balance-1": [tax]}, election)
        return question.running_total(payload, election, limits)

    assert said("10050", "2000") == "You spend £100.50. £99.50 comes in. £1 is still to find."
    assert said("10050", "2100") == "You spend £100.50. £100.50 comes in. Nothing is left: your budget adds up."
    assert said("10000", "2100") == "You spend £100. £100.50 comes in. £0.50 is left. It must be nothing."
    assert [choice.mark for choice in question.chosen({"amounts": {"roads": 100_00, "tax": 21_00}}, election)] == [
        "Cut by £0.50, to £100",
        "Bring in £1 more, to £21",
    ]


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
