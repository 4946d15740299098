"""council.toml: every problem is named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import ROOT
from participation.councils.facts import contrast_with_white, read_facts
from participation.errors import ImportRefused

LAMBETH = (ROOT / "config/councils/lambeth/council.toml").read_text()


def facts_of(folder: Path, text: str) -> object:
    (folder / "council.toml").write_text(text)
    return read_facts(folder)


@pytest.mark.parametrize("slug", ["lambeth", "blackburn-with-darwen"])
def test_the_councils_of_the_repository_are_right(slug: str) -> None:
    facts = read_facts(ROOT / "config/councils" / slug)
    assert facts.slug == slug
    assert any("Crown copyright" in line for line in facts.credits)


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ('slug = "lambeth"', 'slug = "Lambeth Council"', "slug must be"),
        ('slug = "lambeth"', 'slug = "static"', "slug must be"),
        ('gss_code = "E09000022"', 'gss_code = "22"', "gss_code must be"),
        ('tier = "london_borough"', 'tier = "village"', "tier must be one of"),
        ('colour = "#0b5563"', 'colour = "#ffcc00"', "too pale"),
        ('colour = "#0b5563"', 'colour = "teal"', "colour"),
        ("date = 2022-06-30", 'date = "June"', "population.date"),
        ('name = "Lambeth"', 'nam = "Lambeth"', "nam is not known; name is missing"),
        ("[population]", "[population", "not valid TOML"),
    ],
)
def test_a_wrong_fact_is_named(tmp_path: Path, before: str, after: str, problem: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        facts_of(tmp_path, LAMBETH.replace(before, after, 1))
    assert refused.value.message.startswith("council.toml: ")
    assert problem in refused.value.message


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    wrong = LAMBETH.replace('tier = "london_borough"', 'tier = "village"').replace("E09000022", "22")
    with pytest.raises(ImportRefused, match=r"gss_code.*tier"):
        facts_of(tmp_path, wrong)


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)
