"""Words that may offend, phrases of danger, and text that repeats itself.

Only whole words count, after a fold that undoes the usual disguises (5h1t, f.u.c.k, f**k, fuuuck). So no place name is
caught for what it holds, and a list of allowed company ("slag heap", "Maine Coon") covers the words with two meanings.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from config.settings import ROOT
from participation.moderation.flags.finding import Finding

LIST = ROOT / "config" / "moderation" / "words.toml"
_ENDINGS = ("", "s", "es", "ed", "er", "ers", "in", "ing", "y", "ty")
_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "i"}
)
_TOKEN = re.compile(r"[^\s,;:?()\[\]{}\"“”„…/\\–—<>=#&]+")
_SPACED_OUT = re.compile(
    r"(?<![\w'’.*_-])[a-z0-9@$!*](?:(?P<by>[ .*_-])[a-z0-9@$!*](?:(?P=by)[a-z0-9@$!*]){1,12})(?![\w'’])", re.IGNORECASE
)
# "A23", "SW2", "B12": roads and postcodes are not letters in disguise.
_ROAD_OR_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]{0,3}")
_SAME_WORD = re.compile(r"\b(\w{2,30})(?:\W{1,3}\1\b){4,}", re.IGNORECASE)
_SAME_PHRASE = re.compile(r"\b([^\W\d]{2,20}(?:\W{1,3}[^\W\d]{1,20}){1,3})(?:\W{1,3}\1\b){4,}", re.IGNORECASE)
_SAME_LETTER = re.compile(r"([^\W\d])\1{9,}|([!?£$*#])\2{9,}")


@dataclass(frozen=True, slots=True)
class WordList:
    """A versioned list. `words` always count, `unless_names` in small letters only, `allowed` phrases never. In phrases a
    star stands for one to three words."""

    version: str
    words: frozenset[str]
    unless_names: frozenset[str]
    allowed: tuple[str, ...]
    danger: tuple[str, ...]

    def with_more(self, words: Iterable[str], allowed: Iterable[str] = ()) -> WordList:
        """The same list with the words and the allowed phrases of one council."""
        return WordList(
            self.version, self.words | _with_endings(words), self.unless_names, (*self.allowed, *allowed), self.danger,
        )  # fmt: skip


@cache
def standard() -> WordList:
    """The list of config/moderation/words.toml."""
    held = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return WordList(
        held["version"], _with_endings(held["words"]), _with_endings(held["words_unless_names"]),
        tuple(held["allowed_phrases"]), tuple(held["danger_phrases"]),
    )  # fmt: skip


def _with_endings(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word + ending for word in words for ending in _ENDINGS)


def find(text: str, word_list: WordList) -> Iterator[Finding]:
    """Words, phrases of danger, and repetition."""
    yield from _phrases(text, word_list.danger, "danger")
    allowed = [(one.start, one.end) for one in _phrases(text, word_list.allowed, "words")]
    for token, start, end in _tokens(text):
        if _is_listed(token, word_list) and not any(a <= start and end <= b for a, b in allowed):
            yield Finding(start, end, "words")
    for pattern in (_SAME_WORD, _SAME_PHRASE, _SAME_LETTER):
        for found in pattern.finditer(text):
            yield Finding(found.start(), found.end(), "repeat")
    yield from _same_sentence(text)


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """The words as written, and single letters that are spelt out with something between them."""
    for found in _TOKEN.finditer(text):
        token = found.group()
        bare = token.strip(".!'’‘-_~")
        place = found.start() + token.find(bare)
        yield bare, place, place + len(bare)
        if "-" not in bare:
            continue
        yield bare.replace("-", ""), place, place + len(bare)
        parts = bare.split("-")
        for part in parts:
            if not any(one.isdigit() for one in parts):
                yield part, place, place + len(part)
            place += len(part) + 1
    for found in _SPACED_OUT.finditer(text):
        yield re.sub(r"[ .*_-]", "", found.group()), found.start(), found.end()


def _is_listed(token: str, word_list: WordList) -> bool:
    if len(token) < 3 or _ROAD_OR_POSTCODE.fullmatch(token):
        return False
    plain = re.sub(r"['’]s$", "", _plain(token))
    if plain in word_list.unless_names:
        return token[0].islower()
    if not any(letter.isalpha() for letter in plain):
        return False
    if "*" in plain:
        return _fits_stars(plain, word_list.words)
    forms = {plain, plain.translate(_LEET)}
    return any(form in word_list.words or _shortened(form, word_list.words) for form in forms)


def _plain(token: str) -> str:
    decomposed = unicodedata.normalize("NFKD", token.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _shortened(form: str, words: frozenset[str]) -> bool:
    """ "fuuuuck": a letter three times or more in a row stands for one, or for two."""
    if not re.search(r"(.)\1\1", form):
        return False
    return any(re.sub(r"(.)\1{2,}", kept, form) in words for kept in (r"\1", r"\1\1"))


def _fits_stars(plain: str, words: frozenset[str]) -> bool:
    """ "f**k", "sh*t": each star is one letter; at least two letters must be there, the first among them."""
    if sum(letter.isalpha() for letter in plain) < 2 or not plain[0].isalpha():
        return False
    pattern = re.compile("".join("[a-z]" if letter == "*" else re.escape(letter) for letter in plain))
    return any(pattern.fullmatch(word) for word in words)


def _phrases(text: str, phrases: Iterable[str], code: str) -> Iterator[Finding]:
    """Phrases in the text, whatever the case; apostrophes do not count."""
    folded = text.casefold()
    if len(folded) != len(text):  # a few letters fold to two: then places would not fit
        folded = text.lower() if len(text.lower()) == len(text) else text
    folded = folded.replace("’", "'")
    for phrase in phrases:
        if phrase.split(" ", 1)[0] not in folded.replace("'", ""):
            continue
        for found in _phrase(phrase).finditer(folded):
            yield Finding(found.start(), found.end(), code)


@cache
def _phrase(phrase: str) -> re.Pattern[str]:
    """ "burn the * down": a star stands for one to three words."""
    words = (
        r"[\w'-]+(?:\s+[\w'-]+){0,2}" if word == "*" else "'?".join(map(re.escape, word)) for word in phrase.split()
    )
    return re.compile(r"\b" + r"[\s-]+".join(words) + r"\b")


def _same_sentence(text: str) -> Iterator[Finding]:
    """The same sentence three times."""
    seen: dict[str, int] = {}
    for found in re.finditer(r"[^.!?\n]{12,}", text):
        sentence = " ".join(found.group().casefold().split())
        seen[sentence] = seen.get(sentence, 0) + 1
        if seen[sentence] == 3:
            yield Finding(found.start(), found.end(), "repeat")
