"""PURE. How old a reader should be to follow a text at first reading: the Flesch-Kincaid grade, as a UK age.

Kincaid and others, "Derivation of new readability formulas for Navy enlisted personnel" (1975): 0.39 x words a sentence
+ 11.8 x syllables a word - 15.59 is the US school grade; a child in grade n is n + 5 years old. Government writing aims at
9 to 11 years (UK notes, section 14). English only: Welsh words have more syllables for their length, so a Welsh text is
not measured.
"""

from __future__ import annotations

import re

# Over fewer words the measure jumps about.
FEWEST_WORDS = 30
_WORD = re.compile(r"[A-Za-z][A-Za-z'’]*")
_SENTENCE_END = re.compile(r"[.!?:;](?:\s|$)|\n{2,}|\n(?=[-*•])")
_WELSH = frozenset(
    ("yr", "yn", "mae", "ac", "sydd", "gan", "eich", "ein", "chi", "ni", "ddim", "hyn", "sut", "beth", "dros", "wedi")
)


def reading_age(text: str) -> int | None:
    """Years, from 5 up; None for a text too short to measure, or one that is mostly Welsh."""
    words = _WORD.findall(text)
    if len(words) < FEWEST_WORDS or sum(word.lower() in _WELSH for word in words) > len(words) / 10:
        return None
    sentences = sum(1 for part in _SENTENCE_END.split(text) if _WORD.search(part))
    grade = 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    return max(5, round(grade) + 5)


def syllables(word: str) -> int:
    """About how many syllables an English word has: groups of vowels, without a silent ending."""
    plain = re.sub(r"['’].*$", "", word.lower())
    groups = len(re.findall(r"[aeiouy]+", plain))
    silent = re.search(r"[^aeiouylr]e$|[^aeiouytd]ed$|[^aeiouysxzcg]es$|[^aeiouy]re$", plain)
    two = re.search(r"ia(?!l)|[^q]ua[^r]|io(?!n|us)|[aeiouy]ing$", plain)
    return max(1, groups - bool(silent) + bool(two))


def longest_sentence(text: str) -> int:
    """Words in the longest sentence."""
    return max((len(_WORD.findall(part)) for part in _SENTENCE_END.split(text)), default=0)
