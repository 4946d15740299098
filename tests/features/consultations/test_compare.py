"""Options side by side under equal headings, and the warning about loaded words before a launch."""

from __future__ import annotations

from participation.consultations import gates
from tests.factories.world import World
from tests.visitor import Visitor


def test_options_stand_under_the_same_headings(world: World, visitor: Visitor) -> None:
    world.council()
    world.consultation("parks", vote=(1, 9), options=3)
    visitor.get("/exampleton/consultations/parks")
    page = visitor.follow("Compare them side by side")
    rows = page.rows("Options side by side")
    assert rows[0][1:] == ["Keep as now", "Option 1", "Option 2", "Option 3"]
    assert [row[0] for row in rows[1:]] == ["Cost", "What you would notice", "Where", "Service", "Who would do it"]
    assert all(len(row) == 5 and all(row) for row in rows[1:])
    assert rows[1][1:] == ["Nothing more than today", "£10,000", "£20,000", "£30,000"]
    assert "you can also keep things as they are, or say that you have no view" in page.main


def test_there_is_nothing_to_compare_without_options_or_in_a_draft(world: World, visitor: Visitor) -> None:
    world.council()
    world.consultation("needs", gather=(1, 9))
    world.consultation("draft", vote=(1, 9), options=3, state="draft")
    assert visitor.get("/exampleton/consultations/needs/options").status == 404
    assert visitor.get("/exampleton/consultations/draft/options").status == 404


def test_a_loaded_word_is_a_doubt_before_the_launch(world: World) -> None:
    world.council()
    draft = world.consultation("parks", vote=(10, 90), options=2, state="draft")
    assert gates.words_are_neutral(draft) == []
    draft.options[1].description = "An efficient way."
    found = {doubt.code: doubt.sentences for doubt in gates.doubts(draft)}
    assert found["words_are_neutral"] == (
        "“Option 2” uses the word “efficient”, which says what is to be decided. Say what would happen instead.",
    )
