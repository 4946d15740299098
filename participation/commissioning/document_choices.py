"""The tables of a summary's document about what divides and unites: groups, opinion groups, balanced budgets."""

from __future__ import annotations

from participation.commissioning.document_cells import RANGE_NOTE, SHARE_NOTE, cell, high, low, name_of, text
from participation.exports import Column, Table, Value
from participation.needs.opinion_groups import FEWEST_VOTES
from participation.needs.summary import StatementRow, Summary


def choice_tables(summary: Summary) -> list[Table]:
    """Those there is something to say in."""
    made = []
    if summary.consensus:
        made.append(_consensus(summary))
    if summary.statements:
        made.append(_statements(summary))
    if summary.opinion_groups:
        made += [_opinion_groups(summary), _by_opinion_group(summary)]
    if summary.budget:
        made.append(_budget(summary))
    if summary.flows:
        made.append(_flows(summary))
    if summary.answers:
        made.append(_answers(summary))
    return made


def _answers(summary: Summary) -> Table:
    return Table(
        name="answers_beside_the_vote",
        title="Answers to questions beside the vote",
        description=(
            "Answering was optional, so these are the voters who chose to. Numbers of people are to the nearest "
            f"{summary.method.threshold}. Answers in residents’ own words are not counted."
        ),
        columns=(
            Column("code", "Answer code"),
            Column("question", "Question"),
            Column("answer", "Answer"),
            Column("people", "People who gave it", "number"),
            Column("share", "Share of the people who answered", "share", notes=(SHARE_NOTE,)),
            Column("share_low", "Lower end of the range of the share", "share", notes=(RANGE_NOTE,)),
            Column("share_high", "Upper end of the range of the share", "share", notes=(RANGE_NOTE,)),
        ),
        rows=tuple(
            (row.code, row.question, row.answer, cell(row.people), cell(row.share), low(row.share), high(row.share))
            for row in summary.answers
        ),
        key=("code",),
        label="answer",
    )


def _consensus(summary: Summary) -> Table:
    return Table(
        name="agreement_between_groups",
        title="Where groups agree and where they are divided",
        description=(
            "Divided: at least one group clearly differs from everybody else, after correcting for the number of comparisons. "
            "Shared: groups were compared and none does; that is not proof that they are alike. The lowest and highest share are "
            "of those that can be shown."
        ),
        columns=(
            Column("activity", "About"),
            Column("code", "Code"),
            Column("choice", "Need or option"),
            Column("grouping", "Grouping"),
            Column("lowest_group", "Group with the lowest share"),
            Column("lowest", "Lowest share", "share", notes=(SHARE_NOTE,)),
            Column("highest_group", "Group with the highest share"),
            Column("highest", "Highest share", "share", notes=(SHARE_NOTE,)),
            Column("compared", "Groups compared", "number"),
            Column("verdict", "What it says"),
        ),
        rows=tuple(
            (
                name_of(row.activity), row.code, row.title, row.dimension_name, text(row.lowest_group), cell(row.lowest),
                text(row.highest_group), cell(row.highest), row.compared, row.verdict,
            )
            for row in summary.consensus
        ),
        key=("activity", "code", "grouping"),
        label="choice",
    )  # fmt: skip


def _statements(summary: Summary) -> Table:
    return Table(
        name="yes_and_no",
        title="What residents say yes and no to",
        description="Counts are of the whole vote. The share is of all ballots, those without a view included.",
        columns=(
            Column("code", "Option code"),
            Column("option", "Option"),
            Column("agree", "Yes", "number"),
            Column("disagree", "No", "number"),
            Column("no_view", "No view", "number"),
            Column("support", "Share saying yes", "share", notes=(SHARE_NOTE,)),
            Column("support_low", "Lower end of the range of the share", "share", notes=(RANGE_NOTE,)),
            Column("support_high", "Upper end of the range of the share", "share", notes=(RANGE_NOTE,)),
            Column("verdict", "What it says"),
        ),
        rows=tuple(
            (
                row.code, row.title, cell(row.agree), cell(row.disagree), cell(row.no_view), cell(row.support), low(row.support),
                high(row.support), row.verdict,
            )
            for row in summary.statements
        ),
        key=("code",),
        label="option",
    )  # fmt: skip


def _opinion_groups(summary: Summary) -> Table:
    return Table(
        name="opinion_groups",
        title="Groups of people who vote alike",
        description=(
            f"Found in ballots with {FEWEST_VOTES} views or more, which are public without a name. Groups are shown only where "
            "they stand out against shuffled votes and are found again on most of the options."
        ),
        columns=(
            Column("group", "Group"),
            Column("ballots", "Ballots", "number"),
            Column("share", "Share of the ballots that were grouped", "share", notes=(SHARE_NOTE,)),
        ),
        rows=tuple((row.label, cell(row.ballots), cell(row.share)) for row in summary.opinion_groups),
        key=("group",),
        label="group",
    )


def _by_opinion_group(summary: Summary) -> Table:
    return Table(
        name="yes_by_opinion_group",
        title="What each group says yes to",
        columns=(
            Column("code", "Option code"),
            Column("option", "Option"),
            Column("group", "Group"),
            Column("share", "Share saying yes, of those with a view", "share", notes=(SHARE_NOTE,)),
            Column("share_low", "Lower end of the range of the share", "share", notes=(RANGE_NOTE,)),
            Column("share_high", "Upper end of the range of the share", "share", notes=(RANGE_NOTE,)),
        ),
        rows=tuple(row for statement in summary.statements for row in _group_rows(summary, statement)),
        key=("code", "group"),
        label="option",
    )


def _group_rows(summary: Summary, row: StatementRow) -> list[tuple[Value, ...]]:
    return [
        (row.code, row.title, group.label, cell(share), low(share), high(share))
        for group, share in zip(summary.opinion_groups, row.by_group, strict=True)
    ]


def _budget(summary: Summary) -> Table:
    return Table(
        name="balanced_budget",
        title="What residents do with each line of the budget",
        description="The middle change is the one that half of the ballots do not go above, and half not below.",
        columns=(
            Column("code", "Line code"),
            Column("line", "Line"),
            Column("service", "Service"),
            Column("kind", "Spending or income"),
            Column("today", "Today", "pence"),
            Column("change", "Middle change", "pence"),
            Column("change_low", "Lower end of the range of the middle change", "pence", notes=(RANGE_NOTE,)),
            Column("change_high", "Upper end of the range of the middle change", "pence", notes=(RANGE_NOTE,)),
            Column("mean_change", "Mean change", "pence"),
            Column("raised", "Share of ballots that raise it", "share", notes=(SHARE_NOTE,)),
            Column("kept", "Share of ballots that keep it", "share", notes=(SHARE_NOTE,)),
            Column("cut", "Share of ballots that cut it", "share", notes=(SHARE_NOTE,)),
        ),
        rows=tuple(
            (
                row.code, row.title, text(row.service), row.kind, row.today, cell(row.change), low(row.change), high(row.change),
                cell(row.mean_change), cell(row.raised), cell(row.kept), cell(row.cut),
            )
            for row in summary.budget
        ),
        key=("code",),
        label="line",
    )  # fmt: skip


def _flows(summary: Summary) -> Table:
    return Table(
        name="budget_flows",
        title="Where the money would go",
        description="What an average ballot moves from one line to another. A ballot’s cuts are shared out over its rises.",
        columns=(
            Column("giver_code", "From: code"),
            Column("giver", "From"),
            Column("taker_code", "To: code"),
            Column("taker", "To"),
            Column("amount", "Amount of an average ballot", "pence"),
        ),
        rows=tuple((row.giver_code, row.giver, row.taker_code, row.taker, cell(row.pence)) for row in summary.flows),
        key=("giver_code", "taker_code"),
        label="giver",
    )
