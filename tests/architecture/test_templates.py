"""What every template keeps to. What a page shows is inspected by `tests.visitor` each time a test visits it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from config.settings import ROOT

TEMPLATES = ROOT / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))
PAGES = [path for path in ALL if "{% extends" in path.read_text()]
LATIN = r"\b(e\.g\.|i\.e\.|etc\.?|via)\b"
NEVER = {
    "an inline style": r"<[^>]+\sstyle=",
    "an inline event handler": r"<[^>]+\son(click|change|submit|load|input|error)=",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "a style element": r"<style\b",
    "a value marked as safe": r"\|\s*safe\b",
    "an address written by hand": r"""(?:href|action|src)="/""",
    "a link that says click here": r"(?i)click here",
    "please": r"(?i)\bplease\b",
    "Latin": LATIN,
    # Only where leaving the page would lose what was filled in, and then it is said in the words of the link.
    "a target": r"""\starget=(?!"_blank">[^<]*\(opens in new tab\)</a>)""",
}


def name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def spoken(path: Path) -> str:
    """The template without its comments."""
    return re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("what", NEVER)
def test_no_template_has(what: str) -> None:
    assert [name(path) for path in ALL if re.search(NEVER[what], spoken(path))] == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_page_extends_the_layout_and_says_what_it_is(path: Path) -> None:
    text = spoken(path)
    assert (
        text.startswith(('{% extends "layouts/page.html" %}', "{% extends 'layouts/page.html' %}")) or "/" in text[:80]
    )
    if '{% extends "layouts/page.html" %}' in text:
        assert "{% block title %}" in text
        assert "{% block content %}" in text


@pytest.mark.parametrize("path", ALL, ids=name)
def test_a_form_that_posts_has_a_token_and_no_browser_checks(path: Path) -> None:
    text = spoken(path)
    for form in re.findall(r"<form\b[^>]*>.*?</form>", text, flags=re.DOTALL):
        opening = form.split(">")[0]
        assert "novalidate" in opening, opening
        if 'method="post"' in opening:
            assert "csrf_token" in form, opening


def test_every_template_is_used_and_every_used_one_is_there() -> None:
    """A template is named in full, or by a view that puts its folder before a short name: f"voting/{name}.html"."""
    texts: set[str] = set()
    for path in (ROOT / "participation").rglob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text()))
        texts.update(node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    parts = r"""{%-?\s*(?:extends|include|from|import)\s+["']([^"']+\.html)["']"""
    named = {text for text in texts if text.endswith(".html") and len(text) > len(".html")}
    named.update(one for path in ALL for one in re.findall(parts, path.read_text()))
    there = {name(path) for path in ALL}
    short = {name(path) for path in ALL if f"{name(path.parent)}/" in texts and path.stem in texts}
    assert there - named - short == set(), "templates that nothing shows"
    assert {one for one in named - there if not one.startswith("govuk_frontend")} == set(), (
        "templates that are not there"
    )
