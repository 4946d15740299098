#!/usr/bin/env python3
"""What the running service is made of, as CycloneDX 1.6: `scripts/bill_of_materials.py > config/bill-of-materials.json`.

Made from the lock alone, so that the same lock gives the same bytes; the hashes of files stand in `config/lock-run.txt`, which
pip checks.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_IN_PAGES = ("govuk-frontend",)
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


def bill() -> str:
    """The whole document, ending with a line break."""
    components = [_component("pypi", name.lower(), version) for name, version in _python()]
    components += [_component("npm", name, version) for name, version in _front_end()]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "participation", "bom-ref": "participation"}},
        "components": components,
    }
    return json.dumps(document, indent=1) + "\n"


def _python() -> list[tuple[str, str]]:
    return sorted(set(_PINNED.findall((ROOT / "config" / "lock-run.txt").read_text())))


def _front_end() -> list[tuple[str, str]]:
    """What is built into the pages; the tools that build it are not in the running service."""
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    return [(name, packages[f"node_modules/{name}"]["version"]) for name in _IN_PAGES]


def _component(kind: str, name: str, version: str) -> dict[str, str]:
    address = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {"type": "library", "name": name, "version": version, "purl": address, "bom-ref": address}


if __name__ == "__main__":
    print(bill(), end="")
