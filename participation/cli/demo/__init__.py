"""`participation demo`: the demonstration council, its people and its consultations. Refused outside demo mode."""

from __future__ import annotations

import time
from random import Random

import click
from flask import current_app
from sqlalchemy import update

from config.settings import ROOT
from participation import clock
from participation.budgets.load import load_council
from participation.cli.app import with_app
from participation.cli.demo import content
from participation.cli.demo.people import PASSWORD, RESIDENT, STAFF, demo_accounts, residents
from participation.cli.demo.story import Story
from participation.commissioning.live.fold import fold
from participation.councils.models import WardGrouping
from participation.councils.queries import all_councils
from participation.errors import NotAllowed
from participation.extensions import db
from participation.transactions import transaction
from participation.voting import ballot_box

COUNCIL = "lambeth"
# The same seed draws the same residents, needs and ballots every time.
SEED = 20261125
RESIDENTS = 900


@click.group("demo")
def demo() -> None:
    """Load the demonstration council."""


@demo.command("seed")
@click.option("--if-empty", is_flag=True, help="Do nothing when a council is there already.")
@with_app
def seed(if_empty: bool) -> None:
    """Load Lambeth's real figures and a made-up history of consultations on top of them."""
    _require_demo_mode()
    if all_councils():
        if if_empty:
            return
        raise NotAllowed("The database is not empty. `make demo` throws it away and seeds it again.")
    click.echo("==> Demonstration: Lambeth with made-up residents, needs and votes (under a minute)")
    began = time.monotonic()
    with transaction() as act:
        act.after_commit(ballot_box.scrub)
        council = load_council(folder=ROOT / "config" / "councils" / COUNCIL).council
        council.demonstration = True
        now, draw = clock.now(), Random(SEED)  # noqa: S311  drawn to be repeated, not to be secret
        story = Story(
            council=council, needs=content.needs(COUNCIL), signed=content.evidence(COUNCIL),
            voices=content.voices(COUNCIL), draw=draw, now=now,
        )  # fmt: skip
        # The neighbourhoods are older than every consultation, so that its summaries know them.
        db.session.execute(update(WardGrouping).values(made_at=story.day(-400)))
        with clock.frozen_at(story.day(-400)):
            story.staff = demo_accounts(council, clock.now())
        story.people = residents(council, RESIDENTS, draw, story.day(-380))
        told = []
        for one in content.consultations(COUNCIL):
            told.append(story.tell(one))
            click.echo(f"    {one.title}")
        story.code_and_sign(told)
    with transaction():
        while fold(now):
            pass
    click.echo(f"==> demonstration ready ({time.monotonic() - began:.0f} s)")


@demo.command("sign-ins")
@click.option("--address", default="http://127.0.0.1:5000", help="Where the site is served.")
def sign_ins(address: str) -> None:
    """Print where the demonstration is and who can sign in."""
    lines = [f"{email:30} {name}" for email, name in [(RESIDENT, "a resident"), *((e, n) for e, n, _ in STAFF)]]
    rule = "-" * 64
    click.echo(f"\n{rule}\n  {address}\n\n  Sign in with one of these, password: {PASSWORD}\n")
    click.echo("".join(f"    {line}\n" for line in lines) + f"\n  Stop with Ctrl+C.\n{rule}\n")


def _require_demo_mode() -> None:
    if not current_app.config["SETTINGS"].demo:
        raise NotAllowed("Demo accounts exist in demo mode only: set PARTICIPATION_DEMO=1 (never in production).")
