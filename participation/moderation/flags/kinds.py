"""The kinds of findings, the most pressing first, in the words of moderators and of authors."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """`name` is what was found ("card number"), `phrase` the same in a sentence ("a card number"), `label` what moderators
    filter by, `rank` its place (0 is the most pressing)."""

    code: str
    name: str
    phrase: str
    label: str
    rank: int


_NAMES = (
    ("danger", "words about harm", "words about harm", "Somebody may be in danger"),
    ("card", "card number", "a card number", "Card number"),
    ("nhs_number", "NHS number", "an NHS number", "NHS number"),
    ("national_insurance", "National Insurance number", "a National Insurance number", "National Insurance number"),
    ("bank", "bank details", "bank details", "Sort code and account"),
    ("phone", "phone number", "a phone number", "Phone number"),
    ("email", "email address", "an email address", "Email address"),
    ("address", "home address", "a home address", "Home address"),
    ("link", "link", "a link to another site", "Link to another site"),
    ("words", "words that may offend", "words that may offend", "Words that may offend"),
    ("repeat", "repeated text", "text that repeats itself", "Repeated text"),
)
KINDS: tuple[Kind, ...] = tuple(Kind(*names, rank) for rank, names in enumerate(_NAMES))
KIND: dict[str, Kind] = {kind.code: kind for kind in KINDS}
