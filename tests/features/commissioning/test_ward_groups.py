"""Groups of wards in needs summaries: beside the wards, on pages, in files and the feed, and an attacker who subtracts them."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import pulp
import pytest
from sqlalchemy import select, update

from participation import clock
from participation.accounts.models import Account
from participation.commissioning import downloads, policy, service
from participation.commissioning.gather import gather
from participation.commissioning.live.models import LiveStep
from participation.commissioning.refusals import FreezeRefused
from participation.consultations.models import Consultation, Phase
from participation.councils.groups import set_groups
from participation.councils.models import Ward
from participation.extensions import db
from participation.needs.summary import Summary
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.commissioning.stage import SPENDING, Kind, folded, freeze, need, population, residents
from tests.pure.commissioning.test_attack import pinned
from tests.visitor import Visitor

GROUPS = {"North": (0, 3, 4, 5), "South": (1, 6, 7), "East": (2, 8, 9)}
BANDS = ("16-24", "25-34", "35-49", "50-64", "65+")
solver = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp", "ignore:.*PuLP 4.0:DeprecationWarning")


def grouped(world: World, *, word: str = "Locality", groups: dict[str, tuple[int, ...]] = GROUPS) -> list[Ward]:
    """The council with ten wards in three groups."""
    council = world.here
    with transaction():
        if len(council.wards) < 10:
            db.session.add_all(
                Ward(council_id=council.id, code=f"E0509{place:04}", name=f"Ward {place}", population=5000)
                for place in range(3, 10)
            )
            db.session.flush()
            db.session.refresh(council)
        wards = world.wards()
        names = {wards[place].code: name for name, places in groups.items() for place in places}
        set_groups(council=council, word=word, names=names, actor_id=None, now=clock.now())
    population(wards) if word == "Locality" else None
    return wards


def crowd(draw: random.Random, wards: list[Ward], most: int) -> list[int]:
    kinds = [
        Kind(draw.choice((0, 0, 1, 2, 4, 7, 15, most)), place, draw.choice(BANDS), draw.choice(("Female", "Male")))
        for place in range(10)
        for _ in range(2)
    ]
    return residents(wards, Kind(3, 0, "35-49", "Female"), *kinds)


def close(consultation: Consultation) -> None:
    """Close it now: all that was shown until here was shown before."""
    with transaction():
        db.session.execute(update(Phase).where(Phase.consultation_id == consultation.id).values(closes_at=clock.now()))
    db.session.refresh(consultation)


class Attacker:
    """Everybody and the supporters of each need by ward, time after time; only what the JSON files say is known of them."""

    def __init__(self, wards: list[Ward], groups: dict[str, tuple[int, ...]] = GROUPS) -> None:
        self.codes = [ward.code for ward in wards] + ["not_stated"]
        self.members = {name.lower(): [wards[place].code for place in places] for name, places in groups.items()} | {
            code: [code] for code in self.codes
        }
        self.problem, self.hidden = pulp.LpProblem("wards"), {}
        self.before: dict[str, dict[str, pulp.LpVariable]] = {}
        self.times = 0

    def reads(self, body: dict[str, Any], slack: tuple[int, int] = (2, 2)) -> None:
        tables = {table["name"]: table["rows"] for table in body["tables"]}
        glance = {row["code"]: row["number"] for row in tables["at_a_glance"]}
        everybody = self._people("all", glance["people_with_priorities"])
        needs = {row["code"]: row["supporters"] for row in tables["priorities"]}
        for dimension in ("ward_group", "ward"):
            for row in tables.get(f"who_took_part_priorities_{dimension}", ()):
                self._number(f"{dimension} {row['code']}", everybody, row["code"], row["people"], slack)
        for code, total in needs.items():
            if not isinstance(total, int):
                continue
            chose = self._people(code, total)
            for ward in self.codes:
                self.problem += chose[ward] <= everybody[ward]
            for dimension in ("ward_group", "ward"):
                for row in tables.get(f"needs_by_{dimension}", ()):
                    if row["code"] == code:
                        self._number(
                            f"{code} {dimension} {row['group_code']}", chose, row["group_code"], row["people"], slack
                        )
        self.times += 1

    def sees_step(self, summary: Summary) -> None:
        """A step of the live picture: everybody, rounded down."""
        (table,) = [one for one in summary.participation if one.dimension in ("ward_group", "ward")]
        everybody = self._people("all", int(table.people.value or 0))
        for row in table.rows:
            shown = {"missing": "c"} if row.people.value is None else int(row.people.value)
            self._number(f"step {row.code}", everybody, row.code, shown, (0, 9))
        self.times += 1

    def _people(self, name: str, total: int) -> dict[str, pulp.LpVariable]:
        now = {code: pulp.LpVariable(f"v{self.times}_{name}_{place}", 0) for place, code in enumerate(self.codes)}
        self.problem += pulp.lpSum(now.values()) == total
        for code, old in self.before.get(name, {}).items():
            self.problem += now[code] >= old
        self.before[name] = now
        return now

    def _number(
        self, name: str, people: dict[str, pulp.LpVariable], code: str, shown: object, slack: tuple[int, int]
    ) -> None:
        number = pulp.lpSum(people[one] for one in self.members[code])
        if not isinstance(shown, int):
            assert shown == {"missing": "c"}
            self.hidden[f"{self.times} {name}"] = number
        elif shown:
            self.problem += number >= max(10, shown - slack[0])
            self.problem += number <= shown + slack[1]
        else:
            self.problem += number == 0


def file_of(consultation: Consultation) -> dict[str, Any]:
    """The JSON file as it is downloaded; the feed and every other file are made of the same tables."""
    found: dict[str, Any] = json.loads(downloads.bytes_of(downloads.source_of(consultation, None), "json"))
    return found


@solver
@pytest.mark.parametrize("seed", range(2))
def test_a_ward_and_its_group_cannot_be_subtracted(world: World, seed: int) -> None:
    draw, wards = random.Random(seed), grouped(world)
    consultation = world.consultation(gather=(-30, -2))
    people = crowd(draw, wards, 40)
    for place in range(3):
        need(consultation, world.groups()[place], f"Need {place}", draw.sample(people, draw.randrange(20, len(people))))
    attacker = Attacker(wards)
    body = file_of(consultation)
    attacker.reads(body)
    names = {table["name"] for table in body["tables"]}
    assert {"who_took_part_priorities_ward_group", "who_took_part_priorities_ward", "needs_by_ward_group"} <= names
    assert len(attacker.hidden) > 8
    assert pinned(attacker.problem, attacker.hidden) == {}


@solver
def test_the_attacker_subtracts_where_wards_are_hidden_without_a_thought_for_their_groups(world: World) -> None:
    """No straw man: two wards hidden in the whole council, one in each of two groups that are shown."""
    wards = grouped(world)
    consultation = world.consultation(gather=(-30, -2))
    kinds = [Kind(number, place) for place, number in enumerate((4, 12, 60, 40, 40, 40, 40, 40, 60, 60))]
    people = residents(wards, *kinds)
    need(consultation, world.groups()[0], "Bins", people[::2])
    need(consultation, world.groups()[0], "Trees", people[1::2])
    attacker = Attacker(wards)
    attacker.reads(file_of(consultation))
    assert len(attacker.hidden) > 4
    assert pinned(attacker.problem, attacker.hidden) == {}
    flat = Attacker(wards)
    everybody = flat._people("all", sum(kind.people for kind in kinds))
    for place, kind in enumerate(kinds):
        shown: object = {"missing": "c"} if place < 2 else kind.people
        flat._number(f"ward {place}", everybody, wards[place].code, shown, (0, 0))
    for name, places in GROUPS.items():
        flat._number(name, everybody, name.lower(), sum(kinds[place].people for place in places), (0, 0))
    assert set(pinned(flat.problem, flat.hidden)) == {"0 ward 0", "0 ward 1"}


@solver
@pytest.mark.parametrize("seed", [1])
def test_steps_by_group_versions_and_the_last_figures_pin_nothing_together(world: World, seed: int) -> None:
    draw, wards = random.Random(seed), grouped(world)
    consultation = world.consultation(gather=(-20, 5))
    world.staff("commissioner")
    account = db.session.scalars(select(Account.id).where(Account.kind == "staff")).one()
    attacker, versions = Attacker(wards), 0

    def try_to_freeze() -> int:
        shown = service.preview(consultation, version=service.next_version(consultation.id), now=clock.now())
        try:
            with transaction():
                service.freeze(
                    council_id=consultation.council_id, slug=consultation.slug, account_id=account,
                    signed=policy.figures_digest(shown), now=clock.now(),
                )  # fmt: skip
        except FreezeRefused:
            db.session.rollback()
            return 0
        return 1

    for time in range(5):
        need(consultation, world.groups()[time % 3], f"Need {time}", crowd(draw, wards, 30))
        folded()
        db.session.refresh(consultation)
        versions += try_to_freeze() if time in (1, 3) else 0
    close(consultation)
    need(consultation, world.groups()[0], "Read late", crowd(draw, wards, 30))
    versions += try_to_freeze()
    steps = db.session.scalars(select(LiveStep)).all()
    assert len(steps) > 1
    assert versions
    for summary in service.seen_by_staff(consultation.id):
        if summary.subject.status == "live":
            assert {table.dimension for table in summary.participation} == {"ward_group", "age_band", "sex"}
            attacker.sees_step(summary)
        else:
            attacker.reads(json.loads(downloads.bytes_of(downloads.Source(consultation, summary), "json")))
    attacker.reads(file_of(consultation))
    assert pinned(attacker.problem, attacker.hidden) == {}


def test_a_commissioner_explores_by_service_ward_and_group(world: World, commissioner: Visitor) -> None:
    wards = grouped(world)
    consultation = world.consultation(gather=(-30, -2))
    people = residents(wards, *(Kind(40, place, "25-34", "Female") for place in range(10)))
    edu, env, _ = world.groups()
    need(consultation, edu, "Longer library hours", people[::2], about=wards[3])
    need(consultation, env, "More trees", people[::3] + people[1::3])
    page = commissioner.get(SPENDING)
    assert [row[:2] for row in page.rows("Said what matters, by locality")[1:]] == [
        ["East", "100"], ["North", "135"], ["South", "100"],
    ]  # fmt: skip
    page = commissioner.submit("Show its needs", of="ward_group:north")
    assert page.h1 == "Needs of people in North"
    assert "Northfield, Ward 3, Ward 4, Ward 5" in page.main
    assert "Needs about North" in page.main
    assert {row[0].split(" Ward")[0].split(" Whole")[0].strip() for row in page.rows("The strongest needs")[1:]} == {
        "Longer library hours", "More trees",
    }  # fmt: skip
    page = commissioner.submit("Show its needs", of="ward_group:north", service=env.code)
    assert [row[0].startswith("More trees") for row in page.rows("The strongest needs")[1:]] == [True]
    assert "Nobody has named a need of this service about one of these wards alone." in page.main
    assert commissioner.get(f"{SPENDING}/group?of=ward_group:north&service=nowhere").status == 404
    need_page = commissioner.get(f"{SPENDING}/needs")
    assert need_page.status == 200
    freeze(commissioner)


def test_a_consultation_keeps_the_groups_it_was_first_shown_with(world: World, commissioner: Visitor) -> None:
    wards = grouped(world)
    first, second = world.consultation(gather=(-30, -2)), world.consultation("later", gather=(-30, -2))
    for one in (first, second):
        need(one, world.groups()[0], "Trees", residents(wards, *(Kind(12, place) for place in range(10))))
    freeze(commissioner)
    halves = {"West": tuple(range(5)), "Rest": tuple(range(5, 10))}
    grouped(world, word="Half", groups=halves)
    for one, names in ((first, {"North", "South", "East"}), (second, {"West", "Rest"})):
        (table, *_) = policy.disclosed(gather(one)).participation
        assert {row.name for row in table.rows} == names
    assert list(itertools.chain(*GROUPS.values())) != list(range(10))
