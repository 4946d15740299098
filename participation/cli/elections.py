"""`participation import-election FILE.pb`: a past election through the real ballot box."""

from __future__ import annotations

import sys
import time

import click

from participation.cli.app import with_app
from participation.councils.models import Council
from participation.councils.queries import all_councils
from participation.counting.pabulib import read
from participation.errors import InvalidInput
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import ballot_box, importing
from participation.voting.importing import Imported, Plan


@click.command("import-election", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("file", type=click.Path())
@click.option("--council", "slug", help="The council to import into (its part of the address).")
@with_app
def import_election(file: str, slug: str | None) -> None:
    """Make a closed, counted consultation out of the Pabulib FILE (.pb or .pb.gz).

    Every ballot is cast through the same code as on the website, sealed, opened, counted and published: all of it or nothing.
    """
    council_id = _council(slug).id
    began = time.perf_counter()
    plan = importing.planned(read(file))
    label = f"Casting {len(plan.ballots):,} ballots"
    with click.progressbar(length=len(plan.ballots), label=label, file=sys.stderr) as bar, transaction() as act:
        imported = importing.import_election(
            council=db.session.get_one(Council, council_id), plan=plan, progress=lambda done: bar.update(done - bar.pos)
        )
        act.after_commit(ballot_box.scrub)
    for line in _report(plan, imported):
        click.echo(line)
    click.echo(f"Took {time.perf_counter() - began:.1f} seconds.")


def _council(slug: str | None) -> Council:
    """The council of that name; without one the only council there is, or the only demonstration."""
    councils = all_councils()
    if not councils:
        raise InvalidInput("There is no council yet. Load one first: participation council load FOLDER")
    demonstrations = [council for council in councils if council.demonstration]
    for group in (councils, demonstrations):
        named = [council for council in group if slug in (None, council.slug)]
        if len(named) == 1:
            return named[0]
    problem = f"There is no council “{slug}”." if slug else "Say which council to import into, with --council."
    raise InvalidInput(f"{problem} There is: {', '.join(council.slug for council in councils)}.")


def _report(plan: Plan, imported: Imported) -> list[str]:
    """What was read, cast and counted, and whether the winners are the file's."""
    outcome, consultation = imported.outcome, imported.consultation
    spent = f"{plan.election.money(outcome.total_cost)} of {plan.election.money(outcome.budget)}"
    return [
        f"{plan.file.name}: {consultation.title}",
        f"Ballots in the file: {plan.file.voters:,}",
        f"Cast: {imported.cast:,}",
        f"Refused: {plan.file.voters - imported.cast:,}",
        *(f"Note: {number:,} cast as accepted at the time, for example: {reason}" for number, reason in plan.flagged),
        *(f"Note: {warning}" for warning in plan.file.warnings),
        f"Counted: {outcome.ballots:,}",
        *(f"Not counted: {remark.number:,} ({remark.reason})" for remark in outcome.ballots_not_counted),
        f"Rule: {_rule(plan)}",
        f"Selected: {len(outcome.selected)} of {len(outcome.options)}, {spent}",
        f"Winners: {_comparison(plan, imported)}",
        f"Result: /{consultation.council.slug}/consultations/{consultation.slug}/result",
    ]


def _rule(plan: Plan) -> str:
    settings = ", ".join(f"{name}={value}" for name, value in plan.settings.items())
    said = f"{plan.rule} ({settings})"
    if plan.rule_is_ours:
        return f"{said}, for {plan.file_rule} in the file"
    return f"{said}; the file says {plan.file_rule or 'nothing'}, which is not a rule of ours"


def _comparison(plan: Plan, imported: Imported) -> str:
    recorded = plan.file.selected
    if recorded is None:
        return "the file records none to compare with"
    ours, theirs = set(imported.outcome.selected), set(recorded)
    if ours == theirs:
        return "the same as the file's own"
    only_ours, only_theirs = sorted(ours - theirs), sorted(theirs - ours)
    return f"not the file's own: {', '.join(only_ours) or 'none'} only here, {', '.join(only_theirs) or 'none'} only in the file"
