"""What divides and unites, as the summary's page shows it: short tables of words, made from the same rows as every file."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from participation.commissioning import figure_words as say
from participation.needs.consensus import CANNOT_SAY
from participation.needs.figures import Figure
from participation.needs.opinion_groups import FEWEST_VOTES
from participation.needs.summary import BudgetRow, StatementRow, Summary
from participation.web.words import pounds

# Flows that the page lists; all of them are in the files.
MOST_FLOWS = 10
SHOWN_VERDICTS = {
    "divided": "Groups are divided",
    "shared": "No group clearly differs",
    "too few to say": "Too few to say",
}


@dataclass(frozen=True, slots=True)
class WordTable:
    """A table of words: the first column names the row."""

    name: str
    title: str
    says: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def choice_tables(summary: Summary, needs: AbstractSet[str]) -> list[WordTable]:
    """Those there is something to say in. Agreement between groups only of these needs; options are few, so all of them."""
    made = [
        _consensus(summary, needs),
        _statements(summary),
        _groups(summary),
        _budget(summary),
        _flows(summary),
        _answers(summary),
    ]
    return [table for table in made if table.rows]


def _answers(summary: Summary) -> WordTable:
    step = summary.method.threshold
    return WordTable(
        "answers",
        "Answers to questions beside the vote",
        "Answering was optional, so these are the voters who chose to. Numbers are to the nearest "
        f"{step}. Answers in residents’ own words are not counted.",
        ("Question", "Answer", "People, about", "Share of those who answered, and its range"),
        tuple(
            (
                row.question, row.answer, say.fewer(row.people, 2 * step),
                _ranged(row.share) if row.people.shown else "",
            )
            for row in summary.answers
        ),
    )  # fmt: skip


def _consensus(summary: Summary, needs: AbstractSet[str]) -> WordTable:
    options = {row.code for row in summary.options}
    listed = [row for row in summary.consensus if row.code in needs | options]
    told = [row for row in listed if row.verdict != CANNOT_SAY]
    untold = f" In {len(listed) - len(told)} more, too few can be shown to say." if len(told) < len(listed) else ""
    return WordTable(
        "agreement",
        "Where groups agree and where they are divided",
        f"Only groups whose share can be shown. That no group clearly differs is not proof that they are alike.{untold}",
        ("Need or option", "Grouping", "Lowest share", "Highest share", "What it says"),
        tuple(
            (
                row.title,
                row.dimension_name,
                f"{say.share(row.lowest)} ({row.lowest_group})" if row.lowest_group else say.missing(row.lowest),
                f"{say.share(row.highest)} ({row.highest_group})" if row.highest_group else say.missing(row.highest),
                SHOWN_VERDICTS[row.verdict],
            )
            for row in told
        ),
    )


def _statements(summary: Summary) -> WordTable:
    return WordTable(
        "yes-and-no",
        "What residents say yes and no to",
        "Every ballot is counted. The share is of all ballots, those without a view included.",
        ("Option", "Yes", "No", "No view", "Share saying yes, and its range", "What it says"),
        tuple(
            (
                row.title,
                say.number(row.agree),
                say.number(row.disagree),
                say.number(row.no_view),
                _ranged(row.support),
                row.verdict.capitalize(),
            )
            for row in summary.statements
        ),
    )


def _groups(summary: Summary) -> WordTable:
    groups = summary.opinion_groups
    return WordTable(
        "opinion-groups",
        "Groups of people who vote alike",
        f"Found in public ballots with {FEWEST_VOTES} views or more. They stand out against shuffled votes, and are found again "
        "on most of the options. The share is of those in the group who say yes or no.",
        ("Option", *(f"Group {one.label}: {say.number(one.ballots)} ballots" for one in groups)),
        tuple(_by_group(row) for row in summary.statements) if groups else (),
    )


def _by_group(row: StatementRow) -> tuple[str, ...]:
    return row.title, *(say.share(share) for share in row.by_group)


def _budget(summary: Summary) -> WordTable:
    return WordTable(
        "balanced-budget",
        "What residents do with each line of the budget",
        "Half of the ballots go no higher than the middle change, and half no lower. Its range is in brackets.",
        ("Line", "Today", "Middle change", "Raise it", "Keep it", "Cut it"),
        tuple(_line(row) for row in summary.budget),
    )


def _line(row: BudgetRow) -> tuple[str, ...]:
    low, high = int(row.change.lower or 0), int(row.change.upper or 0)
    span = "" if low == high else f" ({_change(low)} to {_change(high)})"
    return (
        f"{row.title} (income)" if row.kind == "income" else row.title,
        pounds(row.today),
        f"{_change(int(row.change.value or 0))}{span}",
        say.share(row.raised),
        say.share(row.kept),
        say.share(row.cut),
    )


def _flows(summary: Summary) -> WordTable:
    return WordTable(
        "budget-flows",
        "Where the money would go",
        f"What an average ballot moves from one line to another: the largest {MOST_FLOWS}.",
        ("From", "To", "Amount"),
        tuple((row.giver, row.taker, pounds(int(row.pence.value or 0))) for row in summary.flows[:MOST_FLOWS]),
    )


def _ranged(figure: Figure) -> str:
    span = say.percentage_range(figure)
    return f"{say.share(figure)} ({span})" if span else say.share(figure)


def _change(pence: int) -> str:
    """ "+£5,000", "−£5,000", "no change"."""
    if pence == 0:
        return "no change"
    return f"{'+' if pence > 0 else '−'}{pounds(abs(pence))}"
