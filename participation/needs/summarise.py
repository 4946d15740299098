"""From evidence to summary: every figure is made here once, hidden here once, and only then written anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from participation.needs import adjustment, breakdowns, choices, comparisons, findings, paired, themes
from participation.needs.answers import answer_rows
from participation.needs.bootstrap import DRAWS
from participation.needs.breakdowns import Choice, Crossing
from participation.needs.consensus import consensus_rows
from participation.needs.evidence import PRIORITIES, VOTE, Activity, Evidence, VoteEvidence
from participation.needs.figures import HIDDEN, Figure, count, hidden, not_applicable, rounded_total
from participation.needs.opinions import could_have_groups, opinions
from participation.needs.ranges import self_selected_base
from participation.needs.refusals import EvidenceRefused
from participation.needs.rounding import in_steps, nearest
from participation.needs.rounds import trend_rows
from participation.needs.summary import (
    METHOD_VERSION,
    NONE_APART,
    BreakdownTable,
    ComparisonRow,
    Method,
    OptionRow,
    ParticipationTable,
    PriorityRow,
    Summary,
    WeightingReport,
)
from participation.needs.suppression import is_small
from participation.needs.taking_part import Margin, margins, participation_table
from participation.needs.trade_offs import budget_rows, flow_rows
from participation.needs.trend import BREAK

THRESHOLD = 10
LOWEST_THRESHOLD = 5
SEED = 0


@dataclass(frozen=True)
class _Part:
    """One activity with all that is derived from who took part in it."""

    activity: Activity
    margins: list[Margin]
    report: WeightingReport | None
    weighted: adjustment.Weighted | None
    crossed: list[list[Crossing]]

    def adjusted(self, chosen: Sequence[Choice]) -> dict[str, Figure]:
        """Adjusted shares by code; hidden where, with only one margin, they would give hidden cells away."""
        if self.weighted is None or self.report is None:
            return {}
        figures = {choice.code: self.weighted.share(choice.cells) for choice in chosen if choice.cells}
        if len(self.report.dimensions) == 1:
            for margin, crossed in zip(self.margins, self.crossed, strict=True):
                if margin.dimension.name in self.report.dimensions:
                    figures |= {c.choice.code: hidden() for c in crossed if c.mask - margin.mask}
        return figures


def summarise(evidence: Evidence, *, threshold: int = THRESHOLD, seed: int = SEED, rounding: int = 1) -> Summary:
    """The resident-needs summary of the evidence.

    `threshold` is the smallest number of people that is shown (5 or more); `seed` decides the resamples behind rank
    ranges; `rounding` is the step of numbers of people in groups (1 = exact), at most half the
    threshold. Equal arguments give equal summaries, whatever the order of priorities, options, cells or patterns. Raises
    `EvidenceRefused` when the evidence contradicts itself.
    """
    if threshold < LOWEST_THRESHOLD:
        raise EvidenceRefused(problem=f"the threshold must be {LOWEST_THRESHOLD} or more, not {threshold}.")
    if not 1 <= rounding <= threshold // 2:
        raise EvidenceRefused(problem=f"the rounding must be from 1 to {threshold // 2}, not {rounding}.")
    evidence.check()
    method = Method(METHOD_VERSION, threshold, seed, DRAWS, rounding)
    chosen = _choices(evidence, threshold)
    parts = {
        activity.code: _part(evidence, activity, chosen.get(activity.code, []), threshold)
        for activity in evidence.activities
    }
    summary = _assembled(evidence, parts, chosen, method)
    return summary if rounding == 1 else in_steps(summary, nearest(rounding))


def _choices(evidence: Evidence, threshold: int) -> dict[str, list[Choice]]:
    """What was chosen in each activity, most chosen first: needs that may be shown at all, and the options of a vote."""
    shown = choices.shown_priorities(evidence.priorities, threshold)
    options = evidence.vote.options if evidence.vote else ()
    return {
        PRIORITIES: [
            Choice(p.code, p.title, p.supporters, p.cells)
            for p in sorted(evidence.priorities, key=lambda p: (-p.supporters, p.code))
            if p.code in shown
        ],
        VOTE: [Choice(o.code, o.title, o.votes, o.cells) for o in sorted(options, key=lambda o: (-o.votes, o.code))],
    }


def _part(evidence: Evidence, activity: Activity, chosen: Sequence[Choice], threshold: int) -> _Part:
    found = margins(evidence, activity, threshold)
    report, weighted = None, None
    if found and activity.people >= threshold:
        report, weighted = adjustment.adjust(activity, found, threshold)
    crossed = breakdowns.crossings(chosen, evidence.dimensions, found, threshold)
    return _Part(activity, found, report, weighted, crossed)


def _assembled(
    evidence: Evidence, parts: Mapping[str, _Part], chosen: Mapping[str, list[Choice]], method: Method
) -> Summary:
    tables = tuple(participation_table(part.activity, margin) for part in parts.values() for margin in part.margins)
    priorities = _priorities(evidence, parts.get(PRIORITIES), chosen[PRIORITIES], method)
    options = _options(evidence.vote, parts.get(VOTE), chosen[VOTE], method)
    broken = _breakdowns(parts)
    activity, vote = evidence.activity(PRIORITIES), evidence.vote
    groups, statements = opinions(vote, method.seed) if vote else ((), ())
    reports = tuple(part.report for part in parts.values() if part.report is not None)
    coded = themes.theme_rows(evidence, method.threshold)
    answers = answer_rows(evidence, method.threshold)
    trends = trend_rows(coded, priorities, options, answers, "" if vote is None else vote.ballot_type, evidence.earlier)
    limits = findings.caveats(
        evidence,
        threshold=method.threshold,
        hides=_hides(tables, priorities, broken),
        rounding=method.rounding,
        adjusted=any(report.used for report in reports),
        ranges_missing=any(rank.shown and not low.shown for rank, low in _rank_pairs(priorities, options)),
        groups_missing=vote is not None and could_have_groups(vote) and not groups,
        series_broken=any(row.verdict == BREAK for row in trends),
    )
    compared = _comparisons(parts)
    return Summary(
        subject=evidence.subject,
        method=method,
        participation=tables,
        priorities=priorities,
        options=options,
        people_with_priorities=not_applicable() if activity is None else _guarded(activity.people, method.threshold),
        ballots=not_applicable() if vote is None else count(vote.ballots),
        ballots_not_counted=not_applicable() if vote is None else count(vote.ballots_not_counted),
        ballot_type="" if vote is None else vote.ballot_type,
        rule="" if vote is None else vote.rule,
        count_run="" if vote is None else vote.count_run,
        input_digest="" if vote is None else vote.input_digest,
        exclusions=tuple((e.reason, _guarded(e.people, method.threshold)) for e in evidence.exclusions),
        breakdowns=broken,
        comparisons=compared,
        weighting=reports,
        findings=findings.findings(priorities, options, tables, activity.people if activity else 0),
        who_took_part=findings.who_took_part(evidence, tables, method.threshold),
        how_sure=findings.how_sure(limits, priorities, _leads(evidence, priorities), reports),
        use=findings.use(vote is not None),
        limits=limits,
        themes=coded,
        trends=trends,
        consensus=consensus_rows(broken, compared),
        statements=statements,
        opinion_groups=groups,
        budget=budget_rows(vote) if vote else (),
        flows=flow_rows(vote) if vote else (),
        answers=answers,
        people_apart=rounded_total(evidence.apart, method.threshold) if evidence.apart else NONE_APART,
    )


def _priorities(
    evidence: Evidence, part: _Part | None, chosen: Sequence[Choice], method: Method
) -> tuple[PriorityRow, ...]:
    if part is None:
        return ()
    people = part.activity.people
    counts = {choice.code: choice.total for choice in chosen}
    ranked = choices.ranks(counts, evidence.priorities_together, people, seed=method.seed, draws=method.draws)
    efficiency = part.report.efficiency if part.report and part.weighted else None
    rows = choices.priority_rows(evidence.priorities, people, ranked, part.adjusted(chosen), efficiency)
    if not evidence.apart:
        return rows
    apart = {priority.code: rounded_total(priority.apart, method.threshold) for priority in evidence.priorities}
    return tuple(replace(row, apart=apart[row.code]) for row in rows)


def _options(
    vote: VoteEvidence | None, part: _Part | None, chosen: Sequence[Choice], method: Method
) -> tuple[OptionRow, ...]:
    if vote is None:
        return ()
    by_points = any(option.points is not None for option in vote.options)
    together = () if by_points else vote.together
    ranked = choices.ranks(choices.option_counts(vote), together, vote.ballots, seed=method.seed, draws=method.draws)
    return choices.option_rows(vote, ranked, part.adjusted(chosen) if part else {})


def _leads(evidence: Evidence, priorities: Sequence[PriorityRow]) -> bool | None:
    """Whether the first need is clearly ahead of the second; None where it cannot be said."""
    ranked = [row for row in priorities if row.rank_low.value is not None and row.rank_high.value is not None]
    activity = evidence.activity(PRIORITIES)
    if len(ranked) < 2 or activity is None:
        return None
    first, second = ranked[0], ranked[1]
    frame = max((dimension.population or 0 for dimension in evidence.dimensions), default=0)
    weight = self_selected_base(activity.people, frame) if frame else float(activity.people)
    both = paired.chosen_together(first.code, second.code, evidence.priorities_together)
    ahead = paired.clearly_ahead(
        int(first.supporters.value or 0), int(second.supporters.value or 0), both, activity.people, weight
    )
    return ahead and (second.rank_low.value or 0) > (first.rank_high.value or 0)


def _rank_pairs(priorities: Sequence[PriorityRow], options: Sequence[OptionRow]) -> list[tuple[Figure, Figure]]:
    return [(p.rank, p.rank_low) for p in priorities] + [(o.rank, o.rank_low) for o in options]


def _guarded(people: int, threshold: int) -> Figure:
    return hidden() if is_small(people, threshold) else count(people)


def _breakdowns(parts: Mapping[str, _Part]) -> tuple[BreakdownTable, ...]:
    return tuple(
        breakdowns.breakdown_table(part.activity, margin, crossed)
        for part in parts.values()
        for margin, crossed in zip(part.margins, part.crossed, strict=True)
        if crossed
    )


def _comparisons(parts: Mapping[str, _Part]) -> tuple[ComparisonRow, ...]:
    rows = [
        row
        for part in parts.values()
        for margin, crossed in zip(part.margins, part.crossed, strict=True)
        for row in comparisons.comparison_rows(part.activity.code, margin, crossed)
    ]
    return comparisons.corrected(rows)


def _hides(
    tables: Sequence[ParticipationTable], priorities: Sequence[PriorityRow], broken: Sequence[BreakdownTable]
) -> bool:
    figures = [row.people for table in tables for row in table.rows]
    figures += [row.supporters for row in priorities]
    figures += [figure for table in broken for row in table.rows for figure in row.people]
    return any(figure.status == HIDDEN for figure in figures)
