"""Themes of a consultation as evidence for its summary: figures and cleared quotes."""

from __future__ import annotations

from collections import defaultdict

from participation.commissioning.themes import queries
from participation.consultations.models import Consultation
from participation.needs.evidence import ThemeEvidence
from participation.needs.quotes import Candidate, choose


def themes_of(consultation: Consultation) -> tuple[ThemeEvidence, ...]:
    """Every open theme with published needs of the consultation."""
    quotes = _quotes(consultation.id)
    return tuple(
        ThemeEvidence(
            code=one.theme.public_id,
            name=one.theme.name,
            name_cy=one.theme.name_cy,
            needs=one.needs,
            read=one.read,
            supporters=one.supporters,
            service_code=one.theme.group.code,
            service=one.theme.group.plain_name,
            quotes=quotes.get(one.theme.id, ()),
        )
        for one in queries.figures(consultation.id)
    )


def _quotes(consultation_id: int) -> dict[int, tuple[str, ...]]:
    """By theme: up to three cleared passages, the typical one first, then those unlike it."""
    words: dict[int, dict[str, Candidate]] = defaultdict(dict)
    for theme, need, text, ward in queries.cleared_quotes(consultation_id):
        words[theme][need] = Candidate(need, text, str(ward or ""))
    return {theme: tuple(found[key].text for key in choose(list(found.values()))) for theme, found in words.items()}
