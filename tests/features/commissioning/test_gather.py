"""Evidence is what the database says: people once each, only what is published, and who could have taken part."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from participation import clock
from participation.commissioning.gather import gather, gather_participation
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.needs.evidence import PRIORITIES, VOTE, Evidence
from participation.needs.summarise import summarise
from participation.priorities.models import PrioritySupport
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.commissioning.stage import Kind, counted_queries, many_needs, need, population, residents, vote


def people_by(evidence: Evidence, activity: str, place: int) -> dict[str | None, int]:
    found: dict[str | None, int] = {}
    for cell in evidence.activity(activity).cells:
        found[cell.groups[place]] = found.get(cell.groups[place], 0) + cell.people
    return found


def test_a_person_counts_once_however_many_needs_they_support(world: World) -> None:
    consultation, wards, groups = world.consultation(gather=(-20, 5)), world.wards(), world.groups()
    people = residents(wards, Kind(30, 0, "16-24", "Female"), Kind(12, 1, "65+"), Kind(3, 2))
    lighting = need(consultation, groups[0], "Better lighting", people[:40], author=people[0])
    need(consultation, groups[1], "More bins", people[10:45], author=people[44], about=wards[1])
    need(consultation, groups[1], "Refused", people[:20], author=people[1], state="refused")
    evidence = gather(consultation)
    evidence.check()
    assert evidence.activity(PRIORITIES).people == 45
    assert people_by(evidence, PRIORITIES, 0) == {wards[0].code: 30, wards[1].code: 12, wards[2].code: 3}
    assert people_by(evidence, PRIORITIES, 1) == {"16-24": 30, "65+": 12, None: 3}
    assert people_by(evidence, PRIORITIES, 2) == {"Female": 30, None: 15}
    assert {p.title: p.supporters for p in evidence.priorities} == {"Better lighting": 40, "More bins": 35}
    bins = next(p for p in evidence.priorities if p.title == "More bins")
    assert (bins.service, bins.area, bins.area_code) == (groups[1].plain_name, wards[1].name, wards[1].code)
    assert sum(t.people for t in evidence.priorities_together) == 45
    assert sum(t.people for t in evidence.priorities_together if t.codes == (lighting,)) == 10


def test_an_author_without_a_support_row_took_part_too(world: World) -> None:
    consultation, wards, groups = world.consultation(gather=(-20, 5)), world.wards(), world.groups()
    people = residents(wards, Kind(5, 0), Kind(1, 2))
    need(consultation, groups[0], "Better lighting", people[:5], author=people[5])
    evidence = gather(consultation)
    evidence.check()
    assert evidence.activity(PRIORITIES).people == 6
    assert evidence.priorities[0].supporters == 5


def test_somebody_who_moved_is_in_the_ward_of_their_last_act(world: World) -> None:
    consultation, wards, groups = world.consultation(gather=(-20, 5)), world.wards(), world.groups()
    [person] = residents(wards, Kind(1, 0))
    now = clock.now()
    need(consultation, groups[0], "First", [person], at=now - timedelta(days=2))
    need(consultation, groups[0], "Second", [person], at=now - timedelta(days=1))
    with transaction():
        db.session.execute(
            update(PrioritySupport)
            .where(PrioritySupport.supported_at > now - timedelta(days=1, hours=1))
            .values(ward_id=wards[1].id)
        )
    evidence = gather(consultation)
    assert people_by(evidence, PRIORITIES, 0) == {wards[1].code: 1}
    assert all(priority.cells[0].groups[0] == wards[1].code for priority in evidence.priorities)


def test_what_waits_and_what_was_refused_is_said(world: World) -> None:
    consultation, wards, groups = world.consultation(gather=(-20, 5)), world.wards(), world.groups()
    people = residents(wards, Kind(4, 0))
    need(consultation, groups[0], "Published", people[:1], author=people[0])
    need(consultation, groups[0], "Waiting", author=people[1], state="waiting")
    need(consultation, groups[0], "Refused", author=people[2], state="refused")
    need(consultation, groups[0], "Refused again", author=people[2], state="refused")
    need(consultation, groups[0], "Refused, but another stands", author=people[0], state="refused")
    evidence = gather(consultation)
    assert evidence.waiting == 1
    assert [(e.people) for e in evidence.exclusions] == [1]


@pytest.mark.parametrize("published", [True, False])
def test_nothing_of_a_vote_is_read_before_its_result_is_published(world: World, published: bool) -> None:
    consultation, wards = world.consultation(gather=(-30, -20), vote=(-15, -5), options=3), world.wards()
    voters = residents(wards, Kind(20, 0, "25-34", "Male"), Kind(15, 1, "65+", "Female"))
    ballots = [["option-1", "option-2"]] * 20 + [["option-2"]] * 10 + [[]] * 5
    run = vote(consultation, voters, ballots, published=published)
    evidence = gather(db.session.get(Consultation, consultation.id))
    evidence.check()
    if not published:
        assert evidence.vote is None
        assert evidence.activity(VOTE) is None
        assert "vote" not in summarise(evidence).to_json().split('"use":')[0].split('"participation":')[1]
        return
    assert evidence.activity(VOTE).people == 35
    assert people_by(evidence, VOTE, 1) == {"25-34": 20, "65+": 15}
    assert {o.code: (o.votes, o.funded) for o in evidence.vote.options} == {
        "option-1": (20, True), "option-2": (30, True), "option-3": (0, False),
    }  # fmt: skip
    assert (evidence.vote.ballots, evidence.vote.input_digest) == (35, run.input_digest)
    assert {t.codes: t.people for t in evidence.vote.together} == {
        (): 5, ("option-1", "option-2"): 20, ("option-2",): 10,
    }  # fmt: skip


def test_population_is_cut_to_those_old_enough_and_says_what_is_estimated(world: World) -> None:
    consultation, wards = world.consultation(gather=(-20, 5)), world.wards()
    population(wards)
    ward, age, sex = gather(consultation).dimensions
    # A ward has 200 people a band; of the five years from 15 to 19, four are old enough: 160. The second has twice that.
    assert {g.name: g.population for g in ward.groups} == {"Northfield": 2160, "Southgate": 4320, "Eastbrook": 2160}
    assert {g.code: g.population for g in age.groups} == {
        "16-24": 1440, "25-34": 1600, "35-49": 2400, "50-64": 2400, "65+": 800,
    }  # fmt: skip
    assert {g.code: g.population for g in sex.groups} == {"Female": 4320, "Male": 4320}
    assert ward.population == age.population == sex.population == 8640
    assert "aged 16 to 19 are an estimate: 4 of the 5 years of the published band 15 to 19" in age.population_source
    assert age.groups[0].name == "16 to 24"


def test_an_older_minimum_age_changes_the_frame_and_the_name_of_the_band(world: World) -> None:
    consultation, wards = world.consultation(gather=(-20, 5), minimum_age=18), world.wards()
    population(wards)
    _, age, _ = gather(consultation).dimensions
    assert (age.groups[0].name, age.groups[0].population) == ("18 to 24", 320 + 800)


def test_a_council_without_figures_by_sex_gets_no_guess(world: World) -> None:
    consultation, wards = world.consultation(gather=(-20, 5)), world.wards()
    population(wards, split_by_sex=False)
    ward, age, sex = gather(consultation).dimensions
    assert ward.population == age.population == 4320
    assert [group.population for group in sex.groups] == [None, None]
    assert "No population figures by sex" in sex.population_source


def test_a_consultation_nobody_answered_has_evidence(world: World) -> None:
    evidence = gather(world.consultation(gather=(-20, 5)))
    evidence.check()
    assert evidence.activity(PRIORITIES).people == 0
    assert summarise(evidence).priorities == ()


def test_an_erased_account_is_in_no_figure(world: World) -> None:
    consultation, wards, groups = world.consultation(gather=(-20, 5)), world.wards(), world.groups()
    people = residents(wards, Kind(12, 0))
    need(consultation, groups[0], "Better lighting", people, author=people[0])
    with transaction():
        db.session.execute(delete(PrioritySupport).where(PrioritySupport.account_id == people[0]))
        db.session.execute(db.text("UPDATE priority SET author_id = NULL"))
    evidence = gather(consultation)
    assert evidence.activity(PRIORITIES).people == evidence.priorities[0].supporters == 11


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    small = world.consultation("small", gather=(-30, -20), vote=(-15, -5), options=2)
    large = world.consultation("large", gather=(-30, -20), vote=(-15, -5), options=2)
    wards, groups = world.wards(), world.groups()
    people = residents(wards, Kind(30, 0, "16-24"), Kind(30, 1, "65+"))
    for number, consultation in ((10, small), (1000, large)):
        many_needs(consultation, groups[0], [people[place % 50 : place % 50 + 5] for place in range(number)])
        vote(consultation, people, [["option-1"]] * 60)
    taken = []
    for consultation in (small, large):
        db.session.expire_all()
        found = db.session.get(Consultation, consultation.id)
        with counted_queries() as queries:
            evidence = gather(found)
        taken.append(len(queries))
        assert len(evidence.priorities) in (10, 1000)
    assert taken[0] == taken[1]
    assert taken[0] <= 33


def test_a_page_about_many_consultations_asks_no_more_often(world: World) -> None:
    wards, groups = world.wards(), world.groups()
    people = residents(wards, Kind(12, 0))
    made = [world.consultation(f"number-{place}", gather=(-20, 5)) for place in range(12)]
    for consultation in made:
        need(consultation, groups[0], "Better lighting", people)
    taken = []
    for some in (made[:2], made):
        ids = [one.id for one in some]
        db.session.expire_all()
        loaded = list(db.session.scalars(db.select(Consultation).where(Consultation.id.in_(ids))))
        for one in loaded:
            assert one.phases
            assert one.services
        with counted_queries() as queries:
            found = gather_participation(loaded)
        assert all(one.activity(PRIORITIES).people == 12 for one in found.values())
        taken.append(len(queries))
    assert taken[0] == taken[1]
