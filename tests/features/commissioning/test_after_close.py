"""After the close people leave, correct their details and take needs back, and moderators merge: no figure of a group tells."""

from __future__ import annotations

import io
import itertools
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update

from participation import clock
from participation.accounts.models import Account
from participation.accounts.service import Home, change_home
from participation.commissioning import downloads, overview, policy, service, settled, settling
from participation.commissioning.gather import gather
from participation.commissioning.live.models import SettledCount
from participation.commissioning.live.picture import picture
from participation.commissioning.models import NeedsRecord
from participation.consultations.models import Consultation, Phase
from participation.extensions import db
from participation.needs.summary import Summary
from participation.priorities import merging
from participation.priorities import service as priorities
from participation.priorities.models import Priority
from participation.privacy.erasure import erase
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.commissioning.stage import SPENDING, Kind, folded, freeze, need, population, residents
from tests.features.commissioning.test_previews import Attacker
from tests.pure.commissioning.test_attack import pinned
from tests.visitor import Visitor

solver = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp", "ignore:.*PuLP 4.0:DeprecationWarning")


class Town:
    """A closed consultation: 3 men of Southgate aged 65 and over among 97 others, who want nothing but buses, and four needs."""

    def __init__(self, world: World) -> None:
        self.world, self.consultation = world, world.consultation(gather=(-30, -2))
        wards, groups = world.wards(), world.groups()
        population(wards)
        self.people = residents(
            wards, Kind(38, 0, "25-34", "Female"), Kind(34, 1, "35-49", "Female"), Kind(3, 1, "65+", "Male"),
            Kind(25, 2, "16-24", "Male"),
        )  # fmt: skip
        self.trees = need(self.consultation, groups[0], "Trees", self.people[:70])
        self.bins = need(self.consultation, groups[1], "Bins", [*self.people[20:72], *self.people[75:]])
        self.alike = need(self.consultation, groups[1], "Bins twice", [*self.people[15:40], *self.people[60:72]])
        self.apart = need(self.consultation, groups[2], "Buses", [*self.people[:72:3], *self.people[72:75]])

    def one(self, code: str) -> Priority:
        return db.session.scalars(select(Priority).where(Priority.public_id == code)).one()

    def account(self) -> Account:
        return db.session.get_one(Account, self.people[72])


def erased(town: Town) -> None:
    erase(council=town.world.here, account=town.account())


def corrected(town: Town) -> None:
    change_home(account=town.account(), home=Home(town.world.wards()[0].id, "EX1", "25-34", "Female"))


def withdrawn(town: Town) -> None:
    priorities.withdraw(priority=town.one(town.apart))


def refused(town: Town) -> None:
    priorities.refuse(priority=town.one(town.apart))


def merged(town: Town) -> None:
    merging.merge(merged=town.one(town.alike), kept=town.one(town.bins), actor_id=None)


CHANGES = (erased, corrected, withdrawn, refused, merged)


def tables(consultation: Consultation) -> dict[str, list[dict[str, Any]]]:
    body = json.loads(downloads.bytes_of(downloads.source_of(consultation, None), "json"))
    return {table["name"]: table["rows"] for table in body["tables"]}


@pytest.mark.parametrize("change", CHANGES)
def test_what_happens_after_the_close_moves_nobody_in_any_group(world: World, change: Callable[[Town], None]) -> None:
    """Also where no worker kept the numbers before: the act itself does."""
    town = Town(world)
    before, now = tables(town.consultation), clock.now()
    seen = overview.lines_of([town.consultation], now)[0]
    with transaction():
        change(town)
    folded()
    after = tables(town.consultation)
    people = [name for name in before if name.startswith("who_took_part_")]
    assert len(people) == 3
    assert {name: after[name] for name in people} == {name: before[name] for name in people}
    gone = {town.apart} if change in (withdrawn, refused) else {town.alike} if change is merged else set()
    changed = {*gone, town.bins} if change is merged else gone
    for name in [name for name in before if name.startswith("needs_by_")]:
        assert [row for row in after[name] if row["code"] not in changed] == [
            row for row in before[name] if row["code"] not in changed
        ]
        assert not [row for row in after[name] if row["code"] in gone]
    assert [row["code"] for row in after["priorities"]] == [
        row["code"] for row in before["priorities"] if row["code"] not in gone
    ]
    line = overview.lines_of([town.consultation], now)[0]
    assert (line.missing, line.taking_part) == (seen.missing, seen.taking_part)


def test_the_live_picture_stands_still_too(world: World) -> None:
    town = Town(world)
    folded()
    before = [table.rows for table in picture(town.consultation).taking_part]
    with transaction():
        erased(town)
    folded()
    assert [table.rows for table in picture(town.consultation).taking_part] == before


def test_needs_merged_after_the_close_count_each_person_once(world: World) -> None:
    town = Town(world)
    folded()
    with transaction():
        erase(council=world.here, account=db.session.get_one(Account, town.people[25]))
    with transaction():
        merged(town)
    found = {one.code: one for one in gather(town.consultation).priorities}
    # 15 to 19 wanted only the second. Also the person who left counts, as at the close.
    assert found[town.bins].supporters == 77 + 5
    assert found[town.bins].cells == ()
    summary = service.preview(town.consultation, version=1, now=clock.now())
    assert "Figures by group of “Bins” are left out" in " ".join(limit.text for limit in summary.limits)
    assert {row.code for table in summary.breakdowns for row in table.rows} == {town.trees, town.apart}


def test_of_needs_merged_after_the_close_no_group_tells_the_few_who_wanted_only_one(world: World) -> None:
    """The 5 who wanted only the second are all of Northfield: its number for the first would have grown by 5."""
    town = Town(world)
    folded()
    with transaction():
        merged(town)
    summary = service.preview(town.consultation, version=1, now=clock.now())
    assert {row.code for table in summary.breakdowns for row in table.rows} == {town.trees, town.apart}
    assert "“Bins”" in " ".join(limit.text for limit in summary.limits)


def test_nothing_settles_while_something_can_move(world: World) -> None:
    open_one = world.consultation("open", gather=(-20, 5))
    waiting = world.consultation("waiting", gather=(-20, -1))
    need(waiting, world.groups()[0], "Waits", state="waiting")
    folded()
    assert not settling.settle(open_one, clock.now())
    assert db.session.scalar(select(func.count()).select_from(SettledCount)) == 0
    with transaction():
        db.session.execute(update(Priority).values(state="published"))
    folded()
    assert db.session.scalars(select(SettledCount.consultation_id)).all() == [waiting.id]


def test_settled_numbers_come_back_as_they_were(world: World) -> None:
    town = Town(world)
    counted = settled.counted([town.consultation.id])[town.consultation.id]
    folded()
    kept = settled.kept_of([town.consultation.id])[town.consultation.id]
    assert settled.written(kept) == settled.written(counted)
    assert policy.figures_digest(policy.disclosed(gather(town.consultation))) == policy.figures_digest(
        policy.disclosed(gather(town.consultation), seen=())
    )
    db.session.query(SettledCount).delete()
    assert settled.said(town.consultation.id).together == counted.together


def test_the_dashboard_shows_of_a_closed_consultation_what_its_page_shows(world: World) -> None:
    """While moderators read, groups are those of the last step: what they publish moves nobody in "who is missing"."""
    consultation, wards = world.consultation(gather=(-20, 5)), world.wards()
    population(wards)
    need(consultation, world.groups()[0], "Trees", residents(wards, Kind(60, 0), Kind(40, 1)))
    folded()
    late = need(consultation, world.groups()[0], "Late", residents(wards, Kind(60, 2)), state="waiting")
    with transaction():
        db.session.execute(update(Phase).values(closes_at=clock.now()))
    db.session.refresh(consultation)
    assert "people in Eastbrook" in overview.lines_of([consultation], clock.now())[0].missing
    need(consultation, world.groups()[0], "Read early", residents(wards, Kind(60, 2)))
    assert "people in Eastbrook" in overview.lines_of([consultation], clock.now())[0].missing
    with transaction():
        db.session.execute(update(Priority).where(Priority.public_id == late).values(state="published"))
    folded()
    assert "people in Eastbrook" not in overview.lines_of([consultation], clock.now())[0].missing


def versions_of(consultation: Consultation) -> list[Summary]:
    found = db.session.scalars(select(NeedsRecord).where(NeedsRecord.consultation_id == consultation.id))
    return [service.frozen_summary(one) for one in sorted(found, key=lambda one: one.version)]


@solver
def test_a_version_beside_a_published_one_leaves_out_what_would_give_away_and_says_so(
    world: World, commissioner: Visitor
) -> None:
    """4 more of Southgate come in through an appeal. Before, nothing could be published any more."""
    consultation, wards = world.consultation(gather=(-30, -2)), world.wards()
    population(wards)
    people = residents(
        wards, Kind(60, 0, "25-34", "Female"), Kind(40, 1, "35-49", "Male"), Kind(40, 2, "65+", "Female")
    )
    need(consultation, world.groups()[0], "Trees", people)
    freeze(commissioner)
    few = residents(wards, Kind(4, 1, "35-49", "Male"))
    need(consultation, world.groups()[1], "Appealed", [*few, *people[:30]])
    record = freeze(commissioner)
    first, second = versions_of(consultation)
    assert len(first.participation) == 3
    assert second.participation == ()
    assert second.breakdowns == ()
    assert second.people_with_priorities.value == 144
    words = "Figures by ward, age and sex are left out: beside figures that were shown earlier"
    assert words in commissioner.get(f"/exampleton/needs/{record.public_id}").main
    assert words in commissioner.get(SPENDING).main
    source = downloads.Source(consultation, second)
    assert words in downloads.bytes_of(source, "json").decode()
    with zipfile.ZipFile(io.BytesIO(downloads.bytes_of(source, "zip"))) as file:
        assert any(words in file.read(name).decode() for name in file.namelist() if name.endswith(".txt"))


@solver
@pytest.mark.parametrize("seed", range(3))
def test_readers_of_all_published_versions_pin_nothing(world: World, commissioner: Visitor, seed: int) -> None:
    draw = random.Random(seed)
    consultation, wards = world.consultation(gather=(-30, -2)), world.wards()
    population(wards)
    attacker = Attacker()
    made = 0
    for time in range(4):
        bands, sexes = ("16-24", "25-34", "65+"), ("Female", "Male")
        kinds = [
            Kind(draw.choice((0, 1, 2, 4, 9, 14, 30)), ward, draw.choice(bands), draw.choice(sexes))
            for ward in (0, 0, 1, 1, 2)
        ]
        people = residents(wards, Kind(25 if time == 0 else 1, 0, "25-34", "Female"), *kinds)
        need(consultation, world.groups()[time % 3], f"Need {time}", people)
        commissioner.get(SPENDING)
        page = commissioner.submit("Freeze this version", read="y")
        assert page.status == 200, page.errors
        made += 1
        attacker.sees(versions_of(consultation)[-1])
    assert made == 4
    assert attacker.hidden
    assert pinned(attacker.problem, attacker.hidden) == {}
    shown = [
        {(table.dimension, row.code): row.people.value for table in one.participation for row in table.rows}
        for one in versions_of(consultation)
    ]
    for one, other in itertools.combinations(shown, 2):
        both = [(one[key], other[key]) for key in one.keys() & other.keys() if None not in (one[key], other[key])]
        # Rounded to the nearest 5: a change of 10 and more shows as 10 at least.
        assert all(old == new or abs(old - new) >= 10 for old, new in both)
