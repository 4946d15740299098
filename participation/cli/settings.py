"""`participation settings`: what is in force, without secrets."""

from __future__ import annotations

import click

from config.settings import Settings


@click.command("settings")
def settings_command() -> None:
    """Show the settings in force, without secrets."""
    for name, value in Settings.from_environment().described().items():
        click.echo(f"{name:24} {value}")
