"""Every requirement of ASVS 5.0 in scope has its place in config/asvs.toml, and what is named there exists."""

from __future__ import annotations

import ast
import tomllib
from collections import Counter

import pytest

from config.settings import ROOT

ASVS = tomllib.loads((ROOT / "config" / "asvs.toml").read_text())
PLACES = ("tests", "written", "installation", "absent", "open")


def in_scope() -> set[str]:
    """Levels 1 and 2 of the sections, and what was adopted of level 3."""
    numbers = {
        f"{section}.{number}"
        for section, (count, third) in ASVS["sections"].items()
        for number in range(1, count + 1)
        if number not in third
    }
    return numbers | set(ASVS["scope"]["adopted"])


def test_each_requirement_stands_in_one_place() -> None:
    said = Counter(number for place in PLACES for number in ASVS[place])
    assert {number for number, times in said.items() if times > 1} == set()
    assert in_scope() - set(said) == set(), "no word on these"
    assert set(said) - in_scope() == set(), "these are not in scope"


def test_what_is_adopted_is_of_the_third_level() -> None:
    third = {f"{section}.{one}" for section, (_, numbers) in ASVS["sections"].items() for one in numbers}
    assert set(ASVS["scope"]["adopted"]) <= third


@pytest.mark.parametrize(
    "file", sorted({test.partition("::")[0] for tests in ASVS["tests"].values() for test in tests})
)
def test_the_named_tests_are_there(file: str) -> None:
    named = {
        test.partition("::")[2] for tests in ASVS["tests"].values() for test in tests if test.startswith(f"{file}::")
    }
    tree = ast.parse((ROOT / file).read_text())
    assert named - {node.name for node in tree.body if isinstance(node, ast.FunctionDef)} == set()


def test_the_named_files_are_there() -> None:
    assert {file for file in ASVS["written"].values() if not (ROOT / file).is_file()} == set()


def test_what_is_open_says_what_is_missing() -> None:
    assert all(len(reason) > 40 and reason.endswith((".", ").")) for reason in ASVS["open"].values())
