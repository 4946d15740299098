"""Page one: three to five findings, how sure we are, who took part, and what the figures can be used for."""

from __future__ import annotations

from collections.abc import Sequence

from participation.needs import wording
from participation.needs.caveats import caveat
from participation.needs.evidence import AGE, SEX, WARD, WARD_GROUP, Evidence
from participation.needs.summary import (
    Finding,
    Limit,
    OptionRow,
    ParticipationRow,
    ParticipationTable,
    PriorityRow,
    WeightingReport,
)
from participation.needs.taking_part import UNDER

MOST_FINDINGS = 5
_TOP = 3
# A base below this cannot stand for an area (trust notes, 5.5).
LOW_BASE = 100
# Below this, adjusted figures are shown with a warning (UK notes, section 7).
GOOD_EFFICIENCY = 0.7
CONFIDENCE_RULE = (
    "Confidence in a need is high with 100 people or more, a weighting efficiency of 70% or more and the same rank before "
    "and after adjusting; medium with 50 people or more, 40% or more and a rank that moves by one at most; otherwise low."
)
_GROUP_WORDS = {
    AGE: "people aged {name}",
    WARD: "people in {name}",
    WARD_GROUP: "people in {name}",
    SEX: "people whose sex is {name}",
}


def findings(
    priorities: Sequence[PriorityRow], options: Sequence[OptionRow], tables: Sequence[ParticipationTable], base: int
) -> tuple[Finding, ...]:
    """The strongest needs, whether they can be told apart, the most chosen option, and who is missing."""
    ranked = [row for row in priorities if row.rank.shown]
    found = [Finding(_priority_sentence(row, base), row.confidence) for row in ranked[:_TOP]]
    if priorities and not ranked:
        found.append(Finding("No need has enough supporters yet for its number to be shown.", "high"))
    if options and options[0].votes.value:
        found.append(Finding(_option_sentence(options), "low" if options[0].share.status else "high"))
    missing = missing_groups(tables)
    if missing:
        # The same group may be missing from two activities; it is named once.
        names = dict.fromkeys(_group_words(table, row) for table, row in missing)
        groups = wording.listed(list(names)[:_TOP])
        found.append(Finding(f"We heard less than we should from {groups}.", "high"))
    return tuple(found[:MOST_FINDINGS])


def _priority_sentence(row: PriorityRow, base: int) -> str:
    supporters = int(row.supporters.value or 0)
    share = f" ({wording.percent(row.share.value)})" if row.share.value is not None else ""
    where = f" in {row.area}" if row.area else ""
    sentence = (
        f"“{row.title}”{where} has the support of {supporters:,} of the {wording.people(base)} who took part{share}."
    )
    if row.rank_low.value is None or row.rank_high.value is None:
        return f"{sentence} It ranks {wording.ordinal(int(row.rank.value or 0))}."
    low, high = int(row.rank_low.value), int(row.rank_high.value)
    if low == high:
        return f"{sentence} It ranks {wording.ordinal(low)}."
    place = wording.ordinal(int(row.rank.value or 0))
    return f"{sentence} It ranks {place}, but could be anything from {wording.ordinal(low)} to {wording.ordinal(high)}."


def _option_sentence(options: Sequence[OptionRow]) -> str:
    first = options[0]
    if len(options) > 1 and options[1].rank.value == 1:
        tied = [f"“{row.title}”" for row in options if row.rank.value == 1]
        return f"{wording.listed(tied)} were chosen equally often, and more than any other option."
    share = f" ({wording.percent(first.share.value)} of ballots)" if first.share.value is not None else ""
    votes = wording.plural(int(first.votes.value or 0), "ballot", "ballots")
    if first.points.value is not None:
        return f"“{first.title}” was given the most points: {int(first.points.value):,}, on {votes}{share}."
    return f"“{first.title}” was chosen on the most ballots: {int(first.votes.value or 0):,}{share}."


def missing_groups(tables: Sequence[ParticipationTable]) -> list[tuple[ParticipationTable, ParticipationRow]]:
    """Groups whose whole range is below four fifths of their population share, the most missing first."""
    under = [(table, row) for table in tables for row in table.rows if row.standing == UNDER]
    return sorted(under, key=lambda pair: (pair[1].ratio.value or 0, pair[0].activity, pair[0].dimension, pair[1].code))


def _group_words(table: ParticipationTable, row: ParticipationRow) -> str:
    name = row.name.replace("-", " to ") if table.dimension == AGE else row.name
    return _GROUP_WORDS.get(table.dimension, "{name}").format(name=name)


def who_took_part(evidence: Evidence, tables: Sequence[ParticipationTable], threshold: int) -> tuple[str, ...]:
    """How many took part in what, and who took part less than their numbers here."""
    sentences = []
    for activity in evidence.activities:
        if activity.people < threshold:
            sentences.append(f"{activity.name}: fewer than {threshold} people, so no figure about them is given.")
            continue
        sentence = f"{activity.name}: {wording.people(activity.people)}"
        frame = max((d.population or 0 for d in evidence.dimensions), default=0)
        if frame:
            sentence += f", {wording.percent(activity.people / frame)} of the {frame:,} who could"
        sentences.append(sentence + ".")
    for table, row in missing_groups(tables):
        share, resident = row.share.value or 0, row.population_share.value or 0
        sentences.append(
            f"{table.activity_name}: {_group_words(table, row)} were under-represented "
            f"({wording.percent(share)} of those who took part, {wording.percent(resident)} of residents)."
        )
    sentences += [
        _together_sentence(table, table.together)
        for table in tables
        if table.together is not None and table.together.standing == UNDER
    ]
    return tuple(sentences)


def _together_sentence(table: ParticipationTable, together: ParticipationRow) -> str:
    share, resident = together.share.value or 0, together.population_share.value or 0
    return (
        f"{table.activity_name}: the groups whose numbers are hidden ({table.dimension_name}: {together.name}) were "
        f"under-represented together ({wording.percent(share)} of those who took part, {wording.percent(resident)} of "
        "residents)."
    )


def how_sure(
    limits: Sequence[Limit], priorities: Sequence[PriorityRow], leads: bool | None, reports: Sequence[WeightingReport]
) -> tuple[str, ...]:
    """What stands behind the figures, in a few sentences. `leads`: whether the first need is clearly ahead."""
    sentences = [limit.text for limit in limits if limit.code in ("SELF_SELECTED", "LOW_BASE")]
    if leads is not None:
        sentences.append(_lead_sentence(leads, priorities))
    if any(row.confidence for row in priorities):
        sentences.append(CONFIDENCE_RULE)
    return (*sentences, *(_weighting_sentence(report) for report in reports))


def _lead_sentence(leads: bool, priorities: Sequence[PriorityRow]) -> str:
    """Apart among those who came is not the same as apart once one allows for who chose to come: both are said."""
    if leads:
        return "The first need is clearly ahead of the second, also when we allow for who chose to take part."
    first, second = priorities[0], priorities[1]
    if (second.rank_low.value or 0) > (first.rank_high.value or 0):
        return (
            "Among the people who took part the first need is clearly ahead of the second. Allowing for who chose to take "
            "part, we cannot say that this holds for everybody."
        )
    return "The first and second needs are too close to separate."


def _weighting_sentence(report: WeightingReport) -> str:
    if not report.used or report.efficiency is None or report.effective_base is None:
        return f"The answers cannot be adjusted to the population: {report.reason}"
    sentence = (
        f"Adjusted to the population by {wording.listed([name.lower() for name in report.dimensions])}, the answers of "
        f"{wording.people(report.people or 0)} weigh as much as those of {report.effective_base:,.0f} "
        f"(efficiency {wording.percent(report.efficiency)})."
    )
    return sentence if report.efficiency >= GOOD_EFFICIENCY else f"{sentence} Read adjusted shares with care."


def use(has_vote: bool) -> tuple[str, ...]:
    """What the figures may and may not be used for: fixed wording for each way of collecting them."""
    sentences = [
        "Use these figures to see which needs people raised, how many people supported each, and who has not been heard.",
        "Do not use them to say what share of all residents holds a view.",
    ]
    if has_vote:
        sentences.append(
            "The counted result of the vote is every ballot counted once. Shares and ranges only describe it."
        )
    return tuple(sentences)


def caveats(
    evidence: Evidence,
    *,
    threshold: int,
    rounding: int,
    hides: bool,
    adjusted: bool,
    ranges_missing: bool,
    groups_missing: bool,
    series_broken: bool = False,
) -> tuple[Limit, ...]:
    """The caveats that apply, each with its fixed sentence."""
    waiting = wording.plural(evidence.waiting, "submission", "submissions")
    left_out = wording.listed([name.lower() for name in evidence.left_out])
    silent = wording.listed([f"“{title}”" for title in evidence.silent])
    bases = [activity.people for activity in evidence.activities]
    applies = {
        "DEMONSTRATION": evidence.subject.demonstration,
        "SELF_SELECTED": True,
        "LOW_BASE": not bases or max(bases) < LOW_BASE,
        "RANGE": True,
        "WEIGHTED": adjusted,
        "NOT_WEIGHTED": not adjusted,
        "HIDDEN_CELLS": hides,
        "ROUNDED": rounding > 1,
        "GROUPS_LATER": evidence.groups_later,
        "LEFT_OUT": bool(evidence.left_out),
        "CHOICES_LEFT_OUT": bool(evidence.silent),
        "NO_RANK_RANGES": ranges_missing,
        "NOT_ALL_MODERATED": evidence.waiting > 0,
        "COUNTED_APART": evidence.apart > 0,
        "BREAK": series_broken,
        "GROUPS_UNSTABLE": groups_missing,
        "MACHINE_ASSISTED": any(theme.read < theme.needs for theme in evidence.themes),
    }
    return tuple(
        Limit(
            code,
            caveat(code, threshold=threshold, rounding=rounding, waiting=waiting, left_out=left_out, silent=silent),
        )
        for code, yes in applies.items()
        if yes
    )
