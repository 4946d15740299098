"""The same three questions when the council has answered and again later, by the clock alone, with small numbers hidden."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from participation import clock
from participation.consultations import satisfaction
from participation.consultations.following import follow
from participation.consultations.letters import write_digests
from participation.consultations.models import Consultation, ConsultationResponse, SatisfactionAnswer
from participation.consultations.refusals import RoundNotOpen
from participation.consultations.satisfaction import BEGINS, open_round, round_of
from participation.councils.models import Council
from participation.extensions import db
from participation.transactions import transaction
from participation.web.models import OutboxMail
from tests.factories.world import World
from tests.visitor import Visitor

URL = "/exampleton/consultations/spending/satisfaction"
# A day in summer time; half a year later is winter time.
ANSWERED = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def answered(world: World) -> Consultation:
    made = world.consultation("spending", gather=(-90, -60))
    with transaction():
        db.session.add(
            ConsultationResponse(
                consultation_id=made.id, we_asked="A", you_said="B", we_did="C", decided_on=ANSWERED.date(), published_at=ANSWERED
            )
        )  # fmt: skip
    return made


@pytest.mark.parametrize("number", BEGINS)
def test_a_round_is_open_from_its_first_moment_until_before_its_last(number: int) -> None:
    """Answered at 1pm in summer time: in winter it begins, and in the next summer it ends, at 1pm as well."""
    begins, ends = {
        1: (ANSWERED, datetime(2026, 7, 27, 12, tzinfo=UTC)),
        2: (datetime(2026, 11, 30, 13, tzinfo=UTC), datetime(2027, 1, 25, 13, tzinfo=UTC)),
        3: (datetime(2027, 5, 31, 12, tzinfo=UTC), datetime(2027, 7, 26, 12, tzinfo=UTC)),
    }[number]
    found = [open_round(ANSWERED, moment) for moment in (begins - SECOND, begins, ends - SECOND, ends)]
    assert found == [None, number, number, None]


def test_a_resident_answers_and_changes_it_and_again_half_a_year_later(
    world: World, visitor: Visitor, answered: Consultation
) -> None:
    resident = world.resident()
    for number, moment in ((1, ANSWERED + timedelta(days=1)), (2, round_of(ANSWERED, 2)[0])):
        with clock.frozen_at(moment):
            visitor.sign_in(resident)
            visitor.get("/exampleton/consultations/spending")
            visitor.follow("Say how it turned out: three questions")
            assert len(visitor.submit("Send your answers", met="4").errors) == 2
            visitor.submit("Send your answers", met="4", told="2", heard="5")
            visitor.submit("Send your answers", told="3")
            kept = db.session.get(SatisfactionAnswer, (answered.id, number, resident.id))
            assert (kept.met, kept.told, kept.heard) == (4, 3, 5)
    assert db.session.query(SatisfactionAnswer).count() == 2


def test_nothing_is_shown_before_the_round_is_over_and_nothing_small_ever(
    world: World, visitor: Visitor, answered: Consultation
) -> None:
    people = world.residents(32)
    rows = [(5, 5, 5)] * 20 + [(1, 4, 5)] * 12
    with transaction():
        db.session.add_all(
            SatisfactionAnswer(consultation_id=answered.id, round=1, account_id=who, met=met, told=told, heard=heard)
            for who, (met, told, heard) in zip(people, rows, strict=True)
        )
        db.session.add(
            SatisfactionAnswer(consultation_id=answered.id, round=2, account_id=people[0], met=1, told=1, heard=1)
        )
    with clock.frozen_at(round_of(ANSWERED, 1)[1] - SECOND):
        assert "residents answered" not in visitor.get(URL).main
    with clock.frozen_at(round_of(ANSWERED, 1)[1]):
        page = visitor.get(URL)
        assert "32 residents answered" in page.main
        meets = dict(page.rows("meets the need")[1:])
        assert (meets["Strongly agree"], meets["Strongly disagree"]) == ("20", "12")
    with clock.frozen_at(round_of(ANSWERED, 2)[1]):
        assert "Fewer than 10 residents answered, too few to show." in visitor.get(URL).main


def test_the_small_answer_is_hidden_with_another() -> None:
    assert satisfaction.shown([20, 12, 3, 0, 0], 10).count(None) >= 2


def test_followers_are_asked_again(world: World, answered: Consultation) -> None:
    resident = world.resident("ann@example.org")
    with transaction():
        follow(consultation_id=answered.id, account_id=resident.id)
    with clock.frozen_at(round_of(ANSWERED, 2)[0] + timedelta(hours=1)):
        with transaction():
            assert write_digests(db.session.get_one(Council, world.here.id)) == 1
        assert "We ask you again how “The spending consultation” turned out" in db.session.query(OutboxMail).one().body


def test_before_the_answer_and_between_rounds_nobody_answers(
    world: World, visitor: Visitor, answered: Consultation
) -> None:
    world.consultation("running", gather=(-1, 5))
    visitor.sign_in(world.resident())
    assert visitor.get("/exampleton/consultations/running/satisfaction").status == 404
    resident = world.resident()
    found = db.session.get_one(Consultation, answered.id)
    answers = dict.fromkeys(satisfaction.QUESTIONS, 5)
    with clock.frozen_at(round_of(ANSWERED, 1)[1]), pytest.raises(RoundNotOpen):
        satisfaction.say(consultation=found, account_id=resident.id, answers=answers)
    assert db.session.query(SatisfactionAnswer).count() == 0
