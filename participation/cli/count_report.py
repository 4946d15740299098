"""An outcome for people at a terminal, and for scripts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from participation.counting import Election, Outcome, Rule
from participation.counting.outcome import OptionResult
from participation.counting.pabulib.numbers import written

TITLE_WIDTH = 44
INDENT = "    "


def as_object(outcome: Outcome, seconds: Mapping[str, float], *, explain: bool) -> dict[str, Any]:
    """What `--json` prints. Money in the currency of the file, codes as in the file.

    `completion` and `satisfaction` are null for rules that have no such setting. With `--explain` the object also
    has `options` (a sentence and its facts for each) and `rounds`; after a comparison also `comparison`.
    """
    entries: dict[str, Any] = {
        "rule": outcome.rule,
        "completion": outcome.settings.get("completion"),
        "satisfaction": outcome.settings.get("satisfaction"),
        "ties": outcome.ties,
        "budget": money(outcome.budget, outcome.unit),
        "selected": list(outcome.selected),
        "total_cost": money(outcome.total_cost, outcome.unit),
        "ties_met": [asdict(tie) for tie in outcome.ties_met],
        "ballots": outcome.ballots,
        "ballots_not_counted": outcome.not_counted,
        "engine": outcome.engine,
        "seconds": dict(seconds),
    }
    if outcome.settings.get("compare"):
        entries["comparison"] = dict(outcome.facts)
    if explain:
        entries["options"] = [_option(result, outcome.unit) for result in outcome.options]
        entries["rounds"] = [
            {"number": step.number, "action": step.action, "option": step.option, "note": step.note}
            for step in outcome.rounds
        ]
    return entries


def money(units: int, unit: int) -> int | float | str:
    """An amount as a JSON number; as text only where no double would print the same digits."""
    text = written(units, unit)
    if text.isdigit():
        return int(text)
    return float(text) if repr(float(text)) == text else text


def _option(result: OptionResult, unit: int) -> dict[str, Any]:
    return {
        "code": result.code,
        "cost": money(result.cost, unit),
        "votes": result.votes,
        "score": result.score,
        "selected": result.selected,
        "position": result.position,
        "sentence": result.sentence,
        "facts": dict(result.facts),
    }


def table(outcome: Outcome, election: Election, name: str, seconds: Mapping[str, float]) -> str:
    """The result as a table: what was selected in its order, then the rest by score."""
    settings = ", ".join(f"{key} {_said(value)}" for key, value in outcome.settings.items())
    lines = [
        f"{name}: {outcome.rule}" + (f" ({settings})" if settings else ""),
        f"{outcome.ballots:,} ballots counted, {outcome.not_counted:,} not counted; ties: {outcome.ties}",
    ]
    lines += [f"  {remark.number:,} not counted: {remark.reason}" for remark in outcome.ballots_not_counted]
    lines += [
        f"  {remark.number:,} {'ballot' if remark.number == 1 else 'ballots'}: {remark.reason}"
        for remark in outcome.remarks
    ]
    lines += ["", *_rows(outcome, election), ""]
    spent, left = election.money(outcome.total_cost), election.money(outcome.budget - outcome.total_cost)
    lines.append(f"{len(outcome.selected)} of {len(outcome.options)} selected")
    lines.append(f"{spent} of {election.money(outcome.budget)} spent, {left} left")
    lines += [
        f"Tie in round {tie.round} between {', '.join(tie.options)}: {tie.chosen} by {tie.policy}"
        for tie in outcome.ties_met
    ]
    lines += _comparison(outcome)
    lines.append(f"Read in {seconds['reading']:.3f} s, counted in {seconds['counting']:.3f} s, {outcome.engine}")
    return "\n".join(lines)


def _comparison(outcome: Outcome) -> list[str]:
    """Both sides of a comparison, where one was asked for."""
    if not outcome.settings.get("compare"):
        return []
    facts = outcome.facts
    both = f"for {facts['prefer_equal_shares']} ballots by equal shares, for {facts['prefer_greedy']} by greedy"
    return [
        f"More funded: {both}, the same for {facts['prefer_neither']}; the result is that of {facts['result_of']}",
        f"  equal shares: {facts['equal_shares_would_select']}",
        f"  greedy: {facts['greedy_would_select']}",
    ]


def _said(value: str | int | bool) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _rows(outcome: Outcome, election: Election) -> list[str]:
    ordered = sorted(outcome.options, key=lambda result: (result.position or len(outcome.options) + 1, -_score(result)))
    cells = [("", "id", "title", "votes", "score", "cost", "")]
    for result in ordered:
        title = printable(election.options[election.index[result.code]].title)
        cells.append(
            (
                f"{result.position}." if result.position else "",
                result.code,
                title if len(title) <= TITLE_WIDTH else title[: TITLE_WIDTH - 1] + "…",
                f"{result.votes:,}",
                result.score,
                election.money(result.cost),
                "selected" if result.selected else "",
            )
        )
    return aligned(cells, right=(0, 3, 4, 5))


def printable(text: str) -> str:
    """Text of a file without the control characters that would reach the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _score(result: OptionResult) -> Fraction:
    try:
        return Fraction(result.score)
    except ValueError:
        return Fraction(0)


def aligned(rows: Sequence[tuple[str, ...]], right: Iterable[int] = ()) -> list[str]:
    """Rows of text in columns; `right` are the columns of numbers."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    turned = set(right)
    return [
        "  ".join(
            cell.rjust(width) if column in turned else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def explanation(outcome: Outcome, election: Election) -> str:
    """Every round, and a sentence for every option."""
    lines = ["", "Rounds"]
    lines += [f"{step.number:>4}. {printable(step.note)}" for step in outcome.rounds]
    lines += ["", "Reasons"]
    for result in outcome.options:
        title = election.options[election.index[result.code]].title
        lines.append(printable(f"{result.code} {title}: {result.sentence}"))
    return "\n".join(lines)


def rules_table(rules: Iterable[Rule]) -> str:
    """What `participation rules` prints."""
    lines: list[str] = []
    for rule in rules:
        lines += [
            f"{rule.name}: {rule.title}",
            textwrap.fill(rule.description, 100, initial_indent=INDENT, subsequent_indent=INDENT),
        ]
        lines.append(f"    Ballots: {', '.join(kind.replace('_', '-') for kind in rule.ballot_types)}")
        for setting in rule.settings:
            choices = " (" + ", ".join(choice for choice, _ in setting.choices) + ")" if setting.choices else ""
            lines.append(f"    {setting.name}: {setting.title}{choices}; default {_said(setting.default)}")
        lines.append("")
    return "\n".join(lines).rstrip()
