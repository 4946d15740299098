"""`participation mail`: deliver the outbox."""

from __future__ import annotations

import time

import click
from flask import current_app

from participation.cli.app import with_app
from participation.consultations.letters import write_digests
from participation.councils.queries import all_councils
from participation.errors import SettingsError
from participation.extensions import db
from participation.transactions import transaction
from participation.web.mail import Delivered, deliver_due

PAUSE_SECONDS = 5


@click.group("mail")
def mail() -> None:
    """Deliver the mails of the outbox."""


@mail.command("digest")
@with_app
def digest() -> None:
    """Write this week's mails to residents who follow consultations. Run it once a day; nobody gets one twice a week."""
    written = 0
    for council in all_councils():
        with transaction():
            written += write_digests(council)
    click.echo(f"{written} written")


@mail.command("send")
@click.option("--keep-running", is_flag=True, help=f"Look again every {PAUSE_SECONDS} seconds until stopped.")
@with_app
def send(keep_running: bool) -> None:
    """Send every mail that is due through the SMTP server of the settings.

    A mail that fails is tried again later, ten times within about a day. Several of these may run at once.
    """
    settings = current_app.config["SETTINGS"]
    if not settings.smtp:
        raise SettingsError("PARTICIPATION_SMTP is missing: mails stay in the outbox.")
    while True:
        outcome = deliver_due(settings)
        db.session.remove()
        if outcome != Delivered():
            click.echo(f"{outcome.sent} sent, {outcome.failed} to be tried again, {outcome.given_up} given up")
            continue
        if not keep_running:
            break
        time.sleep(PAUSE_SECONDS)
