"""The facts of a council: `council.toml` in its folder, checked as a whole so that one run names every problem."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from participation.councils.tables import text_of
from participation.errors import ImportRefused

FILE = "council.toml"
TIERS = ("london_borough", "unitary", "metropolitan", "county", "district")
# Those that the product can write to residents in.
LANGUAGES = ("en", "cy")
# Parts of an address that are pages of the product itself.
RESERVED = ("static", "healthy")
_TEXTS = {"slug": 60, "name": 120, "full_name": 160, "gss_code": 9, "tier": 20, "colour": 7, "contact_email": 320}
# Whom moderators can refer a text to.
REFERRALS = ("safeguarding", "legal")
_KEYS = {*_TEXTS, "ward_group", "referrals", "languages", "credits", "population", "sources", "providers"}
# WCAG 2.2, success criterion 1.4.3: the colour carries white text.
LEAST_CONTRAST = 4.5


@dataclass(frozen=True, slots=True)
class CouncilFacts:
    """What `council.toml` says. `sources` names the origin of each kind of figures, `providers` who runs what it does not,
    `referrals` the post (`name`) and the `email` that answer what moderators refer, by `REFERRALS`.
    """

    slug: str
    name: str
    full_name: str
    gss_code: str
    tier: str
    colour: str
    contact_email: str
    credits: tuple[str, ...]
    population_date: date
    population_source: str
    languages: tuple[str, ...] = ("en",)
    sources: Mapping[str, str] = field(default_factory=dict)
    providers: Mapping[str, str] = field(default_factory=dict)
    referrals: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    # What a group of wards is called, where the folder has ward_groups.csv.
    ward_group: str = "Area"


def read_facts(folder: Path) -> CouncilFacts:
    """Read and check `council.toml`. Raises ImportRefused naming every problem."""
    try:
        given = tomllib.loads(text_of(folder / FILE))
    except tomllib.TOMLDecodeError as error:
        raise ImportRefused(file=FILE, problem=f"is not valid TOML: {error}") from None
    problems = [*_unknown(given), *_text_problems(given), *_list_and_table_problems(given)]
    if not problems:
        problems = _value_problems(given)
    if problems:
        raise ImportRefused(file=FILE, problem="; ".join(problems))
    return CouncilFacts(
        **{key: given[key] for key in _TEXTS},
        credits=tuple(given["credits"]),
        population_date=given["population"]["date"],
        population_source=given["population"]["source"],
        languages=tuple(given.get("languages", ("en",))),
        sources=given.get("sources", {}),
        providers=given.get("providers", {}),
        referrals=given.get("referrals", {}),
        ward_group=given.get("ward_group", "Area"),
    )


def _unknown(given: Mapping[str, Any]) -> list[str]:
    return [f"{key} is not known" for key in given if key not in _KEYS]


def _text_problems(given: Mapping[str, Any]) -> list[str]:
    found = []
    for key, length in _TEXTS.items():
        value = given.get(key)
        if not isinstance(value, str) or not value.strip():
            found.append(f"{key} is missing")
        elif len(value) > length:
            found.append(f"{key} is longer than {length} characters")
    return found


def _list_and_table_problems(given: Mapping[str, Any]) -> list[str]:
    found = []
    lines = given.get("credits")
    if not isinstance(lines, list) or not lines or not all(isinstance(line, str) and line.strip() for line in lines):
        found.append("credits must be a list of lines, at least one")
    people = given.get("population")
    if not isinstance(people, dict) or type(people.get("date")) is not date:
        found.append("population.date must be a date such as 2022-06-30")
    elif not isinstance(people.get("source"), str) or not 0 < len(people["source"].strip()) <= 200:
        found.append("population.source must say where the figures come from, in 200 characters")
    word = given.get("ward_group", "Area")
    if not isinstance(word, str) or not 0 < len(word.strip()) <= 30:
        found.append("ward_group must be what a group of wards is called, in 30 characters")
    languages = given.get("languages", ["en"])
    if not isinstance(languages, list) or languages[:1] != ["en"] or len({*map(str, languages)}) < len(languages):
        found.append('languages must be a list that begins with "en"')
    elif not all(language in LANGUAGES for language in languages):
        found.append(f"languages must be of {', '.join(LANGUAGES)}")
    for key in ("sources", "providers"):
        table = given.get(key, {})
        if not isinstance(table, dict) or not all(isinstance(value, str) and value for value in table.values()):
            found.append(f"{key} must be a table of texts")
        elif any(len(value) > 200 for value in table.values()):
            found.append(f"{key} holds a text of more than 200 characters")
    return found


def _value_problems(given: Mapping[str, Any]) -> list[str]:
    found = []
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", given["slug"]) or given["slug"] in RESERVED:
        found.append("slug must be lower-case letters, numbers and single hyphens, such as west-exampleshire")
    if not re.fullmatch(r"[ENSW][0-9]{8}", given["gss_code"]):
        found.append("gss_code must be a letter and eight numbers, such as E09000022")
    if given["tier"] not in TIERS:
        found.append(f"tier must be one of {', '.join(TIERS)}")
    if not is_email(given["contact_email"]):
        found.append("contact_email is not an e-mail address")
    found.extend(_referral_problems(given.get("referrals", {})))
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", given["colour"]):
        found.append("colour must be written like #0b5563")
    elif contrast_with_white(given["colour"]) < LEAST_CONTRAST:
        found.append(f"colour is too pale: white text on it needs a contrast of {LEAST_CONTRAST} to 1")
    return found


def is_email(text: str) -> bool:
    return re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text) is not None


def _referral_problems(given: object) -> list[str]:
    if not isinstance(given, dict) or not set(given) <= set(REFERRALS):
        return [f"referrals must be tables named {' and '.join(REFERRALS)}"]
    found = []
    for kind, contact in given.items():
        named = contact if isinstance(contact, dict) else {}
        name, email = named.get("name"), named.get("email")
        if set(named) != {"name", "email"} or not isinstance(name, str) or not 0 < len(name.strip()) <= 120:
            found.append(f"referrals.{kind} needs a name of at most 120 characters and an email, and nothing else")
        elif not isinstance(email, str) or len(email) > 320 or not is_email(email):
            found.append(f"referrals.{kind}.email is not an e-mail address")
    return found


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of "#rrggbb" with white, as WCAG 2.2 defines it (1 to 21)."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)
