"""Where the shared conversations and council data lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config.settings import ROOT


def _folder(name: str) -> Path:
    given = os.environ.get("PARTICIPATION_SHARED_DIR")
    folder = (Path(given) if given else ROOT.parent / "shared" / "data") / name
    if not folder.is_dir():
        pytest.skip(f"shared data: set PARTICIPATION_SHARED_DIR to the folder that holds {name}/ to run this test")
    return folder


@pytest.fixture(scope="session")
def polis() -> Path:
    """The two public conversations, with votes, labelled duplicates and themes."""
    return _folder("polis")


@pytest.fixture(scope="session")
def council_data() -> Path:
    """Population and wards of the two councils."""
    return _folder("council")
