"""PURE. What in a text should make a person look: small, local rules that can be explained, no model and no network.

    findings = find("Ring 07700 900123")        # one Finding, code "phone"
    shown = masked(text, findings)              # the most dangerous numbers replaced

A finding only sends the text to a moderator. Three kinds are also masked at once, because every minute on a public page
counts and a check digit leaves little doubt: payment cards, NHS numbers and National Insurance numbers.
"""

from __future__ import annotations

from participation.moderation.flags import contacts, danger, numbers, words
from participation.moderation.flags.finding import Finding
from participation.moderation.flags.kinds import KIND, KINDS, Kind
from participation.moderation.flags.plain import plain
from participation.moderation.flags.words import WordList

__all__ = ["KIND", "KINDS", "Finding", "Kind", "WordList", "find", "masked"]

_FINDERS = (numbers.find, contacts.find, danger.find)


def find(text: str, word_list: WordList | None = None) -> tuple[Finding, ...]:
    """Everything found, in the order of the text. Where two overlap, the more dangerous kind stands."""
    read = plain(text)
    found = [one for finder in _FINDERS for one in finder(read.text)]
    found.extend(words.find(read.text, word_list or words.standard()))
    found.sort(key=lambda one: (KIND[one.code].rank, one.start))
    kept: list[Finding] = []
    for one in found:
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return tuple(sorted(Finding(*read.as_written(one.start, one.end), one.code, one.masks) for one in kept))


def masked(text: str, findings: tuple[Finding, ...]) -> str:
    """The text with what must never be shown replaced: "[removed: card number]"."""
    for one in sorted(findings, reverse=True):
        if one.masks:
            text = f"{text[: one.start]}[removed: {KIND[one.code].name}]{text[one.end :]}"
    return text
