"""What the machine offers to the people who own the codebook. No text leaves the process and nothing is accepted by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from participation.commissioning.themes import queries
from participation.commissioning.themes.models import Theme
from participation.councils.models import Council
from participation.extensions import db
from participation.needs import texts
from participation.needs.candidate_themes import CandidateTheme, find_candidates
from participation.needs.theme_suggestions import Codebook, suggest
from participation.needs.theme_suggestions import Theme as Entry
from participation.priorities.models import OwnWords

# Texts that teach, and texts that are looked through for new themes: enough to be useful, few enough for a page.
TEACHING, LOOKED_THROUGH = 300, 400


@dataclass(frozen=True, slots=True)
class Suggested:
    """A theme for a need, with the words that speak for it."""

    theme: Theme
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Possible:
    """A possible new theme: what marks it out, how many needs are nearest to it, and some of them."""

    phrases: tuple[str, ...]
    needs: int
    examples: tuple[OwnWords, ...]


def suggestions(needs: Sequence[OwnWords], themes: Sequence[Theme], council: Council) -> dict[int, list[Suggested]]:
    """By need: the likeliest of the themes, the likeliest first. Nothing with fewer than two themes."""
    if len(themes) < 2 or not needs:
        return {}
    by_name = {theme.public_id: theme for theme in themes}
    coded = {
        name: (text, theme)
        for name, (text, theme) in queries.coded_texts(themes[0].group_id, TEACHING).items()
        if theme in by_name
    }
    given = {name: text for name, (text, _) in coded.items()} | {need.public_id: _text(need) for need in needs}
    found = suggest(
        _codebook(themes), given, {name: theme for name, (_, theme) in coded.items()}, ignored=_ignored(council)
    )
    return {
        need.id: [Suggested(by_name[one.theme], one.words) for one in found[need.public_id]]
        for need in needs
        if need.public_id in found
    }


def possible_themes(group_id: int, council: Council) -> list[Possible]:
    """Possible themes among needs about a service that are under none."""
    needs = list(db.session.scalars(queries.without_theme(group_id).limit(LOOKED_THROUGH)))
    known = {need.public_id: need for need in needs}
    found = find_candidates({name: _text(need) for name, need in known.items()}, ignored=_ignored(council))
    return [_possible(one, known) for one in found]


def _possible(candidate: CandidateTheme, known: dict[str, OwnWords]) -> Possible:
    return Possible(candidate.phrases, candidate.texts, tuple(known[name] for name in candidate.examples))


def _codebook(themes: Sequence[Theme]) -> Codebook:
    return Codebook(
        version="",
        themes=tuple(Entry(theme.public_id, theme.name, theme.name_cy, _keywords(theme)) for theme in themes),
    )


def _keywords(theme: Theme) -> tuple[str, ...]:
    """The words of a theme's names and definition that carry meaning, without their endings."""
    words = texts.content_words(f"{theme.name} {theme.name_cy} {theme.definition}")
    return tuple(dict.fromkeys(word[:6] for word in words if len(word) > 3))


def _ignored(council: Council) -> tuple[str, ...]:
    return (*council.name.split(), *(word for ward in council.wards for word in ward.name.split()))


def _text(need: OwnWords) -> str:
    return f"{need.title}. {need.need}"
