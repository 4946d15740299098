"""The card of an option: filled in by staff, the same for each, read by residents, and its links kept on the ballot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from participation.consultations import cards, editions, gates
from participation.consultations.beside import QuestionDraft, add_question
from participation.consultations.cards import with_links
from participation.consultations.drafts import OptionDraft
from participation.consultations.lines import remove_step
from participation.consultations.options import change_option, remove_option
from participation.errors import InvalidInput
from participation.transactions import transaction
from participation.voting.refusals import BallotRefused, SetUpRefused
from tests.factories.votes import Voting
from tests.factories.world import World
from tests.features.voting.test_ballot_types import balanced
from tests.visitor import Visitor


def change(voting: Voting, place: int, **fields: Any) -> None:
    """Change the option at this listed position, from 0."""
    with transaction():
        consultation = voting.consultation
        option = consultation.options[place]
        kept = {"title": option.title, "description": option.description, "cost_pence": option.cost_pence}
        draft = OptionDraft(**{**kept, **fields})
        change_option(
            consultation=consultation, option=option, draft=draft, version=consultation.version, actor_id=None
        )


def test_staff_fill_it_in_and_residents_read_and_compare_it(world: World, visitor: Visitor) -> None:
    voting = Voting(world, options=3, launched=False)
    visitor.sign_in(world.staff("editor"))
    visitor.get(f"/exampleton/manage/consultations/{voting.slug}/options/option-2")
    page = visitor.submit("Save the option", gains="x" * 301, one_off="40,000")
    assert page.errors == ["Who gains must be 300 characters or fewer"]
    page = visitor.submit("Save the option", gains="People who walk.")
    assert page.errors == ["Enter both what it costs once and what it costs each year, or neither."]
    page = visitor.submit(
        "Save the option", yearly="20,000", loses="Nobody.", evidence="See https://example.org/study.pdf.",
        needs=["option-1"], excludes=["option-3"], signed_off_by="Head of finance", signed_off_on=[1, 9, 2026],
    )  # fmt: skip
    assert page.status == 200
    voting.launch()
    page = visitor.get(f"/exampleton/consultations/{voting.slug}")
    assert "£140,000 in all: £40,000 once and £20,000 a year, at today’s prices" in page.main
    assert page.soup.select_one('a[href="https://example.org/study.pdf"]') is not None
    table = {row[0]: row[1:] for row in visitor.follow("Compare them side by side").rows("Options side by side")[1:]}
    assert table["Who gains"] == ["Nobody more than today", "Not said", "People who walk.", "Not said"]
    assert table["Needs"] == ["Not needed", "Not said", "Option 1", "Not said"]
    # Who cannot join whom is true of both.
    assert table["Cannot join"] == ["Not needed", "Not said", "Option 3", "Option 2"]
    assert table["Figures checked by finance"][2] == "Head of finance, 1 September 2026"


def test_a_field_that_only_some_options_have_is_a_doubt_before_the_launch(world: World) -> None:
    voting = Voting(world, options=2, launched=False)
    change(voting, 0, card={"risks": "It may be late."})
    told = gates.options_are_equal(voting.consultation)
    assert any("“What could go wrong”" in sentence for sentence in told)
    change(voting, 1, card={"risks": "It may be early."})
    assert gates.options_are_equal(voting.consultation) == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"needs": ("nowhere",)}, "needs"),
        ({"needs": ("option-1",)}, "needs"),
        ({"excludes": ("option-2",), "needs": ("option-2",)}, "excludes"),
        ({"needs": ("option-3",)}, "needs"),
        ({"signed_off_by": "Somebody"}, "signed_off_on"),
    ],
)
def test_what_a_card_cannot_say(world: World, fields: dict[str, Any], field: str) -> None:
    """Option 2 needs option 1 and option 3 needs option 2: option 1 cannot need either of the two, nor itself."""
    voting = Voting(world, options=4, launched=False)
    change(voting, 1, needs=("option-1",))
    change(voting, 2, needs=("option-2",))
    with pytest.raises(InvalidInput) as refused:
        change(voting, 0, **fields)
    assert refused.value.facts["field"] == field


def test_links_are_shown_on_the_ballot_and_kept_by_the_box(world: World, visitor: Visitor) -> None:
    voting = Voting(world, options=3, launched=False)
    change(voting, 1, needs=("option-1",), excludes=("option-3",))
    voting.launch()
    visitor.sign_in(world.resident())
    page = visitor.get(voting.url)
    assert "It needs Option 1. It cannot join Option 3." in page.main
    page = visitor.submit("Cast your vote", **{"approval-1": "on", "approval-2": "on"})
    assert page.errors == [
        "Option 2 needs Option 1. Choose both, or neither.",
        "Option 3 cannot join Option 2. Choose one of the two.",
    ]
    with pytest.raises(BallotRefused):
        voting.cast(world.resident(), 1)
    voting.cast(world.resident(), 0, 1)


def test_links_need_ballots_and_a_rule_that_keep_to_them(world: World) -> None:
    voting = Voting(world, options=3, launched=False)
    change(voting, 1, needs=("option-1",))
    for draft in ({"ballot_type": "points", "max_points": 5, "rule": "greedy"}, {"rule": "equal-shares"}):
        with pytest.raises(SetUpRefused, match="need or cannot join one another"):
            voting.set_up(**{"ballot_type": "approval", "budget_pence": 10_000_000, **draft})


def test_a_removed_option_leaves_no_links_behind(world: World) -> None:
    voting = Voting(world, options=3, launched=False)
    change(voting, 1, needs=("option-1",))
    with transaction():
        consultation = voting.consultation
        remove_option(
            consultation=consultation, option=consultation.options[0], version=consultation.version, actor_id=None
        )
    assert [option.needs for option in voting.consultation.options] == [[], []]


def test_only_web_addresses_become_links() -> None:
    assert with_links("See https://example.org/a_b.pdf, or javascript:alert(1).") == [
        ("See ", ""), ("https://example.org/a_b.pdf", "https://example.org/a_b.pdf"), (", or javascript:alert(1).", ""),
    ]  # fmt: skip


def test_every_field_is_fixed_with_the_vote(world: World) -> None:
    voting = Voting(world, options=2, launched=False)
    before = voting.definition_text
    for field in cards.FIELDS:
        change(voting, 0, card={field.name: "Something else."})
        assert voting.definition_text != before
        before = voting.definition_text


def test_a_translation_is_of_everything_a_resident_reads(world: World, visitor: Visitor) -> None:
    """The translator sees card, steps and questions, and a change of any makes the translation one of an earlier text."""
    voting = balanced(world, launched=False)

    def saved() -> None:
        with transaction():
            editions.need(consultation=voting.consultation, codes=["cy"])
            editions.save(
                consultation=voting.consultation, code="cy", title="Cyllideb", text="Popeth.", address="", actor_id=None
            )

    def ask() -> None:
        with transaction():
            draft = QuestionDraft(kind="text", words="What would help you?")
            add_question(
                consultation=voting.consultation, draft=draft, version=voting.consultation.version, actor_id=None
            )

    def cut() -> None:
        with transaction():
            found = voting.consultation
            remove_step(
                consultation=found, option=found.options[0], change_pence=500_000, version=found.version, actor_id=None
            )

    changes: list[Callable[[], None]] = [
        lambda: change(voting, 1, card={"gains": "People who walk."}),
        lambda: change(voting, 1, card={"gains": "People who walk."}, one_off_pence=100, yearly_pence=200),
        ask,
        cut,
    ]
    for made in changes:
        saved()
        assert editions.states(voting.consultation) == {"cy": editions.State.CURRENT}
        made()
        assert editions.states(voting.consultation) == {"cy": editions.State.EARLIER}
    visitor.sign_in(world.staff("editor"))
    page = visitor.get(f"/exampleton/manage/consultations/{voting.slug}/editions/cy")
    for words in (
        "People who walk.",
        "What would help you?",
        "What follows from -5000 on line 1.",
        "The law limits the rise.",
    ):
        assert words in page.main
    saved()
    voting.launch()
    visitor.sign_in(world.resident())
    assert visitor.get(voting.url).soup.select_one("main a[lang=cy]").get_text() == "Cymraeg"
