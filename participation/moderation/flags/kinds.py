"""The kinds of findings, the most pressing first, in the words of moderators and of authors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` is what was found ("card number"), `label` what moderators filter by, `rank` its place (0 is the most pressing)."""

    code: str
    name: str
    label: str
    rank: int


_NAMES = (
    ("danger", "words about harm", "Somebody may be in danger"),
    ("card", "card number", "Card number"),
    ("nhs_number", "NHS number", "NHS number"),
    ("national_insurance", "National Insurance number", "National Insurance number"),
    ("bank", "bank details", "Sort code and account"),
    ("phone", "phone number", "Phone number"),
    ("email", "email address", "Email address"),
    ("address", "home address", "Home address"),
    ("link", "link", "Link to another site"),
    ("words", "words that may offend", "Words that may offend"),
    ("repeat", "repeated text", "Repeated text"),
)
KINDS: tuple[Kind, ...] = tuple(Kind(code, name, label, rank) for rank, (code, name, label) in enumerate(_NAMES))
KIND: dict[str, Kind] = {kind.code: kind for kind in KINDS}
