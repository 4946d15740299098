"""An attacker who keeps every preview: hidden numbers stay hidden however often the pages of an open consultation are read.

All that staff see while a consultation gathers is put into one linear programme: previews and their files, live pictures,
versions frozen in between, and the last figures. What a number is rounded to is a limit, and people only join.
"""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import Any

import pulp
import pytest
from sqlalchemy import select, update

from participation import clock
from participation.accounts.models import Account
from participation.commissioning import downloads, policy, service
from participation.commissioning.gather import gather
from participation.commissioning.live.models import LiveStep
from participation.commissioning.models import NeedsRecord
from participation.commissioning.refusals import FreezeRefused
from participation.consultations.models import Consultation, Phase
from participation.extensions import db
from participation.needs.summary import Summary
from participation.priorities.models import Contribution
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.commissioning.stage import SPENDING, Kind, folded, need, population, residents
from tests.pure.commissioning.test_attack import THRESHOLD, pinned
from tests.pure.needs.test_publication_audit import long_ago
from tests.visitor import Visitor

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:pulp", "ignore:.*PuLP 4.0:DeprecationWarning")
BANDS = ("16-24", "25-34", "35-49", "50-64", "65+")


class Attacker:
    """Who took part by one grouping, time after time: what is known of each number at each time."""

    def __init__(self) -> None:
        self.problem = pulp.LpProblem("previews")
        self.hidden: dict[str, pulp.LpAffineExpression] = {}
        self.times = 0
        self.before: dict[str, dict[str, pulp.LpVariable]] = {}
        self.known: list[str] = []

    def sees(self, summary: Summary) -> None:
        """Figures as the policy gave them: rounded down while they move, to the nearest otherwise."""
        slack = (0, THRESHOLD - 1) if summary.subject.status == "live" else (2, 2)
        for table in summary.participation:
            name = f"{self.times}_{table.dimension}"
            now = {
                row.code: pulp.LpVariable(f"{name}_{row.code}".replace("-", "_").replace("+", ""), 0)
                for row in table.rows
            }
            self.problem += pulp.lpSum(now.values()) == table.people.value
            before = self.before.get(table.dimension, {})
            for row in table.rows:
                people = now[row.code]
                if row.code in before:
                    self.problem += people >= before[row.code]
                if row.people.value is None:
                    self.hidden[f"{self.times} {table.dimension} {row.code}"] = people + 0
                elif row.people.value == 0:
                    self.problem += people == 0
                else:
                    self.problem += people >= max(row.people.value - slack[0], THRESHOLD)
                    self.problem += people <= row.people.value + slack[1]
            # Who does not say is listed once somebody does not.
            self.problem += pulp.lpSum(people for code, people in before.items() if code not in now) == 0
            self.before[table.dimension] = now
        self.times += 1


def crowd(draw: random.Random, world: World, few: int) -> list[int]:
    kinds = [
        Kind(draw.choice((0, 1, 2, 3, 7, 14)), ward, draw.choice(BANDS), draw.choice(("Female", "Male")))
        for ward in (0, 0, 1, 2)
        for _ in range(few)
    ]
    return residents(world.wards(), Kind(3, 0, "35-49", "Female"), *kinds)


def close(consultation: Consultation) -> None:
    """Close it now: all that was shown until here was shown before."""
    with transaction():
        db.session.execute(update(Phase).where(Phase.consultation_id == consultation.id).values(closes_at=clock.now()))


def frozen(consultation: Consultation) -> None:
    """Try to freeze a version of what is there."""
    shown = service.preview(consultation, version=service.next_version(consultation.id), now=clock.now())
    try:
        with transaction():
            service.freeze(
                council_id=consultation.council_id,
                slug=consultation.slug,
                account_id=db.session.scalars(select(Account.id).where(Account.kind == "staff")).one(),
                signed=policy.figures_digest(shown),
                now=clock.now(),
            )
    except FreezeRefused:
        db.session.rollback()


@pytest.mark.parametrize("seed", range(4))
def test_a_growing_row_of_previews_pins_no_hidden_number(world: World, seed: int) -> None:
    draw = random.Random(seed)
    consultation = world.consultation(gather=(-20, 5))
    population(world.wards())
    world.staff("commissioner")
    previews: list[dict[str, Any]] = []
    for time in range(8):
        need(consultation, world.groups()[time % 3], f"Need {time}", crowd(draw, world, 1 + time // 3))
        folded()
        db.session.refresh(consultation)
        if time in (3, 6):
            frozen(consultation)
        previews.append(json.loads(downloads.bytes_of(downloads.source_of(consultation, None), "json")))
    steps = [Summary.from_json(body) for body in db.session.scalars(select(LiveStep.body).order_by(LiveStep.id))]
    assert len(steps) > 1
    # A preview has no group in it that is not in a step, and no need by group at all.
    shown = [[table.rows for table in step.participation] for step in steps]
    assert not [t for one in previews for t in one["tables"] if t["name"].startswith("needs_by_")]
    close(consultation)
    db.session.refresh(consultation)
    last = service.preview(consultation, version=9, now=clock.now())
    attacker = Attacker()
    for summary in [*service.seen_by_staff(consultation.id), last]:
        attacker.sees(summary)
    assert shown
    assert attacker.times == len(steps) + len(db.session.scalars(select(NeedsRecord.id)).all()) + 1
    assert attacker.hidden
    assert pinned(attacker.problem, attacker.hidden) == {}


def test_the_attacker_finds_what_previews_that_move_by_single_people_gave_away(world: World) -> None:
    """No straw man: with the exact figures at every time, as previews once had them, numbers are pinned."""
    consultation, wards = world.consultation(gather=(-20, 5)), world.wards()
    population(wards)
    attacker = Attacker()
    joined = (
        [Kind(30, 0, "25-34"), Kind(6, 1, "25-34"), Kind(26, 2, "25-34")],
        [Kind(5, 1, "25-34"), Kind(1, 2, "25-34")],
        [Kind(2, 0, "25-34")],
    )
    for time, kinds in enumerate(joined):
        need(consultation, world.groups()[0], f"Need {time}", residents(wards, *kinds))
        attacker.sees(policy.disclosed(gather(consultation)))
    assert pinned(attacker.problem, attacker.hidden)


def test_steps_of_long_ago_count_however_many_came_after(world: World) -> None:
    consultation, (*steps, last) = world.consultation(gather=(-20, 5)), long_ago()
    with transaction():
        for number, step in enumerate(steps):
            made_at = clock.now() - timedelta(hours=len(steps) - number)
            db.session.add(
                LiveStep(consultation_id=consultation.id, made_at=made_at, people=number, body=step.to_json())
            )
    assert len(service.seen_by_staff(consultation.id)) == len(steps) > 40
    assert policy.pins(last, service.seen_by_staff(consultation.id))
    assert not policy.pins(last, service.seen_by_staff(consultation.id)[-40:])


def test_where_wards_are_in_no_groups_no_grouping_is_made_of_another(world: World) -> None:
    consultation = world.consultation(gather=(-20, -1))
    population(world.wards())
    assert [(one.code, one.parent) for one in gather(consultation).dimensions] == [
        ("ward", ""), ("age_band", ""), ("sex", ""),
    ]  # fmt: skip


def test_while_moderators_have_not_read_everything_a_closed_preview_moves_in_no_group(
    world: World, commissioner: Visitor
) -> None:
    """Each need that a moderator publishes late would show who supports it, to somebody who looked before and after."""
    consultation = world.consultation(gather=(-20, 5))
    population(world.wards())
    people = residents(world.wards(), Kind(60, 0), Kind(40, 1))
    need(consultation, world.groups()[0], "Trees", people)
    folded()
    late = need(consultation, world.groups()[0], "Bins", residents(world.wards(), Kind(16, 1)), state="waiting")
    close(consultation)
    assert {row[0]: row[1] for row in commissioner.get(SPENDING).rows("by ward")}["Southgate"] == "40"
    assert "or moderators have not read everything, no figure says" in commissioner.get(SPENDING).main
    with transaction():
        db.session.execute(update(Contribution).where(Contribution.public_id == late).values(state="published"))
    folded()
    assert {row[0]: row[1] for row in commissioner.get(SPENDING).rows("by ward")}["Southgate"] == "55"


def test_open_previews_show_groups_only_as_the_last_step_did(world: World, commissioner: Visitor) -> None:
    consultation = world.consultation(gather=(-20, 5))
    population(world.wards())
    need(
        consultation,
        world.groups()[0],
        "Trees",
        residents(world.wards(), Kind(64, 0, "25-34", "Female"), Kind(37, 1, "65+", "Male")),
    )
    page = commissioner.get(SPENDING)
    assert "no figure says how many of a group support a need" in page.main
    assert not [caption for caption in page.soup.find_all("caption") if "by ward" in caption.get_text()]
    folded()
    page = commissioner.get(SPENDING)
    wards = {row[0]: row[1:3] for row in page.rows("by ward")}
    assert (wards["Northfield"], wards["Southgate"]) == (["60", "59%"], ["30", "30%"])
    # One more comes, and goes through every door unseen.
    need(consultation, world.groups()[0], "Bins", residents(world.wards(), Kind(6, 0, "25-34", "Female")))
    folded()
    assert {row[0]: row[1:3] for row in commissioner.get(SPENDING).rows("by ward")} == wards
    assert {row[0]: row[1:3] for row in commissioner.get("/exampleton/manage/live/spending").rows("by ward")} == wards
    close(consultation)
    assert {row[0]: row[1] for row in commissioner.get(SPENDING).rows("by ward")}["Northfield"] == "70"
