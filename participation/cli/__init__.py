"""The second door beside the web: `participation COMMAND`.

Commands are loaded when they are called, so that `participation count` starts without the web application.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from participation.errors import Refusal

# name -> (module, attribute, one line for the list of commands)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "count": ("participation.cli.count", "count_command", "Count a Pabulib election file"),
    "retention": ("participation.cli.retention", "retention", "Delete personal data whose time is over"),
    "rules": ("participation.cli.count", "rules_command", "List the counting rules"),
    "council": ("participation.cli.council", "council", "Load a council and its figures"),
    "budget": ("participation.cli.budget", "budget", "Import a council's budgets and spending"),
    "import-election": (
        "participation.cli.elections",
        "import_election",
        "Make a closed, counted consultation out of a Pabulib file",
    ),
    "demo": ("participation.cli.demo", "demo", "Load the demonstration council"),
    "box": ("participation.cli.box", "box", "The public logs of ballot boxes"),
    "publish-folder": ("participation.cli.box", "publish_folder", "Write the published files of a vote"),
    "feed": ("participation.cli.feed", "feed", "Tell other systems of published figures"),
    "jobs": ("participation.cli.jobs", "jobs", "Make files that take long"),
    "mail": ("participation.cli.mail", "mail", "Deliver the mails of the outbox"),
    "needs": ("participation.cli.needs", "needs_group", "Take needs summaries away as files"),
    "rollups": ("participation.cli.rollups", "rollups", "Keep the live picture of priorities fresh and check it"),
    "staff": ("participation.cli.staff", "staff", "Invite and list council staff"),
    "db": ("participation.cli.database", "db_group", "Create or upgrade the database"),
    "settings": ("participation.cli.settings", "settings_command", "Show the settings in force, without secrets"),
}


class LazyGroup(click.Group):
    """A click group that imports a command's module only when that command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][2]) for name in sorted(COMMANDS)])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Resident participation and budget voting for councils."""


def main(argv: list[str] | None = None) -> Any:
    """Run the command line; an expected refusal is one line on standard error and exit code 2."""
    try:
        return commands.main(args=argv, prog_name="participation", standalone_mode=True)
    except Refusal as refusal:
        click.echo(f"participation: {refusal.message}", err=True)
        sys.exit(2)
