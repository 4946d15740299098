"""`participation jobs`: make the files that take long."""

from __future__ import annotations

import time

import click

from participation.cli.app import with_app
from participation.commissioning.exporting.work import Done, run_due
from participation.extensions import db

PAUSE_SECONDS = 5


@click.group("jobs")
def jobs() -> None:
    """Files that were asked for and take long to make."""


@jobs.command("run")
@click.option("--keep-running", is_flag=True, help=f"Look again every {PAUSE_SECONDS} seconds until stopped.")
@with_app
def run(keep_running: bool) -> None:
    """Make every file that is due. Several of these may run at once; a job whose worker was killed is taken up again."""
    while True:
        outcome = run_due()
        db.session.remove()
        if outcome != Done():
            click.echo(f"{outcome.made} made, {outcome.failed} failed")
        if not keep_running:
            break
        time.sleep(PAUSE_SECONDS)
