"""The live picture: sums that follow every change, whoever makes it, and prove that they are what a full count gives."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal

import pytest
import redis
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete, func, select, update

from config.settings import Settings
from participation import clock
from participation.accounts.models import ResidentProfile
from participation.application import create_app
from participation.cli.rollups import rollups
from participation.commissioning.gather import gather
from participation.commissioning.live import picture as pictures
from participation.commissioning.live.fold import Drift, check, fold, rebuild, waiting
from participation.commissioning.live.models import RollupCell, RollupChange
from participation.commissioning.live.triggers import TRIGGERS
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.priorities.models import Priority, PrioritySupport
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.commissioning.stage import Kind, folded, need, residents, vote
from tests.visitor import Page, Visitor


def drift() -> list[Drift]:
    with transaction():
        return check(clock.now())


def total(measure: str, **keys: str) -> int:
    query = select(func.sum(RollupCell.number)).where(RollupCell.measure == measure)
    for name, value in keys.items():
        query = query.where(getattr(RollupCell, name) == value)
    return db.session.scalar(query) or 0


def cells() -> dict[tuple[str, ...], int]:
    query = select(
        RollupCell.measure, RollupCell.day, RollupCell.first, RollupCell.second, RollupCell.third, RollupCell.number
    )
    return {tuple(row[:5]): row[5] for row in db.session.execute(query)}


def test_people_are_those_of_the_summary_by_ward_age_and_sex(world: World, gathered: Consultation) -> None:
    folded()
    [activity] = gather(gathered).activities
    wards = {ward.code: str(ward.id) for ward in world.wards()}
    wanted = {
        (wards.get(cell.groups[0] or "", ""), cell.groups[1] or "", cell.groups[2] or ""): cell.people
        for cell in activity.cells
    }
    found: dict[tuple[str, ...], int] = {}
    for (measure, _day, *keys), number in cells().items():
        if measure == "people":
            found[tuple(keys)] = found.get(tuple(keys), 0) + number
    assert found == wanted
    assert total("people") == activity.people == 104


def test_submissions_and_support_follow_states_and_services(world: World, gathered: Consultation) -> None:
    groups = world.groups()
    folded()
    assert total("submissions", first="published") == 5
    assert total("support", first=str(groups[0].id)) == 60
    one = db.session.query(Priority).filter_by(title="Better street lighting").one()
    with transaction():
        db.session.get(Priority, one.id).state = "refused"
    folded()
    assert total("submissions", first="published") == 4
    assert total("submissions", first="refused") == 1
    assert total("support", first=str(groups[0].id)) == 0
    assert drift() == []


def test_moving_erasing_and_deleting_are_followed(world: World, gathered: Consultation) -> None:
    folded()
    somebody = db.session.scalar(select(PrioritySupport.account_id).order_by(PrioritySupport.account_id))
    with transaction():
        db.session.execute(
            update(ResidentProfile).where(ResidentProfile.account_id == somebody).values(age_band="50-64")
        )
    folded()
    assert total("people", second="50-64") == 1
    with transaction():
        db.session.execute(delete(PrioritySupport).where(PrioritySupport.account_id == somebody))
        db.session.execute(update(Priority).where(Priority.author_id == somebody).values(author_id=None))
    folded()
    assert total("people", second="50-64") == 0
    with transaction():
        chess = db.session.scalar(select(Priority.id).where(Priority.title == "A chess club"))
        db.session.execute(delete(Priority).where(Priority.id == chess))
    folded()
    assert total("submissions") == 4
    assert drift() == []


def test_what_is_noted_waits_and_is_counted_once(gathered: Consultation) -> None:
    assert waiting() > 100
    folded()
    assert waiting() == 0
    before = cells()
    folded()
    assert cells() == before


@pytest.mark.parametrize("seed", range(2))
def test_any_order_of_events_and_broken_folds_gives_the_full_count(world: World, seed: int) -> None:
    draw = random.Random(seed)
    consultation, wards, groups = world.consultation(gather=(-9, 9)), world.wards(), world.groups()
    people = residents(wards, Kind(12, 0, "25-34", "Female"), Kind(9, 1, "65+"), Kind(5, 2))
    for place in range(6):
        need(consultation, groups[place % 3], f"Need {place}", draw.sample(people, 5), author=draw.choice(people))
    ids = list(db.session.scalars(select(Priority.id).order_by(Priority.id)))
    for _ in range(40):
        with transaction():
            one, person = draw.choice(ids), draw.choice(people)
            pair = (PrioritySupport.priority_id == one) & (PrioritySupport.account_id == person)
            act = draw.randrange(5)
            if act == 0:
                state = draw.choice(["published", "refused", "withdrawn", "waiting", "merged"])
                db.session.execute(update(Priority).where(Priority.id == one).values(state=state))
            elif act == 1:
                db.session.execute(update(Priority).where(Priority.id == one).values(group_id=draw.choice(groups).id))
            elif act == 2:
                db.session.execute(delete(PrioritySupport).where(pair))
            elif act == 3 and not db.session.scalar(select(PrioritySupport).where(pair)):
                db.session.add(
                    PrioritySupport(
                        priority_id=one, account_id=person, ward_id=draw.choice(wards).id, supported_at=clock.now()
                    )
                )
            else:
                values = {"sex": draw.choice(["Female", "Male", None])}
                db.session.execute(update(ResidentProfile).where(ResidentProfile.account_id == person).values(**values))
        if draw.random() < 0.4:
            fold(clock.now(), at_once=draw.choice([1, 7, 1000]))
            if draw.random() < 0.5:
                db.session.rollback()  # the worker was killed before it could commit
            else:
                db.session.commit()
    assert drift() == []
    live = cells()
    with transaction():
        rebuild(clock.now())
    assert cells() == live


def test_a_sum_that_was_tampered_with_is_found_and_named(gathered: Consultation) -> None:
    folded()
    with transaction():
        db.session.execute(
            update(RollupCell).where(RollupCell.measure == "submissions").values(number=RollupCell.number + 1)
        )
    found = drift()
    assert {(one.measure, one.live - one.counted) for one in found} == {("submissions", 1)}
    with transaction():
        rebuild(clock.now())
    assert drift() == []


def test_votes_touch_no_sum_and_no_trigger_stands_on_their_tables(
    app: Flask, world: World, gathered: Consultation
) -> None:
    folded()
    consultation = world.consultation("voted", gather=(-30, -20), vote=(-9, -2), options=2)
    people = residents(world.wards(), Kind(20, 0))
    folded()
    before = cells()
    vote(consultation, people, [["option-1"]] * 20)
    assert waiting() == 0
    assert cells() == before
    assert {trigger.table for trigger in TRIGGERS} == {
        "priority", "priority_support", "resident_profile", "theme_assignment",
    }  # fmt: skip
    sealed = ("sealed_ballot", "roll_entry", "board_ballot", "participation", "vote")
    if db.engine.dialect.name == "sqlite":
        query = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rollup%'"
    else:
        query = "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgname LIKE 'rollup%'"
    tables = {row[0] for row in db.session.execute(db.text(query))}
    assert tables == {trigger.table for trigger in TRIGGERS}
    assert not tables & set(sealed)


def test_a_change_in_the_middle_of_a_fold_waits_for_the_next(gathered: Consultation) -> None:
    folded()
    with transaction():
        db.session.query(Priority).filter_by(title="Quiet tables").update({"state": "refused"})
    with transaction():
        assert fold(clock.now(), at_once=1) == 1
    assert db.session.scalar(select(func.count()).select_from(RollupChange)) > 0
    folded()
    assert drift() == []


def live(visitor: Visitor) -> Page:
    folded()
    return visitor.get("/exampleton/manage/live/spending")


def test_the_page_shows_what_the_sums_say_and_hides_few_people(
    world: World, app: Flask, commissioner: Visitor, gathered: Consultation
) -> None:
    page = live(commissioner)
    assert "People who took part 104" in page.main
    assert "Published needs 5" in page.main
    assert ["Schools and education", "1", "60"] in page.rows("Services")
    wards = {row[0]: row[1] for row in page.rows("by ward")}
    assert (wards["Northfield"], wards["Eastbrook"]) == ("60", "Hidden")
    need(gathered, world.groups()[0], "Trees", author=None, state="waiting")
    assert "changes have come in since" in commissioner.get("/exampleton/manage/live/spending").main
    assert "Waiting for a moderator 1" in live(commissioner).main
    moderator = Visitor(app)
    moderator.sign_in(world.staff("moderator"))
    assert moderator.get("/exampleton/manage/live/spending").status == 200


def test_the_cache_may_be_lost_at_any_moment(
    commissioner: Visitor, gathered: Consultation, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = live(commissioner).main

    class Broken:
        def get(self, _key: str) -> bytes:
            raise redis.ConnectionError("gone")

    again = commissioner.get("/exampleton/manage/live/spending").main
    monkeypatch.setattr(pictures, "_store", lambda _url: Broken())
    assert commissioner.get("/exampleton/manage/live/spending").main == again == first


def test_the_command_checks_and_puts_right(app: Flask, gathered: Consultation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participation.cli.app.create_app", lambda _settings: app)
    monkeypatch.setattr(
        "participation.cli.app.Settings.from_environment", classmethod(lambda _cls: app.config["SETTINGS"])
    )
    run = CliRunner()
    assert "changes folded in" in run.invoke(rollups, ["fold"]).output
    assert "The live sums are what a full count gives" in run.invoke(rollups, ["rebuild", "--check"]).output
    with transaction():
        db.session.execute(update(RollupCell).where(RollupCell.measure == "support").values(number=7))
    result = run.invoke(rollups, ["rebuild", "--check"])
    assert result.exit_code == 1
    assert "live 7, counted" in result.output
    assert "sums counted anew" in run.invoke(rollups, ["rebuild"]).output
    assert run.invoke(rollups, ["rebuild", "--check"]).exit_code == 0


def _die_in_a_fold(settings: Settings) -> None:
    """A worker of its own process, killed when a fold is done and not committed."""
    app = create_app(settings)
    with app.app_context(), transaction():
        fold(clock.now())
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_a_worker_killed_in_a_fold_changes_nothing(app: Flask, gathered: Consultation) -> None:
    noted = waiting()
    db.session.rollback()
    worker = multiprocessing.get_context("spawn").Process(target=_die_in_a_fold, args=(app.config["SETTINGS"],))
    worker.start()
    worker.join(60)
    assert worker.exitcode == -signal.SIGKILL
    assert noted == waiting() > 0
    assert cells() == {}
    db.session.rollback()
    assert drift() == []
    assert cells()
