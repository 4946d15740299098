"""Numbers that belong to one person, each with its own check, so that a reference or a sum of money is not taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from participation.moderation.flags.finding import Finding

_NEAR = 40

# Contiguous, or in the groups that are printed on cards: 4-4-4-4(-3), 4-6-5, 4-6-4.
_CARD = re.compile(
    r"(?<![\w£.])(?:\d{13,19}|\d{4}([ .-])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|\d{4}([ .-])\d{6}\2\d{4,5})(?![\w])", re.ASCII
)
# First digits of the schemes in use in the UK: Visa, Mastercard, American Express, Maestro, Discover, Diners, JCB.
_SCHEMES = re.compile(
    r"4|5[0-8]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)|3[47]|3(?:0[0-5]|[689])|35(?:2[89]|[3-8])|6", re.ASCII
)
_NHS = re.compile(r"(?<![\w£.,/-])\d{3}([ .-]?)\d{3}\1\d{4}(?![\w/-])", re.ASCII)
_NHS_WORDS = re.compile(r"\b(?:nhs(?:number|no)?|patient|hospital number|gig)\b", re.IGNORECASE)
_INSURANCE = re.compile(
    r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]([ -]?)\d{2}([ -]?)\d{2}\2\d{2}[ -]?[A-D](?!\w)",
    re.ASCII | re.IGNORECASE,
)
# "Room PA 10 20 30 A": said to be the number of a place or a thing.
_PLACE_OR_THING = re.compile(r"\b(?:room|row|gate|seat|bay|bed|shelf|block|bin|model|form)s?\s$", re.IGNORECASE)
_INSURANCE_WORDS = re.compile(r"\b(?:national insurance|nino|ni (?:number|no)|yswiriant gwladol)\b", re.IGNORECASE)
# What stands before three numbers in ordinary sentences: words and units of two letters that are prefixes as well.
_SHORT_WORDS = re.compile(
    r"a[cmnrstx]|b[emy]|c[chm]|e[hmrstx]|h[aem]|jr|k[mw]|l[ab]|m[abemrsy]|n[ar]|ox|p[ahmpt]|r[aems]|s[aehmqtw]|t[aer]|w[ei]|xl|y[aenr]",
    re.IGNORECASE,
)
_SORT_CODE = re.compile(r"(?<![\w£/-])\d{2}([- ])\d{2}\1\d{2}(?![\w/-])", re.ASCII)
_SORT_CODE_NAMED = re.compile(r"\bsort(?: ?code)?\W{1,3}(?:is\s)?\d{6}(?![\w/-])", re.ASCII | re.IGNORECASE)
_ACCOUNT = re.compile(r"(?<![\w£.,/-])\d{8}(?![\w/-])", re.ASCII)
# An account number right behind a sort code needs no word that says so.
_CODE_AND_ACCOUNT = re.compile(r"(?<![\w£/-])\d{2} \d{2} \d{2}(?: ?[/,;:|] ?|\s)\d{8}(?![\w/-])", re.ASCII)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?(?!\w)", re.ASCII)
_BANK_WORDS = re.compile(
    r"\b(?:sort(?: ?code)?|s/c|account|acct?|a/c|bank|cod didoli|cyfrif|banc|refund|donat\w+)\b", re.IGNORECASE
)


def find(text: str) -> Iterator[Finding]:
    """Cards, NHS and National Insurance numbers, sort codes beside an account number, and international account numbers."""
    yield from _cards(text)
    yield from _nhs_numbers(text)
    yield from _insurance_numbers(text)
    yield from _bank_details(text)


def _cards(text: str) -> Iterator[Finding]:
    for found in _CARD.finditer(text):
        digits = _digits(found.group())
        if _SCHEMES.match(digits) and len(set(digits)) > 1 and luhn(digits):
            yield Finding(found.start(), found.end(), "card", masks=True)


def _nhs_numbers(text: str) -> Iterator[Finding]:
    """In its printed groups 3-3-4, or with a word about the NHS near it, it is masked. Otherwise a person looks."""
    for found in _NHS.finditer(text):
        digits = _digits(found.group())
        if not nhs_check(digits) or (digits[0] in "012" and not _near(text, found, _NHS_WORDS)):
            continue
        sure = found.group(1) in (" ", "-") or _near(text, found, _NHS_WORDS)
        yield Finding(found.start(), found.end(), "nhs_number", masks=sure)


def _insurance_numbers(text: str) -> Iterator[Finding]:
    """ "at 10 12 14 a day" has the same shape: in small letters with spaces a person looks, if no word is spelt that way."""
    for found in _INSURANCE.finditer(text):
        written = found.group()
        if _PLACE_OR_THING.search(text, max(0, found.start() - _NEAR), found.start()):
            continue
        sure = written[:2].isupper() or not re.search("[ -]", written) or _near(text, found, _INSURANCE_WORDS)
        if sure or not _SHORT_WORDS.match(written):
            yield Finding(found.start(), found.end(), "national_insurance", masks=sure)


def _bank_details(text: str) -> Iterator[Finding]:
    for found in (*_SORT_CODE.finditer(text), *_SORT_CODE_NAMED.finditer(text)):
        account = _ACCOUNT.search(text, max(0, found.start() - _NEAR), found.end() + _NEAR)
        doubtful = found.re is _SORT_CODE and (found.group(1) == " " or _is_date(found.group()))
        if account and (not doubtful or _near(text, found, _BANK_WORDS)):
            yield Finding(min(found.start(), account.start()), max(found.end(), account.end()), "bank")
    for found in _CODE_AND_ACCOUNT.finditer(text):
        yield Finding(found.start(), found.end(), "bank")
    for found in _IBAN.finditer(text):
        if iban_check(found.group()):
            yield Finding(found.start(), found.end(), "bank")


def _is_date(written: str) -> bool:
    """ "17-01-24" may be a day."""
    return 1 <= int(written[:2]) <= 31 and 1 <= int(written[3:5]) <= 12


def _near(text: str, found: re.Match[str], words: re.Pattern[str]) -> bool:
    return bool(words.search(text, max(0, found.start() - _NEAR), min(len(text), found.end() + _NEAR)))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def luhn(digits: str) -> bool:
    """The check digit of payment cards (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def iban_check(written: str) -> bool:
    """The check digits of international account numbers (ISO 13616): modulus 97."""
    plain = written.replace(" ", "")
    return 15 <= len(plain) <= 34 and int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def nhs_check(digits: str) -> bool:
    """The check digit of NHS numbers: weights 10 to 2, modulus 11 (NHS data dictionary)."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return check != 10 and check % 11 == int(digits[9])
