"""What staff set and residents enter about who may take part."""

from __future__ import annotations

from wtforms import HiddenField

from participation.eligibility.printing import IN_ONE_FILE
from participation.eligibility.rules import TIERS, UNITS, Rule
from participation.web.forms import (
    Form,
    at_most,
    between,
    checkboxes,
    email,
    long_text,
    needed,
    radios,
    submit,
    text,
    whole_number,
)

# Addresses at a time, for letters and for a list.
MOST_AT_ONCE = 10_000

__all__ = ["MOST_AT_ONCE", "BatchForm", "CheckForm", "CodeForm", "ReferenceForm", "RuleForm"]


class RuleForm(Form):
    tier = radios(
        "How do residents show that they live here?",
        [(str(tier), words) for tier, words in TIERS.items()],
        rules=[needed("Choose how residents show that they live here")],
    )
    unit = radios("Who takes part?", UNITS.items(), rules=[needed("Choose who takes part")])
    wards = checkboxes("Wards", hint="Tick none for the whole council")
    oldest = whole_number(
        "Oldest age (optional)",
        hint="The youngest age is part of the consultation itself",
        rules=[between(0, 120, "The age must be between 0 and 120")],
    )
    save = submit("Save who may take part")

    def rule(self, names: dict[str, tuple[int, str]]) -> Rule:
        """What was chosen; `names` are the wards by code."""
        wards = tuple(names[code] for code in self.wards.data or [] if code in names)
        return Rule(int(self.tier.data), self.unit.data, wards, self.oldest.data)


class BatchForm(Form):
    addresses = long_text(
        "Addresses",
        hint=f"One on each line, up to {MOST_AT_ONCE:,}: your reference, then the lines of the address, with a semicolon between "
        "them. For example: 100021; The occupier; 1 High Street; SW2 1AA",
        rules=[needed("Enter at least one address")],
    )
    kind = radios(
        "What are they for?",
        [
            ("letters", "Letters to addresses"),
            ("referrer", "For somebody who hands them out to people without a fixed address"),
        ],
        rules=[needed("Choose what they are for")],
    )
    format = radios(
        "How do you want them?",
        [
            ("pdf", f"Letters to print (PDF; more than {IN_ONE_FILE} come as a zip with {IN_ONE_FILE} in each PDF)"),
            ("csv", "A list for a mailing house (CSV)"),
        ],
        rules=[needed("Choose how you want them")],
    )
    make = submit("Make the codes and download them")

    def lines(self) -> list[tuple[str, tuple[str, ...]]]:
        """(reference, address lines) of each line that is not blank."""
        rows = [
            [part.strip() for part in line.split(";")]
            for line in (self.addresses.data or "").splitlines()
            if line.strip()
        ]
        return [(row[0], tuple(part for part in row[1:] if part)) for row in rows]


class ReferenceForm(Form):
    """One letter, found by its reference."""

    reference = text(
        "Reference on the letter",
        rules=[needed("Enter the reference"), at_most(40, "A reference has up to 40 characters")],
        width="20",
    )
    lines = text(
        "Address (optional), with a semicolon between the lines",
        rules=[at_most(300, "The address must be 300 characters or fewer")],
    )
    returned = submit("It came back: stop its code")
    reissue = submit("Send a new letter: stop its code and make another")


class CheckForm(Form):
    email = email("Email address of their account", rules=[needed("Enter their email address")])
    record = submit("Record that we checked them")


class CodeForm(Form):
    code = text(
        "Code from your letter",
        hint="10 letters and numbers, like 7K2QD-9XWMT",
        rules=[needed("Enter the code from your letter"), at_most(40, "A code has 10 letters and numbers")],
        width="20",
    )
    next = HiddenField()
    confirm = submit("Continue")
