"""Shades of a map for small areas, pulled towards the council's share; tables always keep the plain one (notes, 4.12)."""

from __future__ import annotations

from fractions import Fraction

# As if so many people more had answered like the whole council.
PRIOR_PEOPLE = 20


def shade(chose: int, people: int, council_share: Fraction) -> Fraction:
    """(x + 20 p) / (n + 20). For shading only: 3 of 4 where half of the council agrees is 0.5417, not 0.75."""
    return (chose + PRIOR_PEOPLE * council_share) / (people + PRIOR_PEOPLE)
