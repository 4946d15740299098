"""From evidence to summary: every figure is made here once, hidden here once, and only then written anywhere."""

from __future__ import annotations

from collections.abc import Sequence

from participation.needs import breakdowns, choices, findings
from participation.needs.bootstrap import DRAWS
from participation.needs.evidence import PRIORITIES, VOTE, Activity, Evidence, VoteEvidence
from participation.needs.figures import HIDDEN, Figure, count, hidden, not_applicable
from participation.needs.refusals import EvidenceRefused
from participation.needs.summary import (
    METHOD_VERSION,
    BreakdownTable,
    Method,
    OptionRow,
    ParticipationTable,
    PriorityRow,
    Summary,
)
from participation.needs.suppression import is_small
from participation.needs.taking_part import Margin, margins, participation_table

THRESHOLD = 10
LOWEST_THRESHOLD = 5
SEED = 0


def summarise(evidence: Evidence, *, threshold: int = THRESHOLD, seed: int = SEED) -> Summary:
    """The resident-needs summary of the evidence.

    `threshold` is the smallest number of people that is shown (5 or more); `seed` decides the resamples behind rank
    ranges. Equal arguments give equal summaries, whatever the order of priorities, options, cells or patterns. Raises
    `EvidenceRefused` when the evidence contradicts itself.
    """
    if threshold < LOWEST_THRESHOLD:
        raise EvidenceRefused(problem=f"the threshold must be {LOWEST_THRESHOLD} or more, not {threshold}.")
    evidence.check()
    found = {activity.code: margins(evidence, activity, threshold) for activity in evidence.activities}
    tables = tuple(
        participation_table(activity, margin) for activity in evidence.activities for margin in found[activity.code]
    )
    return _assembled(evidence, found, tables, Method(METHOD_VERSION, threshold, seed, DRAWS))


def _assembled(
    evidence: Evidence, found: dict[str, list[Margin]], tables: tuple[ParticipationTable, ...], method: Method
) -> Summary:
    activity = evidence.activity(PRIORITIES)
    people = activity.people if activity else 0
    shown = choices.shown_priorities(evidence.priorities, method.threshold)
    ranked = choices.ranks(shown, evidence.priorities_together, people, seed=method.seed, draws=method.draws)
    priorities = choices.priority_rows(evidence.priorities, people, ranked, {}, None)
    options = _options(evidence.vote, method)
    broken = _breakdowns(evidence, found, priorities, method.threshold)
    limits = findings.caveats(
        evidence,
        threshold=method.threshold,
        hides=_hides(tables, priorities, broken),
        adjusted=False,
        ranges_missing=any(rank.shown and not low.shown for rank, low in _rank_pairs(priorities, options)),
    )
    vote = evidence.vote
    return Summary(
        subject=evidence.subject,
        method=method,
        participation=tables,
        priorities=priorities,
        options=options,
        people_with_priorities=_base(activity, method.threshold),
        ballots=not_applicable() if vote is None else count(vote.ballots),
        ballots_not_counted=not_applicable() if vote is None else count(vote.ballots_not_counted),
        ballot_type="" if vote is None else vote.ballot_type,
        rule="" if vote is None else vote.rule,
        count_run="" if vote is None else vote.count_run,
        input_digest="" if vote is None else vote.input_digest,
        exclusions=tuple((e.reason, _guarded(e.people, method.threshold)) for e in evidence.exclusions),
        breakdowns=broken,
        comparisons=(),
        weighting=(),
        findings=findings.findings(priorities, options, tables, people),
        who_took_part=findings.who_took_part(evidence, tables, method.threshold),
        how_sure=findings.how_sure(limits, priorities, ()),
        use=findings.use(vote is not None),
        limits=limits,
    )


def _rank_pairs(priorities: Sequence[PriorityRow], options: Sequence[OptionRow]) -> list[tuple[Figure, Figure]]:
    return [(p.rank, p.rank_low) for p in priorities] + [(o.rank, o.rank_low) for o in options]


def _options(vote: VoteEvidence | None, method: Method) -> tuple[OptionRow, ...]:
    if vote is None:
        return ()
    by_points = any(option.points is not None for option in vote.options)
    together = () if by_points else vote.together
    counts = choices.option_counts(vote)
    ranked = choices.ranks(counts, together, vote.ballots, seed=method.seed, draws=method.draws)
    return choices.option_rows(vote, ranked, {})


def _base(activity: Activity | None, threshold: int) -> Figure:
    return not_applicable() if activity is None else _guarded(activity.people, threshold)


def _guarded(people: int, threshold: int) -> Figure:
    return hidden() if is_small(people, threshold) else count(people)


def _breakdowns(
    evidence: Evidence, found: dict[str, list[Margin]], priorities: Sequence[PriorityRow], threshold: int
) -> tuple[BreakdownTable, ...]:
    """Choices by every dimension of their activity: needs that may be shown at all, and the options of a vote."""
    by_code = {priority.code: priority for priority in evidence.priorities}
    chosen = {
        PRIORITIES: [
            breakdowns.Choice(row.code, row.title, by_code[row.code].supporters, by_code[row.code].cells)
            for row in priorities
            if row.rank.shown
        ],
        VOTE: [
            breakdowns.Choice(option.code, option.title, option.votes, option.cells)
            for option in sorted(evidence.vote.options if evidence.vote else (), key=lambda o: (-o.votes, o.code))
        ],
    }
    made = []
    for activity in evidence.activities:
        for place, margin in enumerate(found[activity.code]):
            crossed = breakdowns.crossings(chosen.get(activity.code, []), evidence.dimensions, place, margin, threshold)
            if crossed:
                made.append(breakdowns.breakdown_table(activity, margin, crossed))
    return tuple(made)


def _hides(
    tables: Sequence[ParticipationTable], priorities: Sequence[PriorityRow], broken: Sequence[BreakdownTable]
) -> bool:
    figures = [row.people for table in tables for row in table.rows]
    figures += [row.supporters for row in priorities]
    figures += [figure for table in broken for row in table.rows for figure in row.people]
    return any(figure.status == HIDDEN for figure in figures)
