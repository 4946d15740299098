"""Every mail is a template, in English with Welsh beside it; no code puts the words of one together."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined, meta

from config.settings import ROOT
from participation.voting import exclusions

FOLDER = ROOT / "templates" / "mails"
NAMES = sorted({path.stem for path in FOLDER.rglob("*.txt")})
PARTS = {"foot", "account_foot", "opening", "note"}
JINJA = Environment(
    loader=FileSystemLoader(ROOT / "templates"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
# What picks words instead of being one: each value is tried.
CHOICES = {
    "kind": ("need", "comment", "opening"),
    "on_option": (True, False),
    "did": ("cast", "changed", "withdrawn"),
    "to": ("safeguarding", "legal"),
    "linked": (True, False),
    "overturned": (True, False),
    "left": (0, 1, 7),
    "note": ("", "NOTE"),
}
# What is said in the reader's own language: one fact with two names.
SAME = {"cy": "en", "welsh": "author", "sentence": "author"}
TOOLS = {"write_mail", "write_mails", "OutboxMail"}
ALLOWED = {
    "web/mail.py": TOOLS,
    "web/mail_texts.py": {"write_mail", "write_mails"},
    "web/models.py": {"OutboxMail"},
    # They read what waits, or delete it.
    "accounts/outbox.py": {"OutboxMail"},
    "privacy/held.py": {"OutboxMail"},
    "privacy/erasure.py": {"OutboxMail"},
    "privacy/retention.py": {"OutboxMail"},
}


class Fact:
    """Stands for whatever a mail is told: shows where it came from, and remembers that it was shown."""

    def __init__(self, path: str, shown: set[str]) -> None:
        self.path, self.shown = path, shown

    def __getattr__(self, name: str) -> Fact:
        return Fact(f"{self.path}.{SAME.get(name, name)}", self.shown)

    def __str__(self) -> str:
        self.shown.add(self.path)
        return f"<{self.path}>"

    def __iter__(self) -> Iterator[Fact]:
        return iter([Fact(self.path + "[]", self.shown)])


def asked(name: str, language: str) -> set[str]:
    """The names a template uses, with those of the templates in it."""
    tree = JINJA.parse((FOLDER / language / f"{name}.txt").read_text())
    found = set(meta.find_undeclared_variables(tree))
    for part in meta.find_referenced_templates(tree):
        assert part is not None
        assert part.startswith(f"mails/{language}/")
        found |= asked(Path(part).stem, language)
    return found


def rendered(name: str, language: str) -> Iterator[tuple[str, set[str]]]:
    """The text, and what of the facts it shows, for each value of what picks words."""
    names = asked(name, language)
    picks = [one for one in CHOICES if one in names] or [""]
    for pick in picks:
        for value in CHOICES.get(pick, ("",)):
            shown: set[str] = set()
            facts: dict[str, object] = {one: Fact(one, shown) for one in names}
            facts |= {one: CHOICES[one][0] for one in picks if one in ("kind", "did", "to", "left")}
            if pick:
                facts[pick] = value
            if "told" in names:
                facts["told"] = [([Fact("told.sentence", shown)], Fact("told.page", shown))]
            yield JINJA.get_template(f"mails/{language}/{name}.txt").render(facts), shown


def test_each_mail_is_there_in_both_languages() -> None:
    assert {path.parent.name for path in FOLDER.rglob("*.txt")} == {"en", "cy"}
    assert [one for one in NAMES for language in ("en", "cy") if not (FOLDER / language / f"{one}.txt").exists()] == []


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_say_the_same_facts(name: str) -> None:
    assert asked(name, "en") == asked(name, "cy")
    pairs = list(zip(rendered(name, "en"), rendered(name, "cy"), strict=True))
    assert pairs
    for (english, said), (welsh, likewise) in pairs:
        assert said == likewise
        assert not re.search(r"[{}]|Undefined|None", english + welsh)
        if name not in PARTS and not name.startswith("news_"):
            for text in (english, welsh):
                subject, _, body = text.partition("\n")
                assert subject.strip()
                assert len(body.strip()) > 20
        if name not in PARTS | {"news_outcome"}:
            assert english != welsh


def test_a_code_that_a_mail_explains_has_its_welsh() -> None:
    assert [code for code, meaning in exclusions.REASONS.items() if not meaning.welsh] == []


def uses(path: Path) -> set[str]:
    """Which tools of the outbox a module names."""
    tree = ast.parse(path.read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return names & TOOLS


def test_only_templates_put_words_into_the_outbox() -> None:
    room = ROOT / "participation"
    found = {path.relative_to(room).as_posix(): uses(path) for path in room.rglob("*.py")}
    assert {name: tools for name, tools in found.items() if tools - ALLOWED.get(name, set())} == {}


def spelled(path: Path) -> Iterator[int]:
    """Lines that make a sentence of a mail out of a text written there."""
    for node in ast.walk(ast.parse(path.read_text())):
        called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if called == "Sentence" and any(isinstance(one, ast.Constant | ast.JoinedStr) for one in node.args):
            yield node.lineno


def test_no_sentence_of_a_mail_is_written_in_code() -> None:
    rooms = [path for path in (ROOT / "participation").rglob("*.py") if path.name != "mail_texts.py"]
    assert [(path.name, line) for path in rooms for line in spelled(path)] == []
