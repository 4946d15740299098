"""What a commissioner does: read the preview, sign it, quote the frozen version, look at one ward, take files away."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from participation import clock
from participation.audit.models import AuditEvent
from participation.commissioning.models import NeedsRecord
from participation.consultations.models import Consultation
from participation.extensions import db
from participation.needs.summary import Summary
from participation.priorities.models import PrioritySupport
from participation.transactions import transaction
from tests.factories.world import World
from tests.features.commissioning.stage import (
    HOME,
    SPENDING,
    Kind,
    counted_queries,
    folded,
    freeze,
    many_needs,
    need,
    population,
    residents,
    vote,
)
from tests.visitor import Visitor


def named(rows: list[list[str]], title: str) -> list[str]:
    """The row whose first cell begins with this title."""
    return next(row for row in rows if row[0].startswith(title))


ADDRESSES = [
    "", "/all/open", "/by-service/edu", "/spending", "/spending/needs", "/spending/needs/CODE", "/spending/group?of=ward:WARD",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_commissioners_see_needs(world: World, app, gathered: Consultation, address: str) -> None:
    code = db.session.execute(db.text("SELECT public_id FROM priority ORDER BY id")).scalars().first()
    path = HOME + address.replace("CODE", code).replace("WARD", world.wards()[0].code)
    assert Visitor(app).get(path, follow=False).status == 303
    for account in (world.resident(), world.staff("moderator"), world.staff("administrator")):
        other = Visitor(app)
        other.sign_in(account)
        assert other.get(path).status == 403
    commissioner = Visitor(app)
    commissioner.sign_in(world.staff("commissioner"))
    assert commissioner.get(path).status == 200


def test_a_commissioner_of_another_council_sees_nothing(world: World, visitor: Visitor, gathered: Consultation) -> None:
    other = world.council("otherham")
    visitor.sign_in(world.staff("commissioner", council=other))
    assert visitor.get(SPENDING, follow=False).status == 303


def test_the_dashboard_says_what_is_open_who_is_missing_and_what_changed(world: World, commissioner: Visitor) -> None:
    consultation, wards, groups = world.consultation(gather=(-20, 5)), world.wards(), world.groups()
    population(wards)
    people = residents(wards, Kind(90, 0, "25-34", "Female"), Kind(30, 1, "65+", "Male"))
    need(consultation, groups[0], "Better lighting", people, at=clock.now() - timedelta(days=3))
    world.consultation("older", gather=(-60, -30))
    assert "Still to hear from" not in commissioner.get(HOME).main
    folded()
    page = commissioner.get(HOME)
    assert [h.get_text() for h in page.soup.find_all("h2", class_="govuk-heading-l")] == [
        "Open now", "Waiting for a result or an answer", "Services by need",
    ]  # fmt: skip
    assert "120 people said what matters." in page.main
    assert "Still to hear from: people aged 16 to 24, 35 to 49 and 50 to 64; people in Eastbrook." in page.main
    assert "No summary has been frozen yet" in page.main
    assert ["Schools and education", "1", "Better lighting: 120 people"] in page.rows("Needs that residents named")
    freeze(commissioner)
    need(consultation, groups[1], "More bins", residents(wards, Kind(4, 2)))
    page = commissioner.get(HOME)
    assert "Since version 1: fewer than 10 more people took part." in page.main
    need(consultation, groups[1], "Fewer bins", residents(wards, Kind(20, 2)))
    page = commissioner.get(HOME)
    assert "Since version 1: 24 more people took part." in page.main


def test_the_preview_says_that_it_moves_and_shows_what_the_database_holds(
    commissioner: Visitor, gathered: Consultation
) -> None:
    page = commissioner.get(SPENDING)
    assert page.h1 == "The spending consultation"
    assert "Live preview These figures still move" in page.main
    assert "“Better street lighting” has the support of 60 of the 104 people who took part (58%)." in page.main
    rows = page.rows("Needs in order")
    titles = ("Better street lighting", "Benches in the park", "Longer library hours", "A chess club")
    assert [named(rows, title)[1] for title in titles] == ["60", "54", "35", "fewer than 10"]
    assert named(rows, "Benches in the park")[0] == "Benches in the park Southgate · Waste, parks and environment"
    assert named(rows, "A chess club")[3] == "–"


def test_a_council_without_figures_by_sex_says_so(world: World, commissioner: Visitor) -> None:
    consultation, wards = world.consultation(gather=(-20, -5)), world.wards()
    population(wards, split_by_sex=False)
    people = residents(wards, Kind(40, 0, "25-34", "Female"), Kind(30, 1, "65+", "Male"))
    need(consultation, world.groups()[0], "Better lighting", people)
    page = commissioner.get(SPENDING)
    assert named(page.rows("by sex"), "Female")[1:5] == ["40", "57%", "Not available", "Not available"]
    assert "Source of the population: No population figures by sex are loaded for this council." in page.main
    assert named(page.rows("by age"), "25 to 34")[3] == "19%"


def test_what_nobody_said_is_no_table_of_zeros(world: World, commissioner: Visitor) -> None:
    consultation = world.consultation(gather=(-20, -5))
    need(consultation, world.groups()[0], "Better lighting", residents(world.wards(), Kind(40, 0)))
    page = commissioner.get(SPENDING)
    assert "This is not known of any of the 40 people." in page.main
    assert not [table for table in page.soup.find_all("caption") if "by sex" in table.get_text()]


def test_a_group_too_small_to_show_is_said_in_words(commissioner: Visitor, gathered: Consultation) -> None:
    page = commissioner.get(SPENDING)
    wards = {row[0]: row[1] for row in page.rows("by ward")}
    assert (wards["Northfield"], wards["Southgate"], wards["Eastbrook"]) == ("60", "Hidden", "Hidden")
    assert "“Hidden” is a number too small to show" in page.main


def test_signing_needs_the_tick_and_the_very_figures_that_were_read(
    world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    commissioner.get(SPENDING)
    page = commissioner.submit("Freeze this version")
    assert page.errors == ["Tick the box to say that you have read the figures and their limits"]
    need(gathered, world.groups()[0], "Something new", residents(world.wards(), Kind(15, 0)))
    page = commissioner.submit("Freeze this version", read="y")
    assert (page.status, page.errors) == (
        409,
        ["The figures changed while you were reading. Read them again, then sign."],
    )
    assert "119 people" in page.main
    assert db.session.query(NeedsRecord).count() == 0
    page = commissioner.submit("Freeze this version", read="y")
    assert "Version 1 is frozen" in page.main


def test_frozen_figures_never_move(world: World, commissioner: Visitor, gathered: Consultation) -> None:
    made = freeze(commissioner)
    address = f"/exampleton/needs/{made.public_id}"
    before = commissioner.get(address)
    assert "These figures do not move" in before.main
    body = made.body
    need(gathered, world.groups()[0], "Something new", residents(world.wards(), Kind(30, 2)))
    with transaction():
        db.session.execute(update(Consultation).values(title="Another title"))
    after = commissioner.get(address)
    assert after.rows("Needs in order") == before.rows("Needs in order")
    assert after.h1 == before.h1 == "The spending consultation"
    db.session.expire_all()
    made = db.session.query(NeedsRecord).one()
    assert made.body == body
    summary = Summary.from_json(body)
    assert (summary.digest, summary.to_json()) == (made.digest, body)
    assert (summary.subject.status, summary.subject.version) == ("final", 1)


def test_an_altered_record_is_not_shown(commissioner: Visitor, gathered: Consultation) -> None:
    made = freeze(commissioner)
    with transaction():
        db.session.execute(update(NeedsRecord).values(body=NeedsRecord.body + " "))
    page = commissioner.get(f"/exampleton/needs/{made.public_id}")
    assert (page.status, page.h1) == (500, "This summary has been altered")


def test_versions_are_in_a_chain_and_equal_figures_make_none(world: World, commissioner: Visitor) -> None:
    consultation, groups = world.consultation(gather=(-20, 5)), world.groups()
    need(consultation, groups[0], "Better lighting", residents(world.wards(), Kind(40, 0)))
    first = freeze(commissioner)
    commissioner.get(SPENDING)
    page = commissioner.submit("Freeze this version", read="y")
    assert page.errors == ["Nothing has changed since version 1, so there is nothing new to freeze."]
    need(consultation, groups[0], "Something new", residents(world.wards(), Kind(30, 2)))
    second = freeze(commissioner)
    assert (second.version, second.public_id != first.public_id) == (2, True)
    page = commissioner.get(f"/exampleton/needs/{first.public_id}")
    assert "This version was replaced." in page.main
    page = commissioner.follow("Read version 2")
    assert "2, replaces version 1" in page.main
    events = db.session.query(AuditEvent).filter_by(tag="needs-summary-frozen").order_by(AuditEvent.index).all()
    assert [second.digest in event.public for event in events] == [False, True]


def test_two_signatures_under_the_same_figures_make_one_version(
    world: World, app, commissioner: Visitor, gathered: Consultation
) -> None:
    colleague = Visitor(app)
    colleague.sign_in(world.staff("commissioner"))
    for visitor in (commissioner, colleague):
        visitor.get(SPENDING)
    assert "Version 1 is frozen" in commissioner.submit("Freeze this version", read="y").main
    page = colleague.submit("Freeze this version", read="y")
    assert page.errors == ["Nothing has changed since version 1, so there is nothing new to freeze."]
    assert db.session.query(NeedsRecord).count() == 1


def test_a_version_that_would_tell_who_joined_waits(world: World, commissioner: Visitor) -> None:
    consultation, groups = world.consultation(gather=(-20, 5)), world.groups()
    need(consultation, groups[0], "Better lighting", residents(world.wards(), Kind(40, 0)))
    freeze(commissioner)
    need(consultation, groups[0], "Something new", residents(world.wards(), Kind(3, 0, "50-64", "Female")))
    commissioner.get(SPENDING)
    page = commissioner.submit("Freeze this version", read="y")
    assert page.status == 409
    assert "Fewer than 10 people joined or left since version 1." in page.errors[0]
    need(consultation, groups[0], "Something newer", residents(world.wards(), Kind(12, 1)))
    assert freeze(commissioner).version == 2


def test_what_residents_can_read_is_followed_by_a_version_that_tells_of_nobody(
    world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    freeze(commissioner)
    need(gathered, world.groups()[0], "Late", residents(world.wards(), Kind(20, 0), Kind(3, 1, "50-64", "Female")))
    made = freeze(commissioner)
    assert made.version == 2
    assert {table.dimension for table in Summary.from_json(made.body).participation} == {"ward"}
    assert "Figures by age and sex are left out" in commissioner.page.main


def test_signing_before_everything_was_read_is_warned_of(
    world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    assert "Wait until they have been read" not in commissioner.get(SPENDING).main
    need(gathered, world.groups()[0], "Waiting", state="waiting")
    assert "1 submission had not been read by a moderator" in commissioner.get(SPENDING).main


def test_an_erased_person_is_not_told_by_the_next_version(commissioner: Visitor, gathered: Consultation) -> None:
    """Nothing settled here: the rows went past the service."""
    freeze(commissioner)
    with transaction():
        one = db.session.scalars(db.select(PrioritySupport.account_id).order_by(PrioritySupport.account_id)).first()
        db.session.execute(delete(PrioritySupport).where(PrioritySupport.account_id == one))
        db.session.execute(db.text("UPDATE priority SET author_id = NULL"))
    assert Summary.from_json(freeze(commissioner).body).participation == ()


def test_residents_read_frozen_versions_once_everything_is_over(
    world: World, app, commissioner: Visitor, gathered: Consultation
) -> None:
    anybody = Visitor(app)
    assert anybody.get("/exampleton/consultations/spending/needs").status == 404
    made = freeze(commissioner)
    page = anybody.get("/exampleton/consultations/spending/needs")
    assert page.path == f"/exampleton/needs/{made.public_id}"
    assert "Better street lighting" in page.main
    signer = db.session.query(NeedsRecord).one().signer
    assert signer.name not in page.text
    assert signer.name in commissioner.get(page.path).main
    for more in ("/needs", "/group?of=ward:" + world.wards()[0].code):
        assert anybody.get(page.path + more).status == 200


def test_what_was_frozen_before_the_result_stays_with_staff(world: World, app, commissioner: Visitor) -> None:
    consultation = world.consultation(gather=(-40, -20), vote=(-19, -2), options=2)
    people = residents(world.wards(), Kind(30, 0), Kind(30, 1))
    need(consultation, world.groups()[0], "Better lighting", people)
    early, anybody = freeze(commissioner), Visitor(app)
    assert anybody.get(f"/exampleton/needs/{early.public_id}").status == 404
    assert "Only staff can read this version" in commissioner.get(f"/exampleton/needs/{early.public_id}").main
    with clock.frozen_at(clock.now() + timedelta(minutes=1)):
        vote(consultation, people, [["option-1"]] * 40 + [["option-2"]] * 20)
    with clock.frozen_at(clock.now() + timedelta(minutes=2)):
        late = freeze(commissioner)
        assert anybody.get(f"/exampleton/needs/{early.public_id}").status == 404
        assert anybody.get(f"/exampleton/needs/{early.public_id}/files/xlsx").status == 404
        page = anybody.get(f"/exampleton/needs/{late.public_id}")
        rows = page.rows("Options in order")
        assert (named(rows, "Option 1")[1], named(rows, "Option 2")[1]) == ("40", "20")
        assert [table["id"] for table in page.soup.select("section[aria-labelledby] h3[id^=vote]")] == [
            "vote-ward", "vote-age-band", "vote-sex",
        ]  # fmt: skip


def test_no_vote_figure_is_shown_to_a_commissioner_before_publication(world: World, commissioner: Visitor) -> None:
    consultation = world.consultation(gather=(-40, -20), vote=(-19, -2), options=2)
    people = residents(world.wards(), Kind(33, 0, "25-34"))
    vote(consultation, people, [["option-1"]] * 33, published=False)
    for path in (HOME, SPENDING, f"{SPENDING}/needs"):
        page = commissioner.get(path)
        assert not re.search(r"(?<![\d:])33(?!\d)", page.main), "33 minutes past an hour is no figure"
        assert "Option 1" not in page.main
        assert "Voted" not in page.main


def test_a_commissioner_finds_the_three_strongest_needs_of_one_ward(
    world: World, commissioner: Visitor, gathered: Consultation
) -> None:
    north = world.wards()[0]
    commissioner.get(SPENDING)
    page = commissioner.submit("Show its needs", of=f"ward:{north.code}")
    assert page.h1 == "Needs of people in Northfield"
    rows = page.rows("The strongest needs of people in Northfield")
    assert [row[:4] for row in rows[1:4]] == [
        ["Better street lighting Whole council", "1st", "45", "60"], ["Benches in the park Southgate", "2nd", "30", "60"],
        ["Quiet tables Whole council", "3rd", "25", "60"],
    ]  # fmt: skip
    assert "Fewer than 100 of them took part" in page.main
    south = commissioner.get(f"{SPENDING}/group?of=ward:{world.wards()[1].code}")
    assert "Needs about Southgate" in south.main
    assert "no number about them can be given" in south.main
    assert "The strongest needs" not in south.main
    assert "Too few of them support any one need for the number to be shown." in south.main
    assert named(south.rows("Needs about"), "Benches in the park")[1] == "54"


@pytest.mark.parametrize("of", ["", "ward", "ward:nowhere", "age_band:99", "ward:%00", "not:there"])
def test_a_group_that_is_not_there_is_not_found(commissioner: Visitor, gathered: Consultation, of: str) -> None:
    assert commissioner.get(f"{SPENDING}/group?of={of}").status in (400, 404)


def test_a_need_shows_who_supports_it_within_the_rules(commissioner: Visitor, gathered: Consultation) -> None:
    commissioner.get(SPENDING)
    page = commissioner.follow("Better street lighting")
    assert "People who support it 60" in page.main
    people = {row[0]: row[1] for row in page.rows("by ward")}
    assert people["Eastbrook"] == "Hidden"
    commissioner.get(f"{SPENDING}/needs")
    page = commissioner.follow("A chess club")
    assert "fewer than 10" in page.main
    assert "Too few people support it to say who they are." in page.main
    assert commissioner.get(f"{SPENDING}/needs/nothing").status == 404


def test_long_lists_are_paged_and_filtered(world: World, commissioner: Visitor) -> None:
    consultation, groups = world.consultation(gather=(-20, 5)), world.groups()
    people = residents(world.wards(), Kind(40, 0))
    for group in groups[:2]:
        many_needs(consultation, group, [people[: 10 + place] for place in range(30)])
    page = commissioner.get(SPENDING)
    assert len(page.rows("Needs in order")) == 11
    page = commissioner.follow("See all 60 needs")
    assert len(page.rows()) == 26
    page = commissioner.submit("Show", service=groups[1].code)
    assert all(row[0].endswith(groups[1].plain_name) for row in page.rows()[1:])
    page = commissioner.follow("Next page")
    assert len(page.rows()) == 6
    assert commissioner.get(f"{SPENDING}/needs?page=9").status == 404
    assert commissioner.get(f"{SPENDING}/needs?service=nothing").status == 404
    page = commissioner.get(f"{HOME}/by-service/{groups[0].code}")
    assert len(page.rows()) == 26
    assert page.rows()[1][1] >= page.rows()[2][1]


def test_the_pages_ask_the_same_number_of_questions_however_many_needs(world: World, commissioner: Visitor) -> None:
    people = residents(world.wards(), Kind(30, 0), Kind(30, 1))
    small, large = world.consultation("small", gather=(-20, -5)), world.consultation("large", gather=(-20, -5))
    for number, consultation in ((10, small), (1000, large)):
        many_needs(consultation, world.groups()[0], [people[place % 40 : place % 40 + 12] for place in range(number)])
    for page in ("", "/needs", "/group?of=ward:" + world.wards()[0].code):
        taken = []
        for slug in ("small", "large"):
            with counted_queries() as queries:
                assert commissioner.get(f"{HOME}/{slug}{page}").status == 200
            taken.append(len(queries))
        assert taken[0] == taken[1], page


def test_the_dashboard_asks_the_same_number_of_questions_however_many_consultations(
    world: World, commissioner: Visitor
) -> None:
    people = residents(world.wards(), Kind(12, 0))
    taken = []
    for number in (2, 8):
        for _ in range(number):
            consultation = world.consultation(f"c{len(taken)}-{_}", gather=(-20, 5))
            need(consultation, world.groups()[0], "Need", people)
        with counted_queries() as queries:
            assert commissioner.get(HOME).status == 200
        taken.append(len(queries))
    assert taken[0] == taken[1]
