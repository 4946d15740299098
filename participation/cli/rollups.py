"""`participation rollups`: keep the live picture of priorities fresh, count it anew, and prove that both agree."""

from __future__ import annotations

import time

import click

from participation import clock
from participation.cli.app import with_app
from participation.commissioning.live import fold as sums
from participation.extensions import db
from participation.transactions import transaction

PAUSE_SECONDS = 10
SHOWN = 20


@click.group("rollups")
def rollups() -> None:
    """The sums behind the live picture of a consultation."""


@rollups.command("fold")
@click.option("--keep-running", is_flag=True, help=f"Look again every {PAUSE_SECONDS} seconds until stopped.")
@with_app
def fold(keep_running: bool) -> None:
    """Fold what changed since the last time into the sums. Several of these may run at once; they wait for each other."""
    while True:
        with transaction():
            taken = sums.fold(clock.now())
        db.session.remove()
        if taken:
            click.echo(f"{taken:,} changes folded in")
            continue
        if not keep_running:
            break
        time.sleep(PAUSE_SECONDS)


@rollups.command("rebuild")
@click.option("--check", "only_check", is_flag=True, help="Only say whether the live sums are what a full count gives.")
@with_app
def rebuild(only_check: bool) -> None:
    """Count all sums anew from what residents did; with --check, only compare. Exits with 1 where they differ."""
    if only_check:
        _compare()
        return
    began = time.monotonic()
    with transaction():
        made = sums.rebuild(clock.now())
    click.echo(f"{made:,} sums counted anew in {time.monotonic() - began:.1f} seconds")


def _compare() -> None:
    with transaction():
        drift = sums.check(clock.now())
    for one in drift[:SHOWN]:
        keys = " / ".join(key or "-" for key in one.keys)
        click.echo(
            f"consultation {one.consultation_id}, {one.measure} on {one.day}, {keys}: "
            f"live {one.live:,}, counted {one.counted:,}"
        )
    if not drift:
        click.echo("The live sums are what a full count gives.")
        return
    click.echo(f"{len(drift):,} sums differ. Put them right with: participation rollups rebuild")
    raise click.exceptions.Exit(1)
