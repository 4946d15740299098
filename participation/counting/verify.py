"""Repeat a count from what was published, and say where it differs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from participation.counting.elections import Election
from participation.counting.outcome import ENGINE, Outcome
from participation.counting.profile import Profile
from participation.counting.registry import count
from participation.counting.ties import Ties


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a recount gave the same bytes; if not, the first place that differs ("rounds.3.left") and both values."""

    same: bool
    place: str = ""
    published: str = ""
    recounted: str = ""


def verify(
    text: str, election: Election, profile: Profile, *, explain: bool = True, path: str = "auto"
) -> Verification:
    """Count again with the rule, settings and ties of a published outcome and compare the texts.

    `explain` as it was for the published one. An outcome of another engine version is compared all the same; the place
    is then likely to be "engine".
    """
    published = Outcome.from_json(text)
    recount = count(
        election,
        profile,
        rule=published.rule,
        settings=published.settings,
        ties=Ties.parse(published.ties),
        explain=explain,
        path=path,
    ).to_json()
    if recount == text:
        return Verification(True)
    if published.engine != ENGINE:
        return Verification(False, "engine", published.engine, ENGINE)
    place, before, after = _difference("", json.loads(text), json.loads(recount))
    return Verification(False, place, before, after)


def _difference(place: str, before: Any, after: Any) -> tuple[str, str, str]:
    """Depth first: the first entry that is not equal."""
    if isinstance(before, dict) and isinstance(after, dict):
        pairs = [(key, before.get(key), after.get(key)) for key in sorted(before.keys() | after.keys())]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = [(str(number), *both) for number, both in enumerate(zip(before, after, strict=True))]
    else:
        return place, str(before), str(after)
    for key, left, right in pairs:
        if left != right:
            return _difference(f"{place}.{key}".lstrip("."), left, right)
    return place, "the same values", "in another form"
