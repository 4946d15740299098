"""`participation box` and `participation publish-folder`: the public log of ballot boxes, and published votes as files."""

from __future__ import annotations

from pathlib import Path

import click

from participation.cli.app import with_app
from participation.consultations.queries import consultation_by_slug
from participation.councils.queries import council_by_slug
from participation.errors import NotFound, Refusal
from participation.transactions import transaction
from participation.voting import box_log, publication, queries, recounting, schedule, sequencer
from participation.voting.definition import definition_of
from participation.voting.log.leaves import box_origin
from participation.voting.models import Vote
from participation.web.words import plural


@click.group("box")
def box() -> None:
    """The public logs of ballot boxes."""


@box.command("sequence")
@with_app
def sequence() -> None:
    """Fix the votes that opened, bring every log up to date that has something waiting, and close votes whose time is over.

    For a timer, every 15 minutes.
    """
    for vote_id in [vote.id for vote in queries.votes_that_take_ballots()]:
        with transaction():
            schedule.fix_if_open(queries.vote_by_id(vote_id))
    for vote_id in [vote.id for vote in queries.votes_with_a_log()]:
        with transaction():
            vote = queries.vote_by_id(vote_id)
            name = vote.public_id
            schedule.close_if_over(vote)
            signed = sequencer.run(vote, wait=True)
            lines = signed.size if signed else 0
        if lines:
            click.echo(f"{name}: {plural(lines, 'line')}")


@box.command("check")
@with_app
def check() -> None:
    """Check every log: its lines against each checkpoint and signature, and against what this machine remembers."""
    damaged = 0
    for vote in queries.votes_with_a_log():
        try:
            ballots = len(box_log.verified_ballots(vote))
            said = f"whole, {box_log.size_of(vote.id):,} lines, {ballots:,} ballots in the box"
        except Refusal as refused:
            damaged, said = damaged + 1, f"DAMAGED. {refused.message}"
        click.echo(f"{vote.public_id}: {said}")
    if damaged:
        raise SystemExit(1)


@box.command("checkpoint")
@click.argument("vote")
@with_app
def checkpoint(vote: str) -> None:
    """Print the newest signed checkpoint of VOTE, to be sent to councillors or a witness."""
    signed = box_log.latest(box_origin(_vote(vote).public_id))
    if signed is None:
        raise NotFound("This vote has no log yet: it begins with the first ballot.")
    click.echo(signed.note, nl=False)


@click.command("publish-folder")
@click.argument("vote")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@with_app
def publish_folder(vote: str, folder: Path) -> None:
    """Write the published files of VOTE into FOLDER: the same bytes as the download of its result page.

    VOTE is its public name, or COUNCIL/CONSULTATION.
    """
    found = _vote(vote)
    consultation = found.consultation
    of = publication.published(vote=found, consultation=consultation, definition=definition_of(found, consultation))
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in sorted(publication.folder(of).items()):
        (folder / name).write_bytes(content)
        click.echo(f"{len(content):>12,}  {folder / name}")
    click.echo(f"Check it: python3 {recounting.PROGRAM} {folder}")


def _vote(name: str) -> Vote:
    """Raises NotFound."""
    council, slash, slug = name.partition("/")
    if not slash:
        return queries.vote_named(name)
    return queries.vote_of(consultation_by_slug(council_by_slug(council).id, slug).id)
