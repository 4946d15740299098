"""Themes in a summary: rounded totals, the share a person read, earlier rounds, and bodies from before there were any."""

from __future__ import annotations

import dataclasses

import pytest

from participation.needs import Evidence, summarise
from participation.needs.evidence import Activity, EarlierShare, PriorityEvidence, Subject, ThemeEvidence
from participation.needs.figures import Figure, count, rounded_people
from participation.needs.refusals import EvidenceRefused
from participation.needs.rounds import answered, trend_rows
from participation.needs.summary import AnswerRow, Summary, TrendRow
from tests.pure.needs import town

PEOPLE = 300


def evidence(*themes: ThemeEvidence, earlier: tuple[EarlierShare, ...] = ()) -> Evidence:
    return Evidence(
        subject=Subject("x/y", "Spending", "Council", produced_on="2026-11-25"),
        activities=(Activity("priorities", "Said what matters", PEOPLE),),
        priorities=tuple(PriorityEvidence(f"n{i}", f"Need {i}", 40) for i in range(8)),
        themes=themes,
        earlier=earlier,
    )


def theme(code: str, supporters: int, *, needs: int = 4, read: int = 4, quotes: tuple[str, ...] = ()) -> ThemeEvidence:
    return ThemeEvidence(code, f"Theme {code}", needs, read, supporters, quotes=quotes)


@pytest.mark.parametrize(("people", "shown"), [(10, 10), (14, 10), (15, 20), (96, 100), (0, 0)])
def test_totals_are_rounded_to_the_threshold(people: int, shown: int) -> None:
    assert rounded_people(people, 10) == shown


def test_a_theme_has_its_rounded_people_its_share_and_what_a_person_read() -> None:
    [row] = summarise(evidence(theme("t", 93, read=3))).themes
    assert (row.supporters.value, row.needs.value, row.checked.value) == (90, 4, 0.75)
    assert (row.share.value, row.share.base) == (0.3, 300)
    assert row.share.lower < 0.3 < row.share.upper


def test_no_difference_of_two_themes_tells_of_fewer_people_than_the_threshold() -> None:
    """Whatever two totals are shown, the true difference may be any of 19 numbers, and each total any of 10."""
    possible: dict[tuple[int, int], set[int]] = {}
    for one in range(15, 85):
        for other in range(15, 85):
            shown = (rounded_people(one, 10), rounded_people(other, 10))
            possible.setdefault(shown, set()).add(one - other)
    assert {len(found) for found in possible.values()} == {19}
    for people in (14, 15):
        [row] = summarise(evidence(theme("t", people))).themes
        assert (row.supporters.value, row.supporters.status) == ((20, "") if people == 15 else (None, "c"))


def test_few_people_are_hidden_with_their_words() -> None:
    summary = summarise(evidence(theme("a", 14, quotes=("My words",)), theme("b", 40, quotes=("Other words",))))
    hidden = next(row for row in summary.themes if row.code == "a")
    assert (hidden.supporters.status, hidden.share.status, hidden.quotes) == ("c", "c", ())
    assert "My words" not in summary.to_json()
    assert [row.code for row in summary.themes] == ["b", "a"]


def test_themes_not_read_one_by_one_say_so() -> None:
    said = {limit.code for limit in summarise(evidence(theme("t", 93, read=3))).limits}
    assert "MACHINE_ASSISTED" in said
    assert "MACHINE_ASSISTED" not in {limit.code for limit in summarise(evidence(theme("t", 93))).limits}


def test_a_rise_since_an_earlier_round_is_said_only_where_it_is_clear() -> None:
    earlier = tuple(
        EarlierShare(code, "Last year", "2025-11-01", "rec1", share, 300)
        for code, share in (("a", 0.1), ("b", 0.3), ("gone", 0.3))
    )
    trends = {row.theme: row for row in summarise(evidence(theme("a", 120), theme("b", 100), earlier=earlier)).trends}
    assert set(trends) == {"a", "b"}
    assert trends["a"].verdict == "rise"
    assert trends["a"].difference.value == pytest.approx(0.3)
    assert trends["b"].verdict == "no clear change"


def test_needs_and_options_are_compared_with_the_same_name_asked_in_the_same_way() -> None:
    whole = town.evidence()
    needs = {one.code: one for one in whole.priorities}
    option = whole.vote.options[0]

    def before(kind: str, name: str, share: float, way: str, record: str = "rec1") -> EarlierShare:
        return EarlierShare("old", "Last year", "2025-11-01", record, share, 600, kind=kind, name=name, way=way)

    earlier = (
        before("need", needs["N1"].title.upper() + "!", 0.1, "support"),
        before("need", needs["N2"].title, 0.3, "support"),
        before("need", needs["N2"].title, 0.4, "support"),
        before("need", "Nobody says this now", 0.3, "support"),
        before("option", option.title, 0.05, "ranking"),
        before("option", option.title, 0.05, whole.vote.ballot_type, "rec2"),
    )
    summary = summarise(dataclasses.replace(whole, earlier=earlier))
    found = {(row.kind, row.record): row for row in summary.trends}
    # The need of two earlier titles alike is compared with neither.
    assert set(found) == {("need", "rec1"), ("option", "rec1"), ("option", "rec2")}
    need = found["need", "rec1"]
    assert (need.theme, need.verdict) == ("N1", "rise")
    now = next(row.share for row in summary.priorities if row.code == "N1")
    assert need.difference.value == pytest.approx(now.value - 0.1, abs=1e-4)
    assert found["option", "rec1"].verdict == "break in series"
    assert found["option", "rec1"].difference.value is None
    assert found["option", "rec2"].verdict == "rise"
    assert "BREAK" in {limit.code for limit in summary.limits}
    assert Summary.from_json(summary.to_json()) == summary


def test_answers_beside_a_vote_are_compared_by_question_and_answer() -> None:
    def rows(share: float) -> tuple[TrendRow, ...]:
        now = AnswerRow("q-1", "How do you travel?", "By bus", count(120), Figure(share, base=300))
        before = EarlierShare(
            "old",
            "Last year",
            "2025-11-01",
            "rec1",
            0.2,
            300,
            "answer",
            answered("How do you travel", "by bus"),
            "beside",
        )
        return trend_rows((), (), (), (now,), "approval", (before,))

    [rise], [same] = rows(0.4), rows(0.22)
    assert (rise.kind, rise.theme, rise.verdict) == ("answer", "q-1", "rise")
    assert same.verdict == "no clear change"


def test_bodies_from_before_keep_their_text_and_their_digest() -> None:
    before = summarise(evidence())
    assert "themes" not in before.to_json()
    assert "trends" not in before.to_json()
    assert Summary.from_json(before.to_json()) == before
    after = summarise(evidence(theme("t", 93)))
    assert Summary.from_json(after.to_json()) == after
    assert Summary.from_json(after.to_json()).digest == after.digest


@pytest.mark.parametrize(
    "broken", [theme("t", 40, needs=2, read=3), theme("t", 40, needs=9, read=0), theme("t", PEOPLE + 1)]
)
def test_themes_that_contradict_the_rest_are_refused(broken: ThemeEvidence) -> None:
    with pytest.raises(EvidenceRefused):
        summarise(evidence(broken))


def test_a_theme_is_there_once() -> None:
    with pytest.raises(EvidenceRefused):
        summarise(dataclasses.replace(evidence(), themes=(theme("t", 40), theme("t", 50))))
