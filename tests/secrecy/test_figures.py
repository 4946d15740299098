"""P8: before publication no page, no list and no file says how many voted or for what, to anybody, at any stage."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.site import PEOPLE
from tests.secrecy.needles import found_in
from tests.secrecy.scene import Scene

pytestmark = pytest.mark.slow
STAGES = ("open", "closed", "opened", "counted")


def told(shown: str, figures: frozenset[int]) -> set[int]:
    """The figures that stand as numbers of their own in a text, as 1512 or as 1,512."""
    spelled = {spelling: figure for figure in figures for spelling in (str(figure), f"{figure:,}")}
    any_of_them = "|".join(sorted(spelled, key=len, reverse=True))
    found = re.findall(rf"(?<![\w.,#/-])({any_of_them})(?![\w/-]|[.,]\d)", shown)
    return {spelled[one] for one in found}


def test_numbers_are_seen_as_people_see_them() -> None:
    figures = frozenset([1512, 3011])
    assert told("<td>1,512</td> of 3011.", figures) == {1512, 3011}
    assert told("£11,512 id=x1512 1512.5 2/1512 31512", figures) == set()


@pytest.mark.parametrize("stage", STAGES)
def test_p8_nobody_is_shown_a_figure(scene: Scene, stage: str) -> None:
    seen = [one for one in scene.seen if one.stage == stage]
    assert {one.person for one in seen} == set(PEOPLE)
    assert not [one.address for one in seen if one.status >= 500]
    leaks = [(one.person, one.address, told(one.shown, scene.figures)) for one in seen]
    assert [leak for leak in leaks if leak[2]] == []


def test_the_search_finds_them_once_they_are_published(scene: Scene) -> None:
    assert scene.published.status == 200
    assert told(scene.published.shown, scene.figures) == scene.figures


def test_p8_nobody_is_shown_a_ballot(scene: Scene, tmp_path: Path) -> None:
    everything = tmp_path / "seen"
    everything.write_text("\n".join(one.shown for one in scene.seen))
    assert found_in(everything, scene.ours.secrets) == set()
