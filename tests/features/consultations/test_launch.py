"""Two people launch a consultation; what is not met needs a reason; purposes, copies, and more time for residents."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from participation import clock
from participation.approvals.models import Approval
from participation.approvals.refusals import PayloadChanged
from participation.audit.models import AuditEvent
from participation.consultations import copying, gates, launching
from participation.consultations.blueprints import BLUEPRINTS
from participation.consultations.models import (
    Consultation,
    Edition,
    LaunchRequest,
    Phase,
    PhaseExtension,
    SideQuestion,
)
from participation.consultations.refusals import ReasonMissing, SecondPersonNeeded
from participation.eligibility.models import EligibilityRule
from participation.extensions import db
from participation.transactions import transaction
from tests.factories.world import World
from tests.visitor import Visitor

GAP = re.compile(r"\[[^\]]+\]")
MANAGE = "/exampleton/manage"
SPENDING = f"{MANAGE}/consultations/spending"
# A Monday in autumn: no election and no holiday within six weeks.
AUTUMN = datetime(2026, 9, 7, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def only_our_gates(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "app" in request.fixturenames:  # making the application adds the gate of the vote
        request.getfixturevalue("app")
    own = tuple(gate for gate in gates.GATES if gate.__module__ == gates.__name__)
    monkeypatch.setattr(gates, "GATES", own)
    monkeypatch.setattr(gates, "DOUBTS", tuple(gate for gate in gates.DOUBTS if gate.__module__ == gates.__name__))


@pytest.fixture
def asker(world: World, visitor: Visitor) -> Visitor:
    visitor.sign_in(world.staff("moderator"))
    return visitor


@pytest.fixture
def second(app: Flask, world: World) -> Visitor:
    other = Visitor(app)
    other.sign_in(world.staff("editor"))
    return other


def the(slug: str = "spending") -> Consultation:
    return db.session.query(Consultation).filter_by(slug=slug).one()


def short(world: World) -> Consultation:
    """A draft with three doubts: 19 days, nothing that costs nothing, nobody said who is affected."""
    made = world.consultation("spending", vote=(1, 20), state="draft", options=2)
    with transaction():
        moved = db.session.get_one(Consultation, made.id)
        moved.decision_date = date(2027, 1, 20)
        for phase in moved.phases:
            phase.opens_at, phase.closes_at = AUTUMN + timedelta(days=7), AUTUMN + timedelta(days=26)
    return made


REASONS = {
    "long_enough": "The fund ends in spring.",
    "offers_no_change": "It must be spent.",
    "equality_considered": "See annex.",
}


def test_each_doubt_needs_a_reason_and_a_second_person(world: World, asker: Visitor, second: Visitor) -> None:
    with clock.frozen_at(AUTUMN):
        short(world)
        asker.sign_in(world.staff("moderator"))
        second.sign_in(world.staff("editor"))
        page = asker.get(f"{SPENDING}/launch")
        assert "Residents have 19 days to take part." in page.main
        page = asker.submit("Ask a second person", offers_no_change="It must be spent.")
        assert (page.status, page.errors) == (422, ["Say why it is launched nevertheless"] * 2)
        assert page.soup.select_one("#offers_no_change").get_text().strip() == "It must be spent."
        asker.submit("Ask a second person", **REASONS)
        assert "It waits for a second person" in asker.page.main
        page = asker.get(f"{SPENDING}/launch")
        assert "You asked. Somebody else who edits consultations has to approve it." in page.main
        assert not page.soup.select("main form")
        assert "waits for a second person to approve its launch" in second.get(MANAGE).main
        page = second.get(f"{SPENDING}/launch")
        assert all(reason in page.main for reason in REASONS.values())
        second.submit("Approve and launch")
    assert the().state == "launched"
    request = db.session.query(LaunchRequest).one()
    assert request.approval.decision == "approved"
    assert request.reasons == REASONS
    assert request.approval.requested_by != request.approval.decided_by
    tags = [event.tag for event in db.session.query(AuditEvent).order_by(AuditEvent.index)]
    assert tags == ["approval-asked", "launch-asked", "approval-given", "consultation-launched"]


def test_the_page_of_requests_shows_what_is_approved_with_each_reason(
    world: World, asker: Visitor, second: Visitor
) -> None:
    with clock.frozen_at(AUTUMN):
        short(world)
        asker.sign_in(world.staff("moderator"))
        asker.get(f"{SPENDING}/launch")
        asker.submit("Ask a second person", **REASONS)
    with clock.frozen_at(AUTUMN + timedelta(days=6)):
        second.sign_in(world.staff("editor"))
        page = second.get(f"{MANAGE}/approvals")
        told = {row.dt.get_text(strip=True): row.dd.get_text(strip=True) for row in page.soup.select("main dl > div")}
        assert told == {" ".join(doubt.sentences): REASONS[doubt.code] for doubt in gates.doubts(the())}
        assert len(told) == len(REASONS)
        assert "Preview it first" in second.follow("Read all of it and preview it").main
        changed = the()
        changed.summary = "Something else entirely?"
        db.session.commit()
        assert "The draft was changed after it was asked for." in second.get(f"{MANAGE}/approvals").main
        assert second.submit("Approve").status == 409


def test_a_launch_without_doubts_says_that_every_check_is_passed(
    world: World, asker: Visitor, second: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gates, "DOUBTS", ())
    with clock.frozen_at(AUTUMN):
        short(world)
        asker.sign_in(world.staff("moderator"))
        asker.get(f"{SPENDING}/launch")
        asker.submit("Ask a second person")
        second.sign_in(world.staff("editor"))
        assert "Every check is passed." in second.get(f"{MANAGE}/approvals").main


def test_who_asked_cannot_approve_by_a_forged_form(world: World, asker: Visitor) -> None:
    with clock.frozen_at(AUTUMN):
        short(world)
        asker.sign_in(world.staff("moderator"))
        asker.get(f"{SPENDING}/launch")
        asker.submit("Ask a second person", **REASONS)
        token = asker.get(f"{MANAGE}/consultations/new").soup.select_one("main input[name=csrf_token]")["value"]
        for door in ("approve", "send-back"):
            sent = {"csrf_token": token, "version": 1, "note": "x"}
            assert asker.post(f"{SPENDING}/launch/{door}", sent).status == 409
    assert the().state == "draft"


def test_sent_back_it_is_a_draft_with_a_note(world: World, asker: Visitor, second: Visitor) -> None:
    with clock.frozen_at(AUTUMN):
        short(world)
        asker.sign_in(world.staff("moderator"))
        second.sign_in(world.staff("editor"))
        asker.get(f"{SPENDING}/launch")
        asker.submit("Ask a second person", **REASONS)
        second.get(f"{SPENDING}/launch")
        assert second.submit("Send it back").errors == ["Enter what has to change"]
        second.submit("Send it back", note="Ask for six weeks.")
        page = asker.get(f"{SPENDING}/launch")
        assert "Ask for six weeks." in page.main
        asker.submit("Ask a second person", **REASONS)
        second.get(f"{SPENDING}/launch")
        second.submit("Approve and launch")
    assert the().state == "launched"


def test_a_change_after_the_request_needs_a_new_one(world: World, asker: Visitor, second: Visitor) -> None:
    with clock.frozen_at(AUTUMN):
        short(world)
        asker.sign_in(world.staff("moderator"))
        second.sign_in(world.staff("editor"))
        asker.get(f"{SPENDING}/launch")
        asker.submit("Ask a second person", **REASONS)
        second.get(f"{SPENDING}/launch")
        changed = the()
        changed.version, changed.summary = 2, "Something else entirely?"
        db.session.commit()
        assert second.submit("Approve and launch").status == 409
        assert launching.open_request(the()) is None
    assert the().state == "draft"


def doubtful(world: World) -> Consultation:
    """A draft that every check finds something about, and nothing that stops it for good."""
    hard = "Notwithstanding considerable organisational difficulties, the administration endeavours to implement " * 4
    made = world.consultation("spending", gather=(1, 5), vote=(6, 20), state="draft", options=2)
    with transaction():
        one = db.session.get_one(Consultation, made.id)
        one.decided_so_far, one.decision_date, one.background = "decided", date(2026, 12, 1), f"{hard}rationalisation."
        one.council.languages = ["en", "cy"]
        one.options[0].delivery_model, one.options[0].description = "in_house", "A cheap row of trees. " * 20
        for option in one.options:
            option.cost_pence = 0
        for phase, first, last in zip(
            one.phases, (date(2026, 12, 20), date(2027, 3, 29)), (date(2026, 12, 30), date(2027, 4, 1)), strict=True
        ):
            phase.opens_at, phase.closes_at = at(first), at(last)
    return made


# "No option costs nothing" and "several cost nothing" exclude each other, and so do a short time and one over an election.
OTHERS = {"offers_no_change": {"cost_pence": 7}, "costs_are_given": {"cost_pence": 0}}


@pytest.mark.parametrize("code", [gate.__name__ for gate in gates.DOUBTS])
def test_each_doubt_by_itself_stops_the_launch_and_is_recorded_when_two_people_override_it(
    world: World, code: str
) -> None:
    people = [world.staff("moderator").id, world.staff("editor").id]
    with clock.frozen_at(AUTUMN):
        made = doubtful(world)
        with transaction():
            one = db.session.get_one(Consultation, made.id)
            for option in one.options:
                option.cost_pence = OTHERS.get(code, {}).get("cost_pence", option.cost_pence)
            if code == "alternatives_are_given":
                db.session.delete(one.options[1])
            if code == "long_enough":
                one.phases[1].opens_at, one.phases[1].closes_at = at(date(2027, 1, 1)), at(date(2027, 1, 20))
        one = db.session.get_one(Consultation, made.id)
        assert gates.problems(one) == []
        reasons = {doubt.code: f"Because of {doubt.code}." for doubt in gates.doubts(one)}
        assert code in reasons
        lacking = {**reasons, code: "  "}
        with pytest.raises(ReasonMissing) as refused, transaction():
            launching.ask(consultation=the(), version=1, reasons=lacking, actor_id=people[0])
        assert refused.value.facts["codes"] == [code]
        with transaction():
            launching.ask(consultation=the(), version=1, reasons=reasons, actor_id=people[0])
        seen = launching.open_request(the()).approval.payload_hash.hex()
        with pytest.raises(SecondPersonNeeded), transaction():
            launching.approve(consultation=the(), version=1, seen_hash=seen, actor_id=people[0])
        with pytest.raises(PayloadChanged), transaction():
            launching.approve(consultation=the(), version=1, seen_hash="00", actor_id=people[1])
        with transaction():
            launching.approve(consultation=the(), version=1, seen_hash=seen, actor_id=people[1])
    assert the().state == "launched"
    for tag in ("launch-asked", "consultation-launched"):
        event = db.session.query(AuditEvent).filter_by(tag=tag).one()
        assert code in event.public
    assert db.session.query(LaunchRequest).one().reasons[code] == f"Because of {code}."


@pytest.mark.parametrize("change", [
    lambda one: setattr(one, "summary", "Something else?"),
    lambda one: setattr(one.options[0], "cost_pence", 12),
    lambda one: setattr(one.phases[0], "closes_at", one.phases[0].closes_at + timedelta(days=1)),
    lambda one: db.session.add(EligibilityRule(consultation_id=one.id, tier=1, unit="person")),
    lambda one: db.session.add(SideQuestion(consultation_id=one.id, position=1, kind="text", words="Why?")),
    lambda one: one.editions.append(Edition(code="cy", title="T", text="Testun.")),
])  # fmt: skip
@pytest.mark.parametrize("page", ["launch", "approvals"])
def test_what_is_launched_is_what_was_approved_even_where_no_version_rose(
    world: World, asker: Visitor, second: Visitor, change: Callable[[Consultation], object], page: str
) -> None:
    with clock.frozen_at(AUTUMN):
        short(world)
        asker.sign_in(world.staff("moderator"))
        second.sign_in(world.staff("editor"))
        asker.get(f"{SPENDING}/launch")
        asker.submit("Ask a second person", **REASONS)
        second.get(f"{SPENDING}/launch" if page == "launch" else f"{MANAGE}/approvals")
        change(the())
        db.session.commit()
        assert second.submit("Approve").status == 409
        assert the().state == "draft"
        assert (
            "The last request for a launch is over: the draft was changed since."
            in asker.get(f"{SPENDING}/launch").main
        )


def test_the_page_of_approvals_launches_and_refuses_as_well(world: World, asker: Visitor, second: Visitor) -> None:
    with clock.frozen_at(AUTUMN):
        short(world)
        asker.sign_in(world.staff("moderator"))
        second.sign_in(world.staff("editor"))
        asker.get(f"{SPENDING}/launch")
        asker.submit("Ask a second person", **REASONS)
        assert "3 checks are not met, each with a reason." in second.get(f"{MANAGE}/approvals").main
        second.submit("Refuse")
        assert "sent it back on 7 September 2026, without a note." in asker.get(f"{SPENDING}/launch").main
        asker.submit("Ask a second person", **REASONS)
        second.get(f"{MANAGE}/approvals")
        second.submit("Approve")
    assert the().state == "launched"


def test_a_request_ends_after_a_week_to_the_second(world: World, asker: Visitor, second: Visitor) -> None:
    with clock.frozen_at(AUTUMN):
        short(world)
        asker.sign_in(world.staff("moderator"))
        asker.get(f"{SPENDING}/launch")
        asker.submit("Ask a second person", **REASONS)
    ends = db.session.query(Approval).one().expires_at
    assert ends == AUTUMN + timedelta(days=7)
    before_the_clocks_go_back = datetime(2026, 10, 20, 9, tzinfo=UTC)
    same_time_of_day = before_the_clocks_go_back + timedelta(days=7, hours=1)
    assert launching.LAUNCH.ends(before_the_clocks_go_back) == same_time_of_day
    with clock.frozen_at(ends - timedelta(seconds=1)):
        assert launching.open_request(the()) is not None
        second.sign_in(world.staff("editor"))
        second.get(f"{SPENDING}/launch")
    with clock.frozen_at(ends):
        assert launching.open_request(the()) is None
        assert second.submit("Approve and launch").status == 409
        assert "nobody approved it in time" in second.get(f"{SPENDING}/launch").main
    assert the().state == "draft"


def moments(first: date, last: date) -> list[Phase]:
    return [Phase(kind="gather", opens_at=at(first), closes_at=at(last))]


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize(("first", "last", "code"), [
    (date(2027, 3, 1), date(2027, 4, 20), "out_of_elections"),
    (date(2027, 7, 20), date(2027, 9, 5), "out_of_holidays"),
    (date(2026, 12, 14), date(2027, 1, 8), "out_of_holidays"),
    (date(2026, 9, 14), date(2026, 11, 20), None),
    (date(2026, 11, 25), date(2027, 1, 29), None),
])  # fmt: skip
def test_elections_and_holidays_raise_doubts(first: date, last: date, code: str | None) -> None:
    consultation = Consultation(phases=moments(first, last), options=[])
    found = {gate.__name__ for gate in (gates.out_of_elections, gates.out_of_holidays) if gate(consultation)}
    assert found == ({code} if code else set())


def test_a_text_that_is_hard_to_read_raises_a_doubt() -> None:
    hard = (
        "Notwithstanding considerable organisational difficulties, the administration endeavours to implement "
        "comprehensive infrastructure rationalisation, particularly regarding interdepartmental accommodation utilisation, "
        "whose environmental sustainability characteristics necessitate immediate reconsideration, evaluation, "
        "consultation and modification before any definitive determination."
    )
    easy = "We have less money. We want to know what you need. " * 6
    consultation = Consultation(
        summary=easy, background=hard, what_can_change="", what_cannot_change="", equality_note="", options=[]
    )
    (sentence,) = gates.reads_easily(consultation)
    assert sentence.startswith("“Why you are asking” needs a reader of about ")
    assert [name for name, _ in gates.reading_ages(consultation)] == ["Why you are asking", "Summary"]


@pytest.mark.parametrize("code", [blueprint.code for blueprint in BLUEPRINTS])
def test_every_purpose_makes_a_draft_that_can_be_saved_as_it_is(world: World, asker: Visitor, code: str) -> None:
    asker.get(MANAGE)
    asker.follow("Write a new consultation")
    chosen = next(one for one in BLUEPRINTS if one.code == code)
    asker.follow(chosen.name)
    page = asker.submit("Save as a draft", services=["env"], decision_maker="Cabinet")
    assert page.status == 200, page.errors
    made = db.session.query(Consultation).one()
    assert (made.cycle_step, made.influence) == (chosen.cycle_step, chosen.influence)
    assert {phase.kind for phase in made.phases} == {
        kind
        for kind, weeks in (("gather", chosen.gather_weeks), ("shape", chosen.shape_weeks), ("vote", chosen.vote_weeks))
        if weeks
    }
    # What is left in square brackets stops the launch; brackets of the officer's own do not.
    assert f"Fill in “{GAP.search(made.background)[0]}” in the reasons for asking." in gates.problems(made)
    for name in ("title", "summary", "background", "what_can_change", "what_cannot_change", "equality_note"):
        setattr(made, name, GAP.sub("[1] and [our own]", getattr(made, name)))
    assert gates.is_filled_in(made) == []
    assert gates.has_dates(made) == []
    assert gates.decides_afterwards(made) == []


def test_a_copy_has_the_texts_and_options_and_its_dates_move_together(world: World, asker: Visitor) -> None:
    world.consultation("spending", gather=(-100, -60), vote=(-50, -40), options=3)
    asker.get(SPENDING)
    asker.follow("Copy it into a new draft")
    page = asker.submit("Make the copy")
    assert page.h1.startswith("Edit")
    old, new = the(), the("copy-of-the-spending-consultation")
    assert (new.state, [option.code for option in new.options]) == ("draft", [option.code for option in old.options])
    days = [(phase.closes_at - phase.opens_at).days for phase in old.phases]
    assert [round((phase.closes_at - phase.opens_at) / timedelta(days=1)) for phase in new.phases] == days
    assert new.phases[0].opens_at.astimezone(clock.UK).date() == clock.today() + copying.OPENS_IN


def test_a_copy_keeps_the_time_of_day_over_a_change_of_the_clocks(world: World) -> None:
    with clock.frozen_at(datetime(2027, 3, 1, 12, tzinfo=UTC)):
        made = world.consultation("spending", gather=(-40, -10))
        with transaction():
            copied = copying.copy(consultation=db.session.get_one(Consultation, made.id), actor_id=None)
            (phase,) = copied.phases
            assert phase.opens_at.astimezone(clock.UK).hour == 12
            assert phase.opens_at.hour == 11


def test_residents_get_more_time_and_read_why(world: World, asker: Visitor) -> None:
    world.consultation("spending", gather=(-3, 10), vote=(30, 40), options=2)
    closes = clock.today() + timedelta(days=20)
    asker.get(SPENDING)
    asker.follow("Give residents more time for “Say what matters”")
    page = asker.submit("Move the closing date", reason="")
    assert page.errors == ["Enter why"]
    day = [closes.day, closes.month, closes.year]
    asker.submit("Move the closing date", closes_day=day, closes_time="5pm", reason="Floods closed the libraries.")
    page = asker.get("/exampleton/consultations/spending")
    assert "Why: Floods closed the libraries." in page.main
    extension = db.session.query(PhaseExtension).one()
    assert the().phases[0].closes_at == extension.closes_at > extension.closed_at_before


@pytest.mark.parametrize(("days", "error"), [
    (5, "The new closing date must be later than the one now."),
    (35, "The next phase opens before that."),
    (90, "The next phase opens before that."),
])  # fmt: skip
def test_more_time_has_limits(world: World, asker: Visitor, days: int, error: str) -> None:
    world.consultation("spending", gather=(-3, 10), vote=(30, 40), options=2)
    closes = clock.today() + timedelta(days=days)
    asker.get(f"{SPENDING}/extend/gather")
    page = asker.submit(
        "Move the closing date", closes_day=[closes.day, closes.month, closes.year], closes_time="9am", reason="Why."
    )
    assert page.status == 422
    assert page.errors[0].startswith(error)
    assert db.session.query(PhaseExtension).count() == 0


def test_a_vote_is_not_extended_and_nothing_before_it_opens(world: World, asker: Visitor) -> None:
    world.consultation("voting", vote=(-3, 10), options=2)
    world.consultation("later", gather=(3, 10))
    assert asker.get(f"{MANAGE}/consultations/voting/extend/vote").status == 409
    assert asker.get(f"{MANAGE}/consultations/later/extend/gather").status == 409
