"""`participation feed`: send what other systems are to be told."""

from __future__ import annotations

import time

import click
from flask import current_app

from participation.cli.app import with_app
from participation.commissioning.feed.webhooks import Sent, deliver_due
from participation.extensions import db

PAUSE_SECONDS = 10


@click.group("feed")
def feed() -> None:
    """Tell other systems of published figures."""


@feed.command("send")
@click.option("--keep-running", is_flag=True, help=f"Look again every {PAUSE_SECONDS} seconds until stopped.")
@with_app
def send(keep_running: bool) -> None:
    """Send every delivery that is due. One that fails is tried again, six times within about a day."""
    while True:
        outcome = deliver_due(current_app.config["SETTINGS"])
        db.session.remove()
        if outcome != Sent():
            click.echo(f"{outcome.sent} sent, {outcome.failed} failed")
        if not keep_running:
            break
        time.sleep(PAUSE_SECONDS)
