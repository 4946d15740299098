"""`participation count FILE.pb --rule RULE` and `participation rules`: the counting room without the web.

Every option has the name of a setting of the rules, so that a count on a page and a count here are the same count. What
is refused (a broken file, a rule that cannot count these ballots) is one line on standard error and exit code 2.
"""

from __future__ import annotations

import json
import time
from typing import Any

import click
from click.core import ParameterSource

from participation.cli.count_progress import waiting
from participation.cli.count_report import as_object, explanation, rules_table, table
from participation.counting import RULES, Ties, count, rule_named
from participation.counting.pabulib import read
from participation.counting.ties import DEFAULT as DEFAULT_TIES
from participation.errors import InvalidInput


class NotAnOptionOfThisRule(InvalidInput):
    public = "The rule {rule} has no {option}. “participation rules” lists what each rule has."


# option of the command line -> (setting of the rule, value of the setting)
SETTINGS = ("threshold", "satisfaction", "completion", "stop", "endowment", "compare", "seats")


@click.command("count", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=click.Path())
@click.option("--rule", required=True, help="How to count; see “participation rules”.")
@click.option("--no-skip", "no_skip", is_flag=True, help="Greedy stops at the first project that does not fit.")
@click.option("--threshold", default="none", show_default=True, help="Score needed: none, file or a number.")
@click.option("--satisfaction", default="cost", show_default=True, help="cost, cardinality, points or points-cost.")
@click.option("--completion", default="none", show_default=True, help="none, greedy, add1 or add1-greedy.")
@click.option("--stop", default="exhaustive", show_default=True, help="When add1 ends: exhaustive or overspend.")
@click.option("--endowment", default="exact", show_default=True, help="Where add1 starts: exact or integral.")
@click.option("--compare", is_flag=True, help="Hand over to greedy if more ballots have more winners under it.")
@click.option(
    "--seats", default="1", show_default=True, help="Options to elect, for rules that elect a number of them."
)
@click.option(
    "--ties", default=DEFAULT_TIES, show_default=True, help="file, id, cheapest, most-votes, lot:SEED in order."
)
@click.option("--explain", is_flag=True, help="Say for every project why it won or lost, and show every round.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.pass_context
def count_command(
    context: click.Context, /, file: str, rule: str, ties: str, explain: bool, as_json: bool, **options: Any
) -> None:
    """Count the Pabulib election FILE (.pb or .pb.gz)."""
    settings = _settings(context, rule, options)
    declared = Ties.parse(ties)
    started = time.perf_counter()
    with waiting("Reading"):
        election_file = read(file)
        election = election_file.election()
        profile = election_file.profile(election)
    read_at = time.perf_counter()
    with waiting("Counting"):
        outcome = count(election, profile, rule=rule, settings=settings, ties=declared, explain=explain or not as_json)
    counted_at = time.perf_counter()
    seconds = {"reading": round(read_at - started, 6), "counting": round(counted_at - read_at, 6)}
    if as_json:
        click.echo(json.dumps(as_object(outcome, seconds, explain=explain), ensure_ascii=False))
        return
    for warning in election_file.warnings:
        click.echo(f"Note: {warning}", err=True)
    click.echo(table(outcome, election, election_file.name, seconds))
    if explain:
        click.echo(explanation(outcome, election))


@click.command("rules", context_settings={"help_option_names": ["-h", "--help"]})
def rules_command() -> None:
    """List the counting rules and their settings."""
    click.echo(rules_table(RULES))


def _settings(context: click.Context, rule: str, options: dict[str, Any]) -> dict[str, str | int | bool]:
    """The rule's settings; an option that was given and that the rule does not have is refused, not ignored."""
    known = {setting.name for setting in rule_named(rule).settings}
    given = {name: options[name] for name in SETTINGS} | {"skip": not options["no_skip"]}
    for name in given:
        option = "no_skip" if name == "skip" else name
        if name not in known and context.get_parameter_source(option) is not ParameterSource.DEFAULT:
            raise NotAnOptionOfThisRule(rule=rule, option="--" + option.replace("_", "-"))
    return {name: value for name, value in given.items() if name in known}
