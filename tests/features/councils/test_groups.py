"""Groups of wards: set on the page, from a file and with the council's folder; every ward in one, or nothing is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from participation.budgets.load import load_council
from participation.cli import commands
from participation.councils.groups import code_of, groups_at, sets_of
from participation.councils.models import Ward
from participation.errors import ImportRefused
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.councils.folders import small_council
from tests.visitor import Visitor

PAGE = "/exampleton/manage/ward-groups"


def now(world: World) -> dict[str, str]:
    """Ward name -> group, as it is in force."""
    found = groups_at(sets_of(world.here.id), world.wards())
    return {ward.name: found.names[ward.code] for ward in world.wards()} if found else {}


@pytest.fixture
def administrator(world: World, visitor: Visitor) -> Visitor:
    world.here  # noqa: B018  the council must exist before its staff
    visitor.sign_in(world.staff("administrator"))
    return visitor


def test_an_administrator_makes_groups_changes_them_and_takes_them_back(world: World, administrator: Visitor) -> None:
    assert "The wards are in no groups." in administrator.get(PAGE).main
    administrator.follow("Make groups")
    page = administrator.submit("Continue", word="Locality", names="Upper Town\nLower Town\n\nUpper  Town")
    assert page.h1 == "Put every ward in a group"
    north, south, east = world.wards()
    page = administrator.submit(
        "Save the groups", **{f"ward_{north.code}": "Upper Town", f"ward_{south.code}": "Lower Town"}
    )
    assert page.errors == [f"Choose a group for {east.name}"]
    assert now(world) == {}
    page = administrator.submit("Save the groups", **{f"ward_{east.code}": "Lower Town"})
    assert [row[:2] for row in page.rows("Locality and wards")[1:]] == [
        ["Lower Town", "Eastbrook, Southgate"], ["Upper Town", "Northfield"],
    ]  # fmt: skip
    assert now(world) == {"Northfield": "Upper Town", "Southgate": "Lower Town", "Eastbrook": "Lower Town"}
    # What was chosen is chosen still; a name that goes takes its wards' choice with it.
    administrator.follow("Change the groups")
    page = administrator.submit("Continue", names="Lower Town\nHill")
    chosen = {str(one.parent["name"]): str(one["value"]) for one in page.soup.select("option[selected]")}
    assert {chosen.get(f"ward_{ward.code}", "") for ward in (south, east)} == {"Lower Town"}
    assert chosen.get(f"ward_{north.code}", "") == ""
    administrator.get(PAGE)
    assert "The wards are in no groups." in administrator.submit("Use no groups").main
    assert now(world) == {}


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        ("Upper Town", "Enter at least two groups, each on its own line"),
        ("Upper Town\nupper-town", "Two of the names are too much alike"),
        ("Upper Town\n***", "Each name must have a letter, and 60 characters or fewer"),
    ],
)
def test_names_that_cannot_be_told_apart_are_refused(administrator: Visitor, names: str, problem: str) -> None:
    administrator.get(f"{PAGE}/names")
    assert administrator.submit("Continue", word="Locality", names=names).errors == [problem]


def test_groups_that_are_the_wards_or_the_council_are_refused(world: World, administrator: Visitor) -> None:
    for groups, problem in (
        (("A", "B", "C"), "Each group has one ward only"),
        (("A", "A", "A"), "is the whole council"),
    ):
        administrator.get(f"{PAGE}/names")
        administrator.submit("Continue", word="Locality", names="A\nB\nC")
        chosen = {f"ward_{ward.code}": group for ward, group in zip(world.wards(), groups, strict=True)}
        (said,) = administrator.submit("Save the groups", **chosen).errors
        assert problem in said
    assert now(world) == {}


@pytest.fixture
def command(app: Flask, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setattr("participation.cli.app.create_app", lambda _settings: app)
    monkeypatch.setattr("participation.cli.app.Settings.from_environment", lambda: app.config["SETTINGS"])
    return CliRunner()


def test_a_file_sets_them_all_or_nothing(world: World, command: CliRunner, tmp_path: Path) -> None:
    codes = [ward.code for ward in world.wards()]
    file = tmp_path / "groups.csv"

    def bring_in(*rows: str, called: str = "Locality") -> str:
        file.write_text("\n".join(["ward_code,group_name", *rows]) + "\n")
        said = command.invoke(commands, ["council", "groups", "exampleton", str(file), "--called", called])
        db.session.rollback()
        return said.output if said.exit_code == 0 else str(said.exception)

    said = bring_in(f"{codes[0]},Up", f"{codes[1]},Down", f"{codes[2]},Down")
    assert said.splitlines() == ["Locality Down: Eastbrook, Southgate", "Locality Up: Northfield"]
    assert len(sets_of(world.here.id)) == 1
    assert "Put every ward in a group. Eastbrook is in none" in bring_in(f"{codes[0]},Up", f"{codes[1]},Down")
    assert "row 3: the ward" in bring_in(f"{codes[0]},Up", f"{codes[0]},Down")
    assert "has no ward E05999999" in bring_in("E05999999,Up", *(f"{code},Down" for code in codes))
    # The same again is no new set; another word is.
    bring_in(f"{codes[0]},Up", f"{codes[1]},Down", f"{codes[2]},Down")
    assert len(sets_of(world.here.id)) == 1
    bring_in(f"{codes[0]},Up", f"{codes[1]},Down", f"{codes[2]},Down", called="Quarter")
    assert len(sets_of(world.here.id)) == 2
    said = command.invoke(commands, ["council", "groups", "exampleton", "--none"])
    assert said.output == "The wards are in no groups.\n"


def test_a_ward_that_came_later_is_said_to_be_in_none(world: World, administrator: Visitor) -> None:
    administrator.get(f"{PAGE}/names")
    administrator.submit("Continue", word="Locality", names="A\nB")
    chosen = {f"ward_{ward.code}": "A" if place else "B" for place, ward in enumerate(world.wards())}
    administrator.submit("Save the groups", **chosen)
    with transaction():
        db.session.add(Ward(council_id=world.here.id, code="E05000777", name="Newfields", population=1))
    assert now(world) == {}
    assert "The groups are not used now, because Newfields is in none of them." in administrator.get(PAGE).main


def test_a_councils_folder_may_bring_its_groups(world: World, tmp_path: Path) -> None:
    folder = small_council(tmp_path / "third")
    (folder / "ward_groups.csv").write_text("ward_code,group_name\nE05000001,A\nE05000002,A\nE05000003,B\n")
    with transaction():
        council_id = load_council(folder=folder).council.id
    ((_, stored),) = sets_of(council_id)
    assert (stored.word, stored.names) == ("Area", {"E05000001": "A", "E05000002": "A", "E05000003": "B"})
    with transaction():
        load_council(folder=folder)
    assert len(sets_of(council_id)) == 1
    (folder / "ward_groups.csv").write_text("ward_code,group_name\nE05000001,A\nE05000002,B\n")
    with (
        pytest.raises(ImportRefused, match=r"ward_groups\.csv: Put every ward in a group\. Hill is in none"),
        transaction(),
    ):
        load_council(folder=folder)


def test_codes_are_plain_letters() -> None:
    assert [code_of(name) for name in ("Llŷn & Eifionydd", "St Mary’s", "Área 51")] == [
        "llyn-eifionydd", "st-marys", "area-51",
    ]  # fmt: skip
