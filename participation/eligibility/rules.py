"""Who may take part, as data and as words. PURE: no database, no clock.

Each rule that fails says which one it is and what the person can do. Source: UK notes, section 6.
"""

from __future__ import annotations

from dataclasses import dataclass

# The tier at which what people need is taken from anybody, without an account.
OPEN = 0
# From this tier on something must be proved to each consultation.
PROVED_BY_CODE = 2
TIERS: dict[int, str] = {
    OPEN: "Anybody: without an account to say what they need, with one to support and to vote",
    1: "A confirmed email address, the postcode, and a declaration to live there",
    2: "A code from a letter to the address",
    3: "Checked by staff",
}
UNITS: dict[str, str] = {
    "person": "Each person",
    "household": "One for each household",
    "organisation": "One for each organisation",
}
# Residents declare an age band, not an age.
_BAND_STARTS = {"16-24": 16, "25-34": 25, "35-49": 35, "50-64": 50, "65+": 65}
# Only a code says which household, only staff know which organisation.
LOWEST_TIER = {"person": 0, "household": 2, "organisation": 3}


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of one consultation. No `wards` means the whole council; `oldest` in years, None without a limit."""

    tier: int = 1
    unit: str = "person"
    wards: tuple[tuple[int, str], ...] = ()
    oldest: int | None = None

    def problem(self) -> str | None:
        """Why this makes no sense, or None."""
        if self.tier < LOWEST_TIER[self.unit]:
            return (
                f"“{UNITS[self.unit]}” needs “{TIERS[LOWEST_TIER[self.unit]]}”, because nothing else tells them apart."
            )
        return None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a resident: `proved` is "code", "staff" or "" for nothing."""

    ward_id: int
    ward_name: str
    age_band: str | None
    proved: str


@dataclass(frozen=True, slots=True)
class Failure:
    """A rule that is not met: its name, why, and what the person can do."""

    rule: str
    why: str
    instead: str

    @property
    def sentence(self) -> str:
        return f"{self.why} {self.instead}"


def bands_within(oldest: int | None) -> list[str]:
    """The age bands that a limit of age leaves: those that begin at or below it."""
    return [band for band, start in _BAND_STARTS.items() if oldest is None or start <= oldest]


def failure(rule: Rule, facts: Facts, *, contact: str) -> Failure | None:
    """The first rule that is not met: area, then age, then proof; None when the resident may take part."""
    read_on = f"You can read everything here, and tell us what you think: {contact}."
    if rule.wards and facts.ward_id not in {number for number, _ in rule.wards}:
        names = " and ".join(name for _, name in rule.wards)
        return Failure(
            "area",
            f"This is for people who live in {names}, and you live in {facts.ward_name}.",
            f"If you have moved, change your details in your account. {read_on}",
        )
    if rule.oldest is not None and facts.age_band is not None and _BAND_STARTS[facts.age_band] > rule.oldest:
        return Failure("age", f"This is for people aged up to {rule.oldest}.", read_on)
    if rule.tier == 2 and not facts.proved:
        return Failure(
            "code",
            "You need the code from the letter that we sent to your address.",
            f"Enter it on the page of this consultation. No letter, or no fixed address? Ask us for a code: {contact}.",
        )
    if rule.tier == 3 and facts.proved != "staff":
        return Failure(
            "check", "The council must first check that you may take part.", f"Ask us to do that: {contact}."
        )
    return None
