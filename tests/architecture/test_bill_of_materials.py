"""The bill of materials is what the lock says."""

from __future__ import annotations

import json
import runpy

from config.settings import ROOT

FILE = ROOT / "config" / "bill-of-materials.json"


def test_the_bill_is_made_from_the_lock() -> None:
    made = runpy.run_path(str(ROOT / "scripts" / "bill_of_materials.py"))["bill"]()
    assert FILE.read_text() == made, "run: scripts/bill_of_materials.py > config/bill-of-materials.json"


def test_every_library_of_the_lock_is_in_the_bill_once() -> None:
    names = [one["purl"] for one in json.loads(FILE.read_text())["components"]]
    pinned = [line.split()[0] for line in (ROOT / "config" / "lock-run.txt").read_text().splitlines() if "==" in line]
    assert len(names) == len(set(names))
    assert {f"pkg:pypi/{one.replace('==', '@').rstrip(';').lower()}" for one in pinned} <= set(names)
    assert any(name.startswith("pkg:npm/govuk-frontend@") for name in names)
