"""From the database to evidence: everything a needs summary of one consultation is made of, in a fixed number of queries.

What is sealed stays sealed: until the result is published there is no vote in the evidence, not even how many people took part,
whoever asks. What the evidence says is exact; what of it may be seen is decided by `needs.summarise` (`policy.disclosed`). Its
`cut_off` names the last event of the governance record at that moment.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from participation import clock
from participation.audit.record import count_events
from participation.commissioning import counts, linking, settled, vote_counts
from participation.commissioning.frames import Frame, frame_of, frames_of
from participation.commissioning.themes import evidence as themes
from participation.consultations.beside import answers_of
from participation.consultations.lifecycle import first_open, last_close
from participation.consultations.models import CommissioningOption, Consultation
from participation.consultations.queries import questions_of
from participation.counting import OptionResult, Outcome, rule_named
from participation.counting.payloads import empty, marks
from participation.counting.profile import NO_VIEW
from participation.needs.evidence import (
    PRIORITIES,
    VOTE,
    Activity,
    AnsweredQuestion,
    Ballots,
    BudgetLine,
    Evidence,
    Exclusion,
    OptionEvidence,
    PriorityEvidence,
    Subject,
    Together,
    VoteEvidence,
)
from participation.voting.models import CountRun, Vote
from participation.voting.queries import has_board

ACTIVITY_NAMES = {PRIORITIES: "Said what matters", VOTE: "Voted"}
ONLY_REFUSED = "People whose every submission was refused by a moderator"
OFF_THE_REGISTER = "People taken off the register of the vote"


def gather(consultation: Consultation, *, version: int = 1, status: str = "draft") -> Evidence:
    """The evidence of a consultation as it stands. The number of queries does not depend on its size."""
    ids = [consultation.id]
    frame = frame_of(consultation)
    outside = counts.submissions(ids).get(consultation.id, counts.Submissions())
    published = counts.published_priorities(ids)
    said = settled.said(consultation.id, published)
    left_out = [Exclusion(ONLY_REFUSED, said.only_refused)]
    activities = [_activity(PRIORITIES, said.people, frame)]
    counted = vote_counts.published(consultation)
    if counted is not None:
        vote, run = counted
        voters = _activity(VOTE, vote_counts.voters([vote.id]).get(vote.id, []), frame)
        activities.append(replace(voters, quoted=vote_counts.published_by_group(vote.id, run.ballots)))
        left_out.append(Exclusion(OFF_THE_REGISTER, vote_counts.taken_off([vote.id]).get(vote.id, 0)))
    priorities = tuple(_priority(row, said, frame) for row in published)
    return Evidence(
        subject=replace(
            subject_of(consultation),
            cut_off=f"governance record, event {count_events(consultation.council_id)}",
            version=version,
            status=status,
        ),
        dimensions=frame.dimensions,
        activities=tuple(activities),
        priorities=priorities,
        priorities_together=tuple(Together(codes, people) for codes, people in sorted(said.together.items())),
        vote=None if counted is None else _vote(consultation, *counted),
        exclusions=tuple(exclusion for exclusion in left_out if exclusion.people),
        waiting=outside.waiting,
        apart=said.apart,
        themes=themes.themes_of(consultation),
        silent=tuple(one.title for one in priorities if one.code in said.whole),
        worded=0 if counted is None else counts.worded(consultation.id),
        earlier=linking.earlier_shares(consultation),
        asked=() if counted is None else _asked(consultation.id, counted[0].id),
    )


def _asked(consultation_id: int, vote_id: int) -> tuple[AnsweredQuestion, ...]:
    """The questions beside the ballot that have answers to choose, with what voters whose ballots were opened answered."""
    given = vote_counts.answers_beside(vote_id)
    return tuple(
        AnsweredQuestion(
            f"question-{one.position}", one.words,
            tuple((answer, given.get((one.id, answer), 0)) for answer in answers_of(one)),
        )
        for one in questions_of(consultation_id)
        if answers_of(one)
    )  # fmt: skip


def gather_participation(consultations: Sequence[Consultation]) -> dict[int, Evidence]:
    """By consultation: only who said what matters, for a page about many. The same few queries for any number.

    All belong to one council.
    """
    people = counts.participants([consultation.id for consultation in consultations])
    frames = frames_of(consultations)
    return {one.id: participation_of(one, people.get(one.id, []), frames[one.id]) for one in consultations}


def participation_of(consultation: Consultation, people: Iterable[counts.PeopleCell], frame: Frame) -> Evidence:
    """Evidence of who said what matters, and of nothing else."""
    return Evidence(
        subject=Subject(consultation.slug, consultation.title, consultation.council.full_name),
        dimensions=frame.dimensions,
        activities=(_activity(PRIORITIES, people, frame),),
    )


def settled_figures(consultation: Consultation, said: settled.Said) -> Evidence:
    """Evidence of everything by group in settled numbers, to lay beside newer ones; needs have no title here."""
    frame = frame_of(consultation)
    priorities = tuple(
        PriorityEvidence(code, code, said.number_of(code), cells=frame.cells(cells))
        for code, cells in said.supporters.items()
    )
    return replace(participation_of(consultation, said.people, frame), priorities=priorities)


def subject_of(consultation: Consultation) -> Subject:
    """What the summary is about."""
    council = consultation.council
    opened, closed = first_open(consultation.phases), last_close(consultation.phases)
    return Subject(
        consultation_id=f"{council.slug}/{consultation.slug}",
        title=consultation.title,
        council=council.full_name,
        question=consultation.summary,
        services=tuple(group.plain_name for group in consultation.services),
        opened_on=opened.astimezone(clock.UK).date().isoformat() if opened else "",
        closed_on=closed.astimezone(clock.UK).date().isoformat() if closed else "",
        produced_on=clock.today().isoformat(),
        contact=council.contact_email,
        demonstration=council.demonstration,
    )


def _activity(code: str, cells: Iterable[counts.PeopleCell], frame: Frame) -> Activity:
    found = frame.cells(cells)
    return Activity(code, ACTIVITY_NAMES[code], sum(cell.people for cell in found), found)


def _priority(row: counts.PublishedPriority, said: settled.Said, frame: Frame) -> PriorityEvidence:
    return PriorityEvidence(
        code=row.public_id,
        title=row.title,
        supporters=said.number_of(row.public_id),
        service_code=row.service_code,
        service=row.service,
        area_code=row.ward_code or "",
        area=row.ward or "",
        cells=frame.cells(said.supporters.get(row.public_id, ())),
        apart=said.apart_of.get(row.public_id, 0),
    )


def _vote(consultation: Consultation, vote: Vote, run: CountRun) -> VoteEvidence:
    """The published count, quoted from its run; the board says only what was chosen together and the sums of points."""
    outcome = Outcome.from_json(run.outcome)
    # Ballots of no view were not counted; those that keep things as they are were, and speak for no option.
    silent = any(one.reason == NO_VIEW for one in outcome.ballots_not_counted)
    board = [
        (_chosen(payload, vote.ballot_type), ballots)
        for payload, ballots in vote_counts.board_patterns([vote.id]).get(vote.id, [])
        if not silent or json.loads(payload) != empty(vote.ballot_type)
    ]
    points = _points(board)
    known = {option.code: option for option in consultation.options}
    options = tuple(
        _option(known[r.code], support, r.selected, points[r.code] if vote.ballot_type == "points" else None)
        for r in outcome.options
        if (support := supporting(r, vote.ballot_type)) is not None
    )
    public = has_board(vote.id) and sum(ballots for _, ballots in board) == run.ballots
    return VoteEvidence(
        ballots=run.ballots,
        options=options,
        ballot_type=vote.ballot_type,
        ballots_not_counted=run.ballots_not_counted,
        budget_pence=vote.budget_pence,
        rule=rule_named(run.rule).title,
        count_run=f"{vote.public_id}/{run.id}",
        input_digest=run.input_digest,
        together=_together(board, options),
        views=_kinds(board) if public and vote.ballot_type == "views" else (),
        budgets=_kinds(board) if public and vote.ballot_type == "balance" else (),
        lines=_lines(consultation) if public and vote.ballot_type == "balance" else (),
    )


def _kinds(board: Board) -> tuple[Ballots, ...]:
    """The ballots of the board by what is marked on them."""
    kinds = Counter[tuple[tuple[str, int], ...]]()
    for marked, ballots in board:
        kinds[tuple(sorted(marked))] += ballots
    return tuple(Ballots(marks, ballots) for marks, ballots in sorted(kinds.items()))


def _lines(consultation: Consultation) -> tuple[BudgetLine, ...]:
    """The lines of a budget that was balanced, as they are today."""
    return tuple(
        BudgetLine(
            code=option.code,
            title=option.title,
            today=option.cost_pence,
            income=option.is_income,
            service=option.group.plain_name if option.group else "",
        )
        for option in consultation.options
    )


def supporting(result: OptionResult, ballot_type: str) -> int | None:
    """How many counted ballots speak for an option; None where a ballot cannot be read as for or against it.

    An option is named on a ballot of yes or no also by a no, and on one of most and least important also by the least. A
    ballot that balances a budget names every line: there is nothing to be for.
    """
    if ballot_type == "balance":
        return None
    fact = {"views": "yes", "best_worst": "best"}.get(ballot_type)
    return result.votes if fact is None else int(result.facts.get(fact, 0))


def _option(option: CommissioningOption, votes: int, funded: bool, points: int | None) -> OptionEvidence:
    return OptionEvidence(
        code=option.code,
        title=option.title,
        cost_pence=option.cost_pence,
        votes=votes,
        points=points,
        funded=funded,
        service=option.group.plain_name if option.group else "",
        area=option.ward.name if option.ward else "",
    )


Board = Sequence[tuple[Sequence[tuple[str, int]], int]]


def _chosen(payload: str, ballot_type: str) -> list[tuple[str, int]]:
    """The options a ballot names; no points for an option is not choosing it."""
    return [
        (code, value) for code, value in marks(json.loads(payload), ballot_type) if value or ballot_type != "points"
    ]


def _points(board: Board) -> Counter[str]:
    given: Counter[str] = Counter()
    for marked, ballots in board:
        for code, value in marked:
            given[code] += value * ballots
    return given


def _together(board: Board, options: Sequence[OptionEvidence]) -> tuple[Together, ...]:
    """Which options were chosen on the same ballots; nothing where a ballot of the board was not counted.

    Ranges of ranks are drawn from these patterns, so they must describe the ballots that were counted and no others.
    """
    patterns: Counter[tuple[str, ...]] = Counter()
    named: Counter[str] = Counter()
    for marked, ballots in board:
        codes = tuple(sorted({code for code, _ in marked}))
        patterns[codes] += ballots
        named.update(dict.fromkeys(codes, ballots))
    if any(named[option.code] != option.votes for option in options) or set(named) - {o.code for o in options}:
        return ()
    return tuple(Together(codes, ballots) for codes, ballots in sorted(patterns.items()))
