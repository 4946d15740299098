"""What is not documented does not pass: settings, and the commands that run them."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from config.settings import ROOT, Settings
from participation.cli import COMMANDS

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_has_its_paragraph(name: str) -> None:
    assert f"`PARTICIPATION_{name.upper()}`" in OPERATIONS


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_in_the_operations_guide(command: str) -> None:
    assert f"`participation {command}" in OPERATIONS


def test_the_clock_is_asked_in_one_place_only() -> None:
    """Whatever reads the machine's clock cannot be moved by a test. Rate limits count in real time on purpose."""
    allowed = {Path("participation/clock.py"), Path("participation/web/counters.py")}
    asks = ("datetime.now(", "date.today(", "datetime.utcnow(", "time.time(")
    found = {
        path.relative_to(ROOT)
        for path in (ROOT / "participation").rglob("*.py")
        if any(one in path.read_text() for one in asks)
    }
    assert found - allowed == set()
