"""A past election through the real pipe: its ballots are cast into a sealed box, opened, counted and published.

Ballots that break the limits of their own file are cast and flagged: they were accepted at the time. Money is taken over in
hundredths of the file's currency, which is what the platform stores.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Any

from participation import clock
from participation.audit.record import record
from participation.audit.tags import Tag
from participation.clock import UK
from participation.consultations.drafts import Draft, Period
from participation.consultations.models import Consultation
from participation.consultations.past import PastOption, record_past
from participation.councils.models import Council
from participation.counting import Election, Limits, Option, Outcome, Ties, rule_named
from participation.counting.pabulib import PabulibError, PabulibFile
from participation.extensions import db
from participation.voting import ballot_box, destruction, roll, schedule, service
from participation.voting.ballot_box import Casting, Voter
from participation.voting.custody.kinds import SOLO
from participation.voting.definition import Definition, canonical_json, composed
from participation.voting.models import Vote

PENCE = 100
_LONGEST = {"code": 80, "title": 250, "voter": 120, "heading": 150}
# What a rule of the Pabulib format is here: (rule, settings). Others are counted as plain greedy, and that is said.
# The library's completion starts at the whole part of the share and stops before overspending only.
_ADD1: dict[str, str | int | bool] = {"completion": "add1", "endowment": "integral", "stop": "overspend"}
RULES: Mapping[str, tuple[str, dict[str, str | int | bool]]] = {
    "greedy": ("greedy", {}),
    "greedy-no-skip": ("greedy", {"skip": False}),
    "greedy-threshold": ("greedy", {"threshold": "file"}),
    "equalshares": ("equal-shares", {}),
    "equalshares-comparison": ("equal-shares", {"compare": True}),
    "equalshares/add1": ("equal-shares", _ADD1),
    "equalshares/add1-comparison": ("equal-shares", {**_ADD1, "compare": True}),
}
# Real cities broke ties by the order of their own list.
TIES = "file"
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Plan:
    """A file made ready: everything that can be refused was, before anything is written."""

    file: PabulibFile
    election: Election
    limits: Limits
    rule: str
    settings: dict[str, str | int | bool]
    rule_is_ours: bool
    ballots: Sequence[tuple[str, dict[str, Any]]] = field(repr=False)
    # Ballots that break a limit of their own file: (how many, the first one's reason), one for each kind of reason.
    flagged: Sequence[tuple[int, str]]

    @property
    def file_rule(self) -> str:
        return self.file.head.value("rule")


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it."""

    consultation: Consultation
    cast: int
    outcome: Outcome


def planned(file: PabulibFile) -> Plan:
    """Raises PabulibError for what this platform cannot hold; the file itself was checked by its reader."""
    rule, settings = RULES.get(file.head.value("rule"), ("greedy", {}))
    flagged: dict[str, list[str]] = {}
    ballots = []
    for ballot in file.ballots():
        if len(ballot.voter_id) > _LONGEST["voter"]:
            raise PabulibError("the voter_id is too long", file=file.name, line=ballot.line, field="voter_id")
        for remark in set(ballot.remarks):
            flagged.setdefault(re.sub(r"\d[\d.,]*", "#", remark), []).append(remark)
        ballots.append((ballot.voter_id, ballot.payload))
    factor = PENCE // file.head.scale if PENCE % file.head.scale == 0 else 1
    return Plan(
        file=file, election=_in_pence(file, factor), limits=_limits(file.limits(), factor), rule=rule,
        settings=rule_named(rule).clean(settings), rule_is_ours=file.head.value("rule") in RULES, ballots=ballots,
        flagged=[(len(remarks), remarks[0]) for _, remarks in sorted(flagged.items())],
    )  # fmt: skip


def _in_pence(file: PabulibFile, factor: int) -> Election:
    election = file.election()
    for project in file.head.project_list:
        if len(project.code) > _LONGEST["code"]:
            raise PabulibError("the project_id is too long", file=file.name, line=project.line, field="project_id")
    options = tuple(
        Option(option.code, option.cost * factor, option.label[: _LONGEST["title"]], option.tags)
        for option in election.options
    )
    return replace(election, options=options, budget=election.budget * factor, unit=election.unit * factor)


def _limits(limits: Limits, factor: int) -> Limits:
    most = limits.max_choices
    return replace(
        limits,
        max_total=None if limits.max_total is None else limits.max_total * factor,
        max_choices=None if most is not None and most < limits.min_choices else most,
    )


def import_election(*, council: Council, plan: Plan, progress: Progress) -> Imported:
    """Make a closed, counted and published consultation. `progress` is told how many ballots are in.

    One transaction of the caller holds all of it or nothing.
    """
    consultation = record_past(council_id=council.id, draft=_draft(council, plan), options=_options(plan))
    vote = _vote(consultation, plan)
    definition = composed(
        vote, consultation, election=plan.election, limits=plan.limits, historic=True, longest_ballot=_longest(plan)
    )
    schedule.freeze(vote=vote, consultation=consultation, actor_id=None, definition=definition)
    cast = _cast(vote, consultation, definition, plan, progress)
    service.open_box(consultation=consultation, actor_id=None)
    run = service.count(consultation=consultation, actor_id=None)
    service.publish(consultation=consultation, actor_id=None)
    destruction.destroy_key(consultation=consultation, actor_id=None)
    record(
        council_id=council.id, tag=Tag.ELECTION_IMPORTED, subject=f"consultation:{consultation.id}",
        facts={"file": plan.file.name[:200], "rule": plan.rule, "ballots": cast},
    )  # fmt: skip
    return Imported(consultation, cast, Outcome.from_json(run.outcome))


def _cast(vote: Vote, consultation: Consultation, definition: Definition, plan: Plan, progress: Progress) -> int:
    roll.enter_rows(vote_id=vote.id, voters=[(number, name) for number, (name, _) in enumerate(plan.ballots, start=1)])
    done = 0
    # The box asks whether the vote is open: for a past election that is a moment within its dates.
    phase = consultation.phases[0]
    with clock.frozen_at(phase.opens_at + (phase.closes_at - phase.opens_at) / 2):
        for done in ballot_box.cast_all(definition=definition, vote_id=vote.id, castings=_castings(plan)):
            progress(done)
    return done


def _castings(plan: Plan) -> Iterator[Casting]:
    strata = roll.strata(channel="import")
    for number, (_, payload) in enumerate(plan.ballots, start=1):
        yield Casting(Voter(number, strata), secrets.token_bytes(16), payload)


def _vote(consultation: Consultation, plan: Plan) -> Vote:
    # It was decided elsewhere and is opened at once: nobody could gain by opening it early.
    vote = service.new_vote(consultation, custody=SOLO)
    vote.ballot_type, vote.budget_pence = plan.file.ballot_type, plan.election.budget
    vote.min_choices, vote.max_choices = plan.limits.min_choices, plan.limits.max_choices
    vote.max_total_pence, vote.max_points = plan.limits.max_total, plan.limits.max_points
    vote.rule, vote.rule_settings, vote.ties = plan.rule, canonical_json(plan.settings), str(Ties.parse(TIES))
    db.session.add(vote)
    db.session.flush()
    return vote


def _options(plan: Plan) -> list[PastOption]:
    return [PastOption(option.code, option.label, option.cost) for option in plan.election.options]


def _longest(plan: Plan) -> int:
    return max((len(canonical_json(payload).encode()) for _, payload in plan.ballots), default=0)


def _draft(council: Council, plan: Plan) -> Draft:
    head = plan.file.head
    title = " ".join((head.value("description") or plan.file.name).split())[: _LONGEST["heading"]]
    period = _period(head.value("date_begin"), head.value("date_end"))
    place = ", ".join(part for part in (head.value("unit"), head.value("country")) if part)
    return Draft(
        title=title,
        summary=f"An election of {place or 'another place'}, imported from a file to show how counting works.",
        background=(
            f"These ballots were cast in {place or 'another place'}, not in {council.name}. They were imported from the file "
            f"{plan.file.name} and went through the same sealed box and count as any vote here."
        ),
        what_can_change="Nothing: this is a past election of another place.",
        what_cannot_change="Everything: it was decided there.",
        influence="inform",
        cycle_step="review",
        decision_maker=(place or "Another place")[:120],
        decision_date=period.closes_at.astimezone(UK).date(),
        services=(),
        phases={"vote": period},
        minimum_age=0,
    )  # fmt: skip


def _period(begin: str, end: str) -> Period:
    """The dates of the file ("15.06.2022", or a year), always over by now; the last day where it has none."""
    latest = clock.now() - timedelta(seconds=1)
    opens, closes = _moment(begin, last=False), _moment(end or begin, last=True)
    if closes is None or closes > latest:
        closes = latest
    if opens is None or opens >= closes:
        opens = closes - timedelta(days=1)
    return Period(opens, closes)


def _moment(text: str, *, last: bool) -> datetime | None:
    """The beginning of a day or year, or with `last` the moment it is over."""
    for shape, step in (("%d.%m.%Y", timedelta(days=1)), ("%Y", timedelta(days=365))):
        try:
            day = datetime.strptime(text, shape).date()  # noqa: DTZ007  a date; the zone is added below
        except ValueError:
            continue
        return datetime.combine(day + step if last else day, time(), tzinfo=UK)
    return None
