"""One consultation through the web, scripts off, from a bad draft to "we did" and the archive: every gate refuses first, then
lets it pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial

import pytest
from flask import Flask

from participation import clock
from participation.accounts.models import Account
from participation.audit.models import AuditEvent
from participation.consultations.models import Consultation, LaunchRequest
from participation.extensions import db
from participation.voting.custody import phrases
from tests.factories.world import World
from tests.visitor import Page, Visitor

MANAGE = "/exampleton/manage"
PUBLIC = "/exampleton/consultations/how-should-we-spend-the-fund"
STAFF = f"{MANAGE}/consultations/how-should-we-spend-the-fund"
DRAFTED = datetime(2026, 11, 2, 9, tzinfo=UTC)
HARD = (
    "Notwithstanding considerable organisational difficulties, the administration endeavours to implement comprehensive "
    "infrastructure rationalisation, particularly regarding interdepartmental accommodation utilisation, whose environmental "
    "sustainability characteristics necessitate immediate reconsideration, evaluation, consultation and modification before "
    "any definitive determination."
)
EASY = "The fund has £50,000. It is paid out of the money we get when homes are built. It must be spent by next spring."


@pytest.fixture(autouse=True)
def _quick_phrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work of a phrase is for attackers, not for tests."""
    monkeypatch.setattr(phrases, "MEMORY", 64)
    monkeypatch.setattr(phrases, "PASSES", 1)


class Office:
    """The people of the story, each with a browser without scripts."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app = app
        world.council(languages=["en", "cy"])
        self.asker, self.second = world.staff("moderator"), world.staff("moderator")
        self.holders = [world.staff("key-holder") for _ in range(3)]
        self.resident = world.resident()

    def seated(self, account: Account) -> Visitor:
        visitor = Visitor(self.app)
        visitor.sign_in(account)
        return visitor

    @contextmanager
    def on(self, day: date) -> Iterator[tuple[Visitor, Visitor]]:
        """A day at noon: the two officers, signed in."""
        with clock.frozen_at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC)):
            yield self.seated(self.asker), self.seated(self.second)


def period(kind: str, first: date, last: date) -> dict[str, object]:
    days = {f"{kind}_{end}_day": [day.day, day.month, day.year] for end, day in (("opens", first), ("closes", last))}
    return {**days, f"{kind}_opens_time": "9am", f"{kind}_closes_time": "5pm"}


def dates(gather: tuple[date, date], vote: tuple[date, date], decides: date) -> dict[str, object]:
    return {
        **period("gather", *gather), **period("vote", *vote), "decision_date": [decides.day, decides.month, decides.year]
    }  # fmt: skip


# Over Christmas, shorter than six weeks, two phases at once, and decided before residents have answered.
BAD_DATES = dates((date(2026, 12, 19), date(2027, 1, 4)), (date(2027, 1, 2), date(2027, 1, 20)), date(2027, 1, 10))
CHRISTMAS_DATES = dates((date(2026, 12, 19), date(2027, 1, 4)), (date(2027, 1, 5), date(2027, 2, 20)), date(2027, 3, 1))
ELECTION_DATES = dates((date(2027, 4, 1), date(2027, 4, 30)), (date(2027, 5, 10), date(2027, 6, 10)), date(2027, 7, 1))
GOOD_DATES = dates((date(2027, 9, 13), date(2027, 10, 10)), (date(2027, 10, 18), date(2027, 11, 8)), date(2027, 12, 1))


def checks(visitor: Visitor) -> str:
    return visitor.get(f"{STAFF}/launch").main


def edited(visitor: Visitor, **fields: object) -> Page:
    visitor.get(f"{STAFF}/edit")
    page = visitor.submit("Save", **fields)
    assert page.status == 200, page.errors
    return page


def option(visitor: Visitor, code: str, **fields: object) -> None:
    """Change the option with this code; "" adds one."""
    visitor.get(f"{STAFF}/options/{code}" if code else STAFF)
    if not code:
        visitor.follow("Add an option")
    page = visitor.submit("Save the option", **fields)
    assert page.status == 200, page.errors


def gate(visitor: Visitor, sentence: str, passes: object) -> None:
    """It refuses in these words; then something is done about it, and it passes."""
    assert sentence in checks(visitor), f"{sentence!r} does not refuse: {checks(visitor)}"
    passes()  # type: ignore[operator]
    assert sentence not in checks(visitor), f"{sentence!r} still refuses"


def drafted(one: Visitor) -> None:
    one.get(f"{MANAGE}/consultations/new")
    page = one.submit("Save as a draft", summary="Say what the fund should pay for.")
    assert "Enter a title" in page.errors
    page = one.submit("Save as a draft", title="How should we spend the fund?", summary="", decision_date=[10, 1, 2027])
    assert page.status == 200, page.errors


def gated(office: Office) -> list[str]:
    """Each gate that nothing overrides; the phrases of the key-holders."""
    one = office.seated(office.asker)
    drafted(one)
    page = one.get(f"{STAFF}/launch")
    assert "Put this right first" in page.main
    assert not page.soup.select("main form"), "nobody can ask for the launch of this"
    for sentence, fields in (
        ("Write the summary.", {"summary": "Say what the fund should pay for."}),
        ("Say why you are asking.", {"background": HARD}),
        ("Say what can change because of the answers.", {"what_can_change": "What the fund pays for."}),
        ("Say what cannot change.", {"what_cannot_change": "The sum."}),
        ("Say who decides.", {"decision_maker": "Cabinet"}),
        ("Choose at least one service this is about.", {"services": ["env"]}),
        ("Give dates for saying what matters, for discussing the options, or for voting.", BAD_DATES),
        ("Say what has been decided so far.", {"decided_so_far": "decided"}),
    ):
        gate(one, sentence, partial(edited, one, **fields))
    overlap = "Two phases are open at the same time."
    gate(one, overlap, lambda: edited(one, **period("vote", date(2027, 1, 5), date(2027, 1, 20))))
    gate(one, "Add at least 2 options", lambda: benches(one))
    gate(one, "“Benches” is the only option.", lambda: trees(one))
    gate(one, "Say who may take part, and save it.", lambda: eligible(one))
    gate(one, "Set up the vote", lambda: set_up(one))
    gate(one, "Name three key-holders", lambda: named(one))
    gate(one, "must make a key-holder’s phrase", lambda: made(office))
    written = made(office)
    gate(one, "type the key-holder’s phrase once", lambda: rehearsed(office, written))
    assert "Put this right first" not in checks(one)
    return written


def benches(one: Visitor) -> None:
    option(one, "", title="Benches", description="Ten benches in the park.", cost="0")


def trees(one: Visitor) -> None:
    option(one, "", title="Trees", description="A cheap and simple row of trees. " * 5, cost="0", group="env")


def eligible(one: Visitor) -> None:
    one.get(f"{STAFF}/eligibility")
    one.submit("Save who may take part")


def set_up(one: Visitor) -> None:
    one.get(f"{STAFF}/vote/set-up")
    page = one.submit(
        "Save", budget="50,000", ballot_type="approval", rule="greedy", custody="two_of_three", within_budget="yes"
    )
    assert page.status == 200, page.errors


def named(one: Visitor) -> None:
    page = one.get(f"{STAFF}/vote/holders")
    offered = [str(tag["value"]) for tag in page.soup.select("select[name=holder_1] option") if tag["value"]]
    one.submit("Name them", **{f"holder_{slot}": account for slot, account in enumerate(offered, start=1)})


def made(office: Office) -> list[str]:
    """The phrases that the three wrote down."""
    written = []
    for account in office.holders:
        holder = office.seated(account)
        page = holder.get(f"{STAFF}/vote/key")
        again = "Make a new phrase" in page.main
        page = holder.submit("Make a new phrase" if again else "Make your phrase")
        written.append(" ".join(item.get_text(strip=True) for item in page.soup.select(".app-phrase li")))
    return written


def rehearsed(office: Office, written: list[str]) -> None:
    for account, phrase in zip(office.holders, written, strict=True):
        holder = office.seated(account)
        holder.get(f"{STAFF}/vote/key")
        holder.submit("Check your phrase", password=phrase)


def welsh(one: Visitor) -> None:
    one.get(f"{STAFF}/editions/cy")
    assert one.submit("Save", words="", title="").errors[0] == "Enter the text, or an address, not both"
    page = one.submit("Save", title="Sut dylem wario'r gronfa?", words="Dywedwch wrthym.", same="y")
    assert page.status == 200, page.errors


@pytest.mark.slow
def test_from_a_bad_draft_to_we_did(app: Flask, world: World) -> None:
    office = Office(app, world)
    with clock.frozen_at(DRAFTED):
        written = gated(office)
        doubted(office)
        launched(office)
    gathered(office)
    voted(office, written)
    answered(office)


def doubted(office: Office) -> None:
    """Each doubt is seen, and goes once something is done about it; one stays."""
    one = office.seated(office.asker)
    gate(one, "The council has decided this already.", lambda: edited(one, decided_so_far="nothing"))
    late = "The decision date must be after the last closing date"
    gate(one, late, lambda: edited(one, decision_date=[1, 2, 2027]))
    gate(one, "Under 6 weeks can be challenged as too short.", lambda: edited(one, **ELECTION_DATES))
    gate(one, "residents could see it as campaigning", lambda: edited(one, **CHRISTMAS_DATES))
    gate(one, "when many residents are away", lambda: edited(one, **GOOD_DATES))
    gate(one, "needs a reader of about", lambda: edited(one, background=EASY))
    considered = "Nothing says how the council considered who is affected more"
    gate(one, considered, lambda: edited(one, equality_note="Older people use benches more. The paths have no steps."))
    gate(one, "“Benches” and “Trees” cost nothing.", lambda: option(one, "benches", cost="20000"))
    gate(one, "Some options name a service and others do not.", lambda: option(one, "benches", group="env"))
    gate(one, "uses the word “cheap”", lambda: option(one, "trees", description="Six trees in the park."))
    assert "Consider adding “Keep things as they are”" not in checks(one)
    option(one, "trees", cost="30000")
    gate(one, "Welsh is missing.", lambda: welsh(one))
    edited(one, summary="What should the fund pay for?")
    gate(one, "Welsh was made from an earlier text.", lambda: welsh(one))


def launched(office: Office) -> None:
    """What is left needs a reason, and a second person who accepts it."""
    one, second = office.seated(office.asker), office.seated(office.second)
    assert "Consider adding “Keep things as they are”" in checks(one)
    assert one.submit("Ask a second person").errors == ["Say why it is launched nevertheless"]
    one.submit("Ask a second person", offers_no_change="The fund must be spent by law.")
    page = one.get(f"{STAFF}/launch")
    assert not page.soup.select("main form"), "who asked cannot approve"
    assert one.get(PUBLIC).status == 404
    assert "The fund must be spent by law." in checks(second)
    second.submit("Approve and launch")
    request = db.session.query(LaunchRequest).one()
    assert request.reasons == {"offers_no_change": "The fund must be spent by law."}
    launch = db.session.query(AuditEvent).filter_by(tag="consultation-launched").one()
    assert "offers_no_change" in launch.public
    page = office.seated(office.resident).get(PUBLIC)
    assert "The council has not decided anything about this yet." in page.main
    assert "Dywedwch wrthym." in Visitor(office.app).get(f"{PUBLIC}/in/cy").main
    assert page.soup.select_one("a[hreflang=cy]")["href"] == f"{PUBLIC}/in/cy"


def gathered(office: Office) -> None:
    with office.on(date(2027, 9, 14)) as (one, _):
        resident = office.seated(office.resident)
        resident.get(f"{PUBLIC}/priorities/new")
        need = "There is nowhere to sit on the long walk from the bus."
        resident.submit("Continue", title="Somewhere to sit", need=need, group="env")
        resident.submit("Send")
        one.get(f"{MANAGE}/moderation")
        one.follow("Somewhere to sit")
        one.submit("Publish")
        assert one.get(f"{STAFF}/response").status == 409
        assert one.get(f"{STAFF}/archive").status == 409


def voted(office: Office, written: list[str]) -> None:
    with office.on(date(2027, 10, 20)):
        resident = office.seated(office.resident)
        resident.get(f"{PUBLIC}/vote")
        page = resident.submit("Cast your vote", **{"approval-0": "on"})
        assert "You voted" in page.main
    with office.on(date(2027, 11, 18)) as (one, second):
        both(one, second, "vote/open-box", "Ask to open the box")
        for account, phrase in zip(office.holders[:2], written[:2], strict=True):
            holder = office.seated(account)
            holder.get(f"{STAFF}/vote/key")
            holder.submit("Enter your phrase", password=phrase)
        one.get(f"{STAFF}/vote")
        one.submit("Count the ballots")
        both(one, second, "vote", "Ask to publish the result")
        assert "Somewhere to sit" in one.get(f"{PUBLIC}/priorities").main


def both(one: Visitor, second: Visitor, page: str, button: str) -> None:
    """One asks, the other approves."""
    one.get(f"{STAFF}/{page}")
    one.submit(button)
    second.get(f"{MANAGE}/approvals")
    assert "Approved and done" in second.submit("Approve").main


def answered(office: Office) -> None:
    """No archive without an answer, and none before everything has an outcome."""
    with office.on(date(2027, 12, 3)) as (one, _):
        assert one.get(f"{STAFF}/archive").status == 409
        one.get(f"{STAFF}/response")
        said = {"we_asked": "What should it pay for?", "you_said": "Benches.", "we_did": "We buy benches."}
        assert one.submit("Publish", **said, decided_on=[1, 11, 2027]).status == 422
        one.submit("Publish", **said, decided_on=[1, 12, 2027])
        assert "We buy benches." in one.get(PUBLIC).main
        page = one.get(f"{STAFF}/archive")
        assert "It is not finished yet" in page.main
        for title in ("Benches", "Trees", "Somewhere to sit"):
            assert f"“{title}” has no outcome." in page.main
        lines = [href for href in one.get(f"{STAFF}/outcomes").links().values() if f"{STAFF}/outcomes/" in href]
        assert len(lines) == 3
        for line in lines:
            one.get(line)
            page = one.submit("Publish", answer="accepted", reason="It was chosen.", owner="Parks", status="planned",
                              due_on=[1, 3, 2028])  # fmt: skip
            assert page.status == 200, page.errors
        one.get(f"{STAFF}/archive")
        one.submit("Finish it")
        assert db.session.query(Consultation).one().archived_at is not None
        assert one.get(f"{STAFF}/response").status == 409
        assert "We buy benches." in one.get(PUBLIC).main
    with office.on(date(2028, 3, 2)) as (one, _):
        assert "3 promises to residents are overdue." in one.get(MANAGE).main
