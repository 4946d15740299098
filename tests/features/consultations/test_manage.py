"""Staff run a consultation through its pages: draft, options, launch, close, answer; and nobody else does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from participation import clock
from participation.accounts.models import Account, RoleGrant
from participation.audit.record import broken_at
from participation.consultations import gates
from participation.consultations.lifecycle import Stage, stage_of
from participation.consultations.models import CommissioningOption, Consultation
from participation.extensions import db
from tests.factories.world import World
from tests.features.queries import counted_queries
from tests.visitor import Page, Visitor

MANAGE = "/exampleton/manage"
SPENDING = f"{MANAGE}/consultations/spending"


def parts(day: date) -> list[int]:
    return [day.day, day.month, day.year]


def in_days(days: int) -> list[int]:
    return parts(clock.today() + timedelta(days=days))


def typed(**changes: object) -> dict[str, object]:
    """A whole consultation as a moderator types it."""
    return {
        "title": "How should we spend £1.5 million?", "summary": "Choose what to pay for.", "background": "Why.\n\nAnd how.",
        "what_can_change": "What we buy.", "what_cannot_change": "The total.", "services": ["env", "cul"],
        "influence": "collaborate", "cycle_step": "plan", "equality_note": "Older people use parks most.",
        "decided_so_far": "nothing",
        "decision_maker": "Cabinet", "decision_date": in_days(90),
        "gather_opens_day": in_days(1), "gather_opens_time": "9am", "gather_closes_day": in_days(50),
        "gather_closes_time": "5:30pm", **changes,
    }  # fmt: skip


@pytest.fixture
def moderator(world: World, visitor: Visitor) -> Visitor:
    world.council()
    visitor.sign_in(world.staff("moderator"))
    return visitor


@pytest.fixture(autouse=True)
def only_our_gates(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The vote adds a gate of its own; these tests are about the ones of consultations."""
    if "app" in request.fixturenames:  # making the application adds the gate of the vote
        request.getfixturevalue("app")
    own = tuple(gate for gate in gates.GATES if gate.__module__ == gates.__name__)
    monkeypatch.setattr(gates, "GATES", own)


@pytest.fixture(autouse=True)
def a_quiet_time(only_our_gates: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the date on which the tests run, no election and no holiday is near; their own tests are in test_launch."""
    loud = (gates.out_of_elections, gates.out_of_holidays)
    quiet = tuple(gate for gate in gates.DOUBTS if gate not in loud and gate.__module__ == gates.__name__)
    monkeypatch.setattr(gates, "DOUBTS", quiet)


def launched(visitor: Visitor, slug: str = "spending", **reasons: str) -> Page:
    """Ask for the launch, and let somebody else approve it."""
    visitor.get(f"{MANAGE}/consultations/{slug}/launch")
    visitor.submit("Ask a second person to approve it", **reasons)
    second = Visitor(visitor.client.application)
    council = the(slug).council
    account = Account(
        council_id=council.id, kind="staff", email="second@council.example", email_canonical="second@council.example",
        created_at=clock.now(), confirmed_at=clock.now(),
    )  # fmt: skip
    account.grants = [RoleGrant(role="editor", granted_at=clock.now())]
    db.session.add(account)
    db.session.commit()
    second.sign_in(account)
    second.get(f"{MANAGE}/consultations/{slug}/launch")
    return second.submit("Approve and launch")


def the(slug: str = "spending") -> Consultation:
    return db.session.query(Consultation).filter_by(slug=slug).one()


def test_a_draft_becomes_a_consultation_that_opens_by_itself(moderator: Visitor) -> None:
    moderator.get(MANAGE)
    moderator.follow("Write a new consultation")
    moderator.follow("Start from an empty page")
    page = moderator.submit("Save as a draft", **typed())
    assert page.h1 == "How should we spend £1.5 million?"
    slug = "how-should-we-spend-1-5-million"
    made = the(slug)
    assert (made.state, [group.code for group in made.services]) == ("draft", ["env", "cul"])
    (phase,) = made.phases
    assert (phase.kind, phase.closes_at.astimezone(clock.UK).strftime("%H:%M")) == ("gather", "17:30")
    moderator.follow("Preview it as a resident")
    assert "This is how residents will see it." in moderator.page.main
    moderator.follow("Back to the draft")
    page = launched(moderator, slug)
    assert "Opening soon" in page.main
    assert "A consultation was launched" in page.main
    opens = the(slug).phases[0].opens_at
    assert stage_of(the(slug), opens - timedelta(seconds=1)) is Stage.UPCOMING
    assert stage_of(the(slug), opens) is Stage.GATHERING
    assert broken_at(made.council_id) is None


def test_a_form_with_mistakes_keeps_everything_and_saves_nothing(moderator: Visitor) -> None:
    moderator.get(f"{MANAGE}/consultations/new")
    page = moderator.submit(
        "Save as a draft",
        **typed(
            title=" ", services=None, decision_date=[31, 2, 2027], gather_opens_time="nine", vote_closes_day=in_days(80)
        ),
    )
    assert page.status == 422
    assert page.errors == [
        "Enter a title", "Enter a real date", "Enter a time, like 9am or 5:30pm",
        "Enter a date for “Vote: first day”",
    ]  # fmt: skip
    assert page.soup.select_one("#background").get_text().strip() == "Why.\n\nAnd how."
    assert [box["value"] for box in page.soup.select("input[name=decision_date]")] == ["31", "2", "2027"]
    assert page.soup.select_one("#gather_opens_time")["value"] == "nine"
    assert db.session.query(Consultation).count() == 0


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"gather_closes_day": in_days(1), "gather_closes_time": "9am"}, "It must close after it opens"),
        ({"gather_opens_day": [29, 3, 2026], "gather_opens_time": "1:30am"}, "The clocks change that night"),
        ({"gather_closes_day": None}, "Enter a date for “Needs: last day”"),
        ({"gather_opens_time": ""}, "Enter a time for “Needs: opens at”"),
        ({"minimum_age": "121"}, "The youngest age must be from 0 to 120"),
        ({"influence": "rule"}, "Choose one of the answers on the page"),
    ],
)
def test_dates_and_choices_that_make_no_sense(moderator: Visitor, changes: dict[str, object], error: str) -> None:
    moderator.get(f"{MANAGE}/consultations/new")
    page = moderator.submit("Save as a draft", **typed(**changes))
    assert page.status == 422
    assert any(error in line for line in page.errors), page.errors


def test_two_consultations_of_one_title_get_two_addresses(moderator: Visitor) -> None:
    for _ in range(3):
        moderator.get(f"{MANAGE}/consultations/new")
        moderator.submit("Save as a draft", **typed(title="New"))
    assert sorted(one.slug for one in db.session.query(Consultation)) == ["new-2", "new-3", "new-4"]


def test_options_are_added_changed_and_removed(world: World, moderator: Visitor) -> None:
    world.consultation("spending", vote=(1, 60), state="draft")
    moderator.get(SPENDING)
    moderator.follow("Add an option")
    southgate = world.wards()[1]
    page = moderator.submit(
        "Save the option", title="A pocket park", description="Seats and shade.", cost="£240,000.50", group="env",
        ward=southgate.code, delivery_model="in_house",
    )  # fmt: skip
    assert page.rows()[1][:5] == [
        "A pocket park",
        "£240,000.50",
        "Waste, parks and environment",
        "Southgate",
        "In-house",
    ]
    moderator.follow("Edit A pocket park")
    assert moderator.page.soup.select_one("#cost")["value"] == "240,000.50"
    page = moderator.submit("Save the option", title="A park", cost="0", ward="", group="", delivery_model="")
    assert page.rows()[1][:5] == ["A park", "£0", "More than one", "Whole council", "Not decided"]
    assert db.session.query(CommissioningOption).one().code == "a-pocket-park"
    moderator.follow("Remove A park")
    page = moderator.submit("Remove the option")
    assert "There are no options." in page.main
    assert the().version == 4


@pytest.mark.parametrize(("cost", "error"), [
    ("", "Enter what it costs"), ("lots", "Enter an amount in pounds"), ("-5", "Enter an amount in pounds"),
    ("1.5 million", "Enter an amount in pounds"), ("99999999999", "The amount must be"),
])  # fmt: skip
def test_a_cost_that_is_not_one_is_refused(world: World, moderator: Visitor, cost: str, error: str) -> None:
    world.consultation("spending", vote=(1, 60), state="draft")
    moderator.get(f"{SPENDING}/options/new")
    page = moderator.submit("Save the option", title="Park", description="Trees.", cost=cost)
    assert page.status == 422
    assert error in page.errors[0]
    assert page.soup.select_one("#cost")["value"] == cost


def test_the_second_to_save_is_shown_both_versions_and_loses_nothing(
    app: object, world: World, moderator: Visitor
) -> None:
    world.consultation("spending", gather=(1, 60), state="draft", summary="The first summary.")
    other = Visitor(app)  # type: ignore[arg-type]
    other.sign_in(world.staff("editor"))
    for visitor in (moderator, other):
        visitor.get(f"{SPENDING}/edit")
    other.submit("Save", summary="Their summary.")
    page = moderator.submit("Save", title="My title", summary="My summary.")
    assert (page.status, "Somebody else changed this" in page.main) == (409, True)
    theirs = {row.dt.get_text(): row.dd.get_text(strip=True) for row in page.soup.select(".govuk-summary-list__row")}
    assert theirs == {"Title": "The spending consultation", "Summary": "Their summary."}
    assert page.soup.select_one("#title")["value"] == "My title"
    assert the().summary == "Their summary."
    moderator.submit("Save")
    assert (the().title, the().summary) == ("My title", "My summary.")


def test_an_option_saved_from_an_old_page_is_a_conflict_too(world: World, moderator: Visitor) -> None:
    world.consultation("spending", vote=(1, 60), state="draft", options=2)
    moderator.get(f"{SPENDING}/options/option-1")
    changed = the()
    changed.version, changed.options[0].title = 2, "Their title"
    db.session.commit()
    page = moderator.submit("Save the option", title="My title")
    assert (page.status, "Their title" in page.main) == (409, True)
    assert page.soup.select_one("#title")["value"] == "My title"
    moderator.submit("Save the option")
    assert the().options[0].title == "My title"


BAD = {
    "without services": ({}, "Choose at least one service"),
    "without options": ({}, "Add at least 2 options"),
    "decided before it ends": ({"decision_date": date(2026, 1, 1)}, "The decision date must be after"),
    "without a reason": ({"background": "  "}, "Say why you are asking"),
}


@pytest.mark.parametrize("case", BAD)
def test_every_gate_refuses_first(world: World, moderator: Visitor, case: str) -> None:
    changes, problem = BAD[case]
    consultation = world.consultation("spending", vote=(1, 60), state="draft", **changes)
    if case == "without services":
        db.session.get(Consultation, consultation.id).services = []
        db.session.commit()
    page = moderator.get(f"{SPENDING}/launch")
    assert problem in page.main
    assert not page.soup.select("main button")
    sent = {"csrf_token": token(moderator), "version": 1, "equality_considered": "x", "offers_no_change": "x"}
    page = moderator.post(f"{SPENDING}/launch", sent)
    assert (page.status, problem in page.main) == (422, True)
    assert the().state == "draft"


def test_two_options_of_one_name_stop_a_launch(world: World, moderator: Visitor) -> None:
    world.consultation("spending", vote=(10, 60), state="draft", options=3)
    for option, title in zip(the().options, ("A bench", "a  Bench ", "Trees"), strict=True):
        option.title = title
    db.session.commit()
    said = "2 options are called “A bench”. Give each a title of its own."
    assert said in moderator.get(f"{SPENDING}/launch").main
    the().options[1].ward_id = world.wards()[0].id
    db.session.commit()
    assert said not in moderator.get(f"{SPENDING}/launch").main


def token(visitor: Visitor) -> str:
    page = visitor.get(f"{MANAGE}/consultations/new")
    return str(page.soup.select_one("main input[name=csrf_token]")["value"])


def test_dates_that_are_over_or_overlap_stop_a_launch(world: World, moderator: Visitor) -> None:
    world.consultation("over", gather=(-20, -2), state="draft")
    world.consultation("overlap", gather=(1, 50), vote=(40, 90), state="draft", options=2)
    world.consultation("backwards", gather=(60, 90), vote=(1, 50), state="draft", options=2)
    for slug, problem in (
        ("over", "would already be over"), ("overlap", "Two phases are open at the same time"),
        ("backwards", "Residents vote before they can say what matters"),
    ):  # fmt: skip
        assert problem in moderator.get(f"{MANAGE}/consultations/{slug}/launch").main


def test_before_it_opens_it_can_be_made_a_draft_again(world: World, moderator: Visitor) -> None:
    world.consultation("spending", gather=(1, 60))
    moderator.get(SPENDING)
    moderator.follow("Make it a draft again")
    page = moderator.submit("Make it a draft")
    assert "Edit the text and the dates" in page.main
    assert moderator.get("/exampleton/consultations/spending").status == 404


def test_closing_early_needs_a_reason_that_residents_read(world: World, moderator: Visitor) -> None:
    world.consultation("spending", gather=(-3, 60))
    moderator.get(SPENDING)
    moderator.follow("Close “Say what matters” early")
    assert moderator.submit("Close it now").errors == ["Choose why"]
    page = moderator.submit("Close it now", reason="election")
    assert "Closed" in page.main
    assert stage_of(the(), clock.now()) is Stage.CLOSED
    page = moderator.get("/exampleton/consultations/spending")
    assert "“Say what matters” closed before its date. An election was called" in page.main
    assert moderator.get(f"{SPENDING}/close/gather").status == 409


def test_an_answer_comes_after_the_close_and_is_dated_after_it(world: World, moderator: Visitor) -> None:
    world.consultation("spending", gather=(-30, -10))
    answer = {"we_asked": "What do you need?", "you_said": "Light.", "we_did": "Lamps on two paths."}
    moderator.get(SPENDING)
    moderator.follow("Publish what the council did")
    page = moderator.submit("Publish", **answer, decided_on=in_days(-11))
    assert page.errors == ["The decision date must be on or after the day residents' time ended."]
    assert page.soup.select_one("#we_did").get_text().strip() == "Lamps on two paths."
    page = moderator.submit("Publish", decided_on=in_days(1))
    assert page.errors == ["The decision date must be today or in the past."]
    page = moderator.submit("Publish", decided_on=in_days(-2))
    assert "Answered" in page.main
    moderator.follow("Correct what the council did")
    moderator.submit("Publish", we_did="Lamps on three paths.")
    assert "Lamps on three paths." in moderator.get("/exampleton/consultations/spending").main


def test_an_answer_corrected_by_two_people_loses_neither(world: World, moderator: Visitor) -> None:
    world.consultation("spending", gather=(-30, -10))
    answer = {"we_asked": "What?", "you_said": "Light.", "we_did": "Lamps.", "decided_on": in_days(-2)}
    moderator.get(f"{SPENDING}/response")
    moderator.submit("Publish", **answer)
    moderator.get(f"{SPENDING}/response")
    changed = the()
    changed.version, changed.response.we_did = changed.version + 1, "Their lamps."
    db.session.commit()
    page = moderator.submit("Publish", we_did="My lamps.")
    assert (page.status, "Their lamps." in page.main) == (409, True)
    assert page.soup.select_one("#we_did").get_text().strip() == "My lamps."
    moderator.submit("Publish")
    assert the().response.we_did == "My lamps."


ILLEGAL = {
    "draft": ("recall", "close/gather", "response"),
    "gathering": ("edit", "launch", "recall", "options/new", "response"),
    "upcoming": ("edit", "launch", "close/gather", "response"),
    "counting": ("edit", "launch", "recall", "close/vote", "response"),
    "withdrawn": ("edit", "launch", "recall", "close/gather", "withdraw", "response"),
    "closed": ("edit", "launch", "recall", "close/gather", "withdraw"),
}
MADE = {
    "draft": {"gather": (-3, 20), "state": "draft"}, "gathering": {"gather": (-3, 20)}, "upcoming": {"gather": (3, 20)},
    "counting": {"vote": (-20, -3)}, "withdrawn": {"gather": (-3, 20), "state": "withdrawn"}, "closed": {"gather": (-20, -3)},
}  # fmt: skip


@pytest.mark.parametrize(("stage", "move"), [(stage, move) for stage, moves in ILLEGAL.items() for move in moves])
def test_a_move_the_stage_does_not_allow_changes_nothing(
    world: World, moderator: Visitor, stage: str, move: str
) -> None:
    world.consultation("spending", **MADE[stage])
    before = (the().state, the().version)
    assert moderator.get(f"{SPENDING}/{move}").status == 409
    assert moderator.post(f"{SPENDING}/{move}", {"csrf_token": token(moderator), "version": 1}).status == 409
    assert (the().state, the().version) == before


PAGES = ("", "/edit", "/launch", "/withdraw", "/preview", "/options/new")


@pytest.mark.parametrize("role", ["commissioner", "administrator", "auditor", "key-holder"])
@pytest.mark.parametrize("page", PAGES)
def test_other_roles_do_not_run_consultations(world: World, visitor: Visitor, role: str, page: str) -> None:
    world.consultation("spending", gather=(1, 60), state="draft")
    visitor.sign_in(world.staff(role))
    assert visitor.get(f"{SPENDING}{page}").status == 403


@pytest.mark.parametrize("page", PAGES)
def test_an_editor_does(world: World, visitor: Visitor, page: str) -> None:
    world.consultation("spending", gather=(1, 60), state="draft")
    visitor.sign_in(world.staff("editor"))
    assert visitor.get(f"{SPENDING}{page}").status == 200


def test_residents_do_not_and_strangers_sign_in(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(1, 60), state="draft")
    assert visitor.get(SPENDING).path.startswith("/exampleton/sign-in")
    visitor.sign_in(world.resident())
    assert visitor.get(SPENDING).status == 403
    assert visitor.get(MANAGE).status == 403


def test_staff_of_another_council_are_strangers_here(world: World, visitor: Visitor) -> None:
    world.consultation("spending", gather=(1, 60), state="draft")
    visitor.sign_in(world.staff("moderator", council=world.council("otherham")))
    assert visitor.get(SPENDING).path.startswith("/exampleton/sign-in")
    assert visitor.get("/otherham/manage/consultations/spending").status == 404


def lines(page: Page) -> list[str]:
    return [item.get_text(strip=True) for item in page.soup.select("#duties + ul li")]


def test_the_staff_home_page_says_what_needs_doing(world: World, moderator: Visitor) -> None:
    gathering = world.consultation("gathering", gather=(-3, 5))
    world.priorities(gathering, ["One", "Two"], state="waiting")
    world.consultation("counting", vote=(-20, -3))
    world.consultation("closed", gather=(-20, -3))
    world.consultation("far", gather=(-3, 50))
    world.consultation("draft", gather=(3, 50), state="draft")
    found = lines(moderator.get(MANAGE))
    assert any("2 texts wait for a moderator" in line for line in found)
    assert any("Voting in “The counting consultation” has closed." in line for line in found)
    assert any("“The closed consultation” closed on" in line for line in found)
    assert any("“The gathering consultation” closes at" in line for line in found)
    assert found[-1] == "“The draft consultation” is a draft. Finish it, check it and ask for its launch."
    assert not any("far" in line for line in found)


def test_each_role_sees_its_own_work_only(world: World, visitor: Visitor) -> None:
    world.priority(world.consultation("gathering", gather=(-3, 5)), state="waiting")
    world.consultation("draft", gather=(1, 60), state="draft")
    visitor.sign_in(world.staff("commissioner"))
    page = visitor.get(MANAGE)
    assert "Nothing is waiting for you." in page.main
    assert "See what residents need" in page.main
    for words in ("Moderate", "Write a new consultation", "The draft consultation"):
        assert words not in page.main


def test_the_staff_list_asks_as_much_of_the_database_for_100_as_for_10(world: World, moderator: Visitor) -> None:
    for number in range(10):
        world.consultation(f"one-{number}", gather=(20, 60))
    moderator.get(MANAGE)
    with counted_queries() as few:
        moderator.get(MANAGE)
    for number in range(90):
        world.consultation(f"more-{number}", gather=(20, 60))
    with counted_queries() as many:
        moderator.get(MANAGE)
    assert len(many) == len(few) <= 20
