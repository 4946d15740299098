"""Tests of accounts do not wait for the even pace of the answers; `test_enumeration` measures it."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_pace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "paced" not in request.fixturenames:
        monkeypatch.setattr("participation.web.pacing.EVEN_SECONDS", 0.0)


@pytest.fixture
def paced() -> None:
    """Ask for this where the pace of the answers is what is tested."""
