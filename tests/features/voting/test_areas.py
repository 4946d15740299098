"""A vote by area from set-up to the published result: own ward's pot beside the council-wide one, in one sitting."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from participation.counting.areas import REACHES
from participation.transactions import transaction
from participation.voting.refusals import BallotRefused, SetUpRefused
from tests.factories.votes import Voting, rows
from tests.factories.world import World
from tests.features.voting.published import publish_to, recounted
from tests.visitor import Visitor


def by_area(
    world: World, *, reach: str = "own", most: int = 1, launched: bool = True, slug: str = "spending", **draft: Any
) -> Voting:
    """Options 1 and 2 are in the first ward, 3 in the second, 4 and 5 everywhere. £30,000 a ward, £90,000 for all."""
    voting = Voting(world, slug, launched=False)
    first, second = world.wards()[:2]
    with transaction():
        for option, ward in zip(voting.consultation.options, (first, first, second, None, None), strict=True):
            option.ward_id = ward.id if ward else None
    values = {
        "ballot_type": "approval", "budget_pence": 15_000_000, "max_total_pence": 15_000_000, "rule": "greedy",
        "area_reach": reach, "area_wards": most, "ward_money_pence": 3_000_000,
    }  # fmt: skip
    voting.set_up(**{**values, **draft})
    if launched:
        voting.launch()
    return voting


@pytest.mark.parametrize(
    ("reach", "most", "positions", "fits"),
    [
        ("own", 1, (0, 1, 3), True),
        ("own", 1, (0, 2), False),
        ("own_and_more", 1, (0, 2, 4), True),
        ("any", 1, (0, 2), False),
        ("any", 2, (0, 2, 3, 4), True),
    ],
)
def test_the_server_holds_a_ballot_to_its_reach(
    world: World, reach: str, most: int, positions: tuple[int, ...], fits: bool
) -> None:
    voting = by_area(world, reach=reach, most=most)
    resident = world.resident()
    if fits:
        voting.cast(resident, *positions)
    else:
        with pytest.raises(BallotRefused):
            voting.cast(resident, *positions)
    assert len(rows("sealed_ballot")) == fits


def test_the_money_of_one_pot_cannot_be_spent_in_another(world: World) -> None:
    """£150,000 is there, and the £10,000 and £20,000 of ward options leave the £90,000 of the whole council as it is."""
    voting = by_area(world, reach="any", most=2, budget_pence=14_999_900, max_total_pence=14_999_900)
    with pytest.raises(BallotRefused) as refused:
        voting.cast(world.resident(), 0, 3, 4)
    assert refused.value.problems[0].message == (
        "The whole council: your choices cost £90,000, £1 more than the £89,999 there is. Remove one or more."
    )
    voting.cast(world.resident(), 0, 2, 4)


def test_a_resident_sees_their_own_ward_and_the_whole_council(world: World, visitor: Visitor) -> None:
    voting = by_area(world)
    second = world.wards()[1]
    visitor.sign_in(world.resident(ward=second))
    page = visitor.get(voting.url)
    assert [tag.get_text() for tag in page.soup.select("main h3")] == [f"Your ward: {second.name}", "The whole council"]
    names = [str(tag["name"]) for tag in page.soup.select("input[type=checkbox]")]
    assert (names[0], sorted(names[1:])) == ("approval-2", ["approval-3", "approval-4"])
    assert f"Choose for your own ward, {second.name}, and for the whole council." in page.main
    page = visitor.submit("Update total", **{"approval-2": "on", "approval-4": "on"})
    assert f"{second.name}: £0 of £30,000 is left. The whole council: £40,000 of £90,000 is left." in page.main
    assert visitor.submit("Cast your vote").h1 == "You voted"


def test_several_pots_are_counted_published_and_counted_again_by_the_other_program(
    world: World, visitor: Visitor, tmp_path: Path
) -> None:
    voting = by_area(world)
    first, second = world.wards()[:2]
    for number in range(14):
        voting.cast(world.resident(ward=first), 0, 1, 3)
        voting.cast(world.resident(ward=second), 2, 3 + number % 2)
    voting.finish()
    outcome = json.loads(rows("count_run")[0]["outcome"])
    assert outcome["selected"] == ["option-1", "option-2", "option-3", "option-4", "option-5"]
    page = visitor.get(f"/exampleton/consultations/{voting.slug}/result")
    table = page.soup.select_one("table:has(#areas-table)")
    assert [[cell.get_text(strip=True) for cell in row.select("th, td")] for row in table.select("tbody tr")] == [
        [first.name, "14", "£30,000", "£30,000", "£0", "2 of 2"],
        [second.name, "14", "£30,000", "£30,000", "£0", "1 of 1"],
        ["The whole council", "28", "£90,000", "£90,000", "£0", "2 of 2"],
    ]
    folder = publish_to(voting, tmp_path)
    said = recounted(folder)
    assert said.code == 0, said.text
    changed = json.loads((folder / "result.json").read_text())
    changed["outcome"]["selected"] = changed["outcome"]["selected"][::-1]
    (folder / "result.json").write_text(json.dumps(changed, sort_keys=True, separators=(",", ":")) + "\n")
    assert "R6" in recounted(folder).failed


def test_money_that_wards_leave_goes_where_the_vote_says(world: World, visitor: Visitor, tmp_path: Path) -> None:
    """Option 1 costs £10,000 and a ward has £30,000; £89,999 is for the whole council, and its options together cost £90,000."""
    for leftover, chosen, said in (
        ("ward", ["option-1", "option-4"], "What a ward did not spend is kept for it: £50,000 in all."),
        (
            "council", ["option-1", "option-4", "option-5"],
            "What the wards did not spend, £50,000, was added to the money for the whole council, which was counted last.",
        ),
    ):  # fmt: skip
        voting = by_area(
            world,
            budget_pence=14_999_900,
            max_total_pence=None,
            area_leftover=leftover,
            slug=f"leftover-{leftover}",
            rule="equal-shares",
            settings={"completion": "none"},
        )
        first = world.wards()[0]
        for _ in range(26):
            voting.cast(world.resident(ward=first), 0, 3, 4)
        visitor.sign_in(world.resident(ward=first))
        assert ("a ward does not spend is kept for it" in visitor.get(voting.url).main) == (leftover == "ward")
        voting.finish()
        assert json.loads(rows("count_run")[-1]["outcome"])["selected"] == chosen
        assert said in visitor.get(f"/exampleton/consultations/{voting.slug}/result").main
        told = recounted(publish_to(voting, tmp_path / leftover))
        assert told.code == 0, told.text


def test_an_officer_sets_it_up_and_is_told_what_does_not_fit(world: World, visitor: Visitor) -> None:
    voting = by_area(world, launched=False)
    visitor.sign_in(world.staff("moderator"))
    page = visitor.get(f"{voting.manage_url}/set-up")
    shown = [tag["value"] for tag in page.soup.select("input[name=area_reach]") if tag.has_attr("checked")]
    assert shown == ["own"]
    assert {str(tag["value"]) for tag in page.soup.select("input[name=area_reach]")} == {"whole", *REACHES}
    assert visitor.submit("Save", ward_money="").errors == ["Enter the money for each ward"]
    page = visitor.submit("Save", ward_money="90,000")
    assert page.errors == ["The wards together would have more than the money available."]
    page = visitor.submit("Save", ward_money="20,000", area_reach="own_and_more", area_wards="2")
    assert page.status == 200
    vote = rows("vote")[0]
    assert (vote["area_reach"], vote["area_wards"], vote["ward_money_pence"]) == ("own_and_more", 2, 2_000_000)
    assert "for up to 2 other wards and for the whole council" in visitor.get(voting.manage_url).main


def test_a_rule_that_elects_whatever_it_costs_has_no_pots(world: World) -> None:
    with pytest.raises(SetUpRefused, match="a rule that spends the money"):
        by_area(world, ballot_type="points", max_points=5)
