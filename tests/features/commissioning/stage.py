"""Puts residents, needs and a counted vote on the stage of a consultation, in as few inserts as there are kinds of rows."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import event, insert, update

from participation import clock
from participation.accounts.models import Account, ResidentProfile
from participation.budgets.models import ServiceGroup
from participation.commissioning.live.fold import fold
from participation.commissioning.models import NeedsRecord
from participation.consultations.models import Consultation
from participation.councils.models import PopulationCell, Ward
from participation.counting import Election, Option, Profile, Ties, count
from participation.extensions import db
from participation.priorities.models import Priority, PrioritySupport
from participation.transactions import transaction
from participation.voting.models import BoardBallot, CountRun, Participation, RollEntry, Vote
from tests.visitor import Visitor

HOME = "/exampleton/manage/needs"
SPENDING = f"{HOME}/spending"
_numbers = itertools.count(1)


class Kind(NamedTuple):
    """Residents alike: how many, from which ward (its place from 0), of which age band and sex."""

    people: int
    ward: int = 0
    age_band: str | None = None
    sex: str | None = None


def folded() -> None:
    """Everything that happened is in the sums of the live picture."""
    with transaction():
        while fold(clock.now(), at_once=50):
            pass


def population(wards: Sequence[Ward], *, split_by_sex: bool = True) -> None:
    """In every ward 100 people in each of the bands 10-14, 15-19, 20-24 ... 60-64, 65-120, twice that in the second."""
    bands = [*((age, age + 4) for age in range(10, 65, 5)), (65, 120)]
    rows = [
        {"ward_id": ward.id, "sex": sex, "age_from": low, "age_to": high, "people": 100 * (1 + (place == 1))}
        for place, ward in enumerate(wards)
        for sex in (("Female", "Male") if split_by_sex else ("All",))
        for low, high in bands
    ]
    with transaction():
        db.session.execute(insert(PopulationCell), rows)


def residents(wards: Sequence[Ward], *kinds: Kind) -> list[int]:
    """Account ids of confirmed residents, in the order of the kinds."""
    now, council = clock.now(), wards[0].council_id
    made: list[Account] = []
    for kind in kinds:
        for _ in range(kind.people):
            email = f"person{next(_numbers)}@example.org"
            account = Account(
                council_id=council, kind="resident", email=email, email_canonical=email, created_at=now, confirmed_at=now
            )  # fmt: skip
            account.resident = ResidentProfile(
                ward_id=wards[kind.ward].id, outward_code="EX1", declared_at=now, age_band=kind.age_band, sex=kind.sex
            )  # fmt: skip
            made.append(account)
    with transaction():
        db.session.add_all(made)
        db.session.flush()
        return [account.id for account in made]


def need(
    consultation: Consultation,
    group: ServiceGroup,
    title: str,
    supporters: Iterable[int] = (),
    *,
    author: int | None = None,
    about: Ward | None = None,
    state: str = "published",
    at: datetime | None = None,
) -> str:
    """A need and its supporters (account ids); returns its public name."""
    given = {"author_id": author, "ward_id": about.id if about else None, "state": state, "submitted_at": at}
    [public_id] = _needs(consultation, group, {title: list(supporters)}, given)
    return public_id


def many_needs(consultation: Consultation, group: ServiceGroup, supporters: Sequence[Sequence[int]]) -> None:
    """Published needs "Need 0000", "Need 0001", ... with these supporters, in two inserts."""
    _needs(consultation, group, {f"Need {place:04}": one for place, one in enumerate(supporters)}, {})


def _needs(
    consultation: Consultation, group: ServiceGroup, supporters: dict[str, Sequence[int]], given: dict[str, object]
) -> list[str]:
    homes = _homes()
    at = given.get("submitted_at") or clock.now()
    rows = {
        f"need{next(_numbers):06d}": {
            "consultation_id": consultation.id, "group_id": group.id, "title": title, "need": f"{title}, in more words.",
            "shuffle": 1, "version": 1, "author_id": None, "ward_id": None, "state": "published", **given,
            "author_ward_id": homes.get(given.get("author_id") or 0), "submitted_at": at,
        }
        for title in supporters
    }  # fmt: skip
    with transaction():
        db.session.execute(insert(Priority), [{**row, "public_id": name} for name, row in rows.items()])
        query = db.select(Priority.title, Priority.id).where(Priority.public_id.in_(list(rows)))
        ids = dict(db.session.execute(query).all())
        support = [
            {"priority_id": ids[title], "account_id": one, "ward_id": homes.get(one), "supported_at": at}
            for title, people in supporters.items()
            for one in people
        ]
        if support:
            db.session.execute(insert(PrioritySupport), support)
    return list(rows)


def _homes() -> dict[int, int]:
    return dict(db.session.execute(db.select(ResidentProfile.account_id, ResidentProfile.ward_id)).all())


def vote(
    consultation: Consultation, voters: Sequence[int], ballots: Sequence[Sequence[str]], *, published: bool = True
) -> CountRun:
    """An approval vote that was opened and counted: `ballots` are the codes each voter of `voters` chose."""
    now, homes = clock.now(), db.session.query(ResidentProfile).filter(ResidentProfile.account_id.in_(voters))
    profiles = {profile.account_id: profile for profile in homes}
    held = Vote(
        public_id=f"vote{next(_numbers):06d}", consultation_id=consultation.id, ballot_type="approval",
        budget_pence=3_000_000, rule="greedy", ties="file", status="published" if published else "opened",
        closed_at=now, opened_at=now, published_at=now if published else None,
    )  # fmt: skip
    run = _counted(consultation, ballots, held.budget_pence, now)
    with transaction():
        db.session.add(held)
        db.session.flush()
        entries = [
            {
                "vote_id": held.id, "voter_id": place, "account_id": account, "ward_id": profiles[account].ward_id,
                "age_band": profiles[account].age_band, "sex": profiles[account].sex,
            }
            for place, account in enumerate(voters, 1)
        ]  # fmt: skip
        db.session.execute(insert(RollEntry), entries)
        db.session.execute(insert(Participation), [{"vote_id": held.id, "voter_id": e["voter_id"]} for e in entries])
        board = [json.dumps({"approve": sorted(ballot)}, separators=(",", ":")) for ballot in ballots]
        db.session.execute(
            insert(BoardBallot),
            [
                {"vote_id": held.id, "batch": 1, "slot": slot, "payload": text}
                for slot, text in enumerate(sorted(board))
            ],
        )
        run.vote_id = held.id
        db.session.add(run)
        if published:
            db.session.execute(
                update(Consultation).where(Consultation.id == consultation.id).values(result_published_at=now)
            )
    return run


def _counted(consultation: Consultation, ballots: Sequence[Sequence[str]], budget: int, now: datetime) -> CountRun:
    options = tuple(Option(code=o.code, title=o.title, cost=o.cost_pence) for o in consultation.options)
    election = Election(options=options, budget=budget)
    profile = Profile.from_ballots(election, [{"approve": list(ballot)} for ballot in ballots])
    outcome = count(election, profile, rule="greedy", settings={}, ties=Ties.parse("file"))
    return CountRun(
        rule="greedy", rule_settings="{}", ties="file", engine=outcome.engine,
        input_digest=hashlib.sha256(repr(Counter(map(tuple, ballots))).encode()).hexdigest(), outcome=outcome.to_json(),
        ballots=outcome.ballots, ballots_not_counted=0, counted_at=now,
    )  # fmt: skip


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def freeze(visitor: Visitor) -> NeedsRecord:
    visitor.get(SPENDING)
    page = visitor.submit("Freeze this version", read="y")
    assert "Its figures will not move again" in page.main, page.errors
    db.session.expire_all()
    return db.session.query(NeedsRecord).order_by(NeedsRecord.version.desc()).first()
