"""Texts made comparable: the same words in the same form. For comparing only; the original is what is kept and shown.

Needs notes, section 3. Works for English and Welsh: nothing is stemmed (Welsh mutations defeat it), runs of characters
cope with endings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_NEGATIONS = """
    not no never without stop against end anti dont doesnt isnt arent shouldnt cant wont nor neither ban
    dim na nid byth heb peidio peidiwch ddim nac atal
"""
_LESS, _MORE = frozenset({"less", "fewer", "llai"}), frozenset({"more", "mwy", "rhagor"})
_STOP_WORDS = """
    a an and are as at be been being but by for from had has have he her his i if in into is it its itself just me my of
    on or our ours she so some such that the their them then there these they this those to too very was we were what
    when where which while who whom why will with you your yours would should could can need needs needed like want
    wants think please also get make lot really able must may might shall do does did done
    y yr yn mae ar i o a ac ei eu ein fy dy am gan gyda hyn hwn hon oedd bod fod sydd syn angen dylai hoffwn
"""
# Words that turn a wish round: never dropped, and compared on their own.
NEGATIONS = frozenset(_NEGATIONS.split())
STOP_WORDS = frozenset(_STOP_WORDS.split())


def normalised(text: str) -> str:
    """NFKC, case folded, apostrophes dropped, other punctuation to spaces, spaces collapsed."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = re.sub(r"['’‘ʼ`]", "", folded)
    return " ".join(re.sub(r"[^\w]|_", " ", folded).split())


def content_words(text: str, ignored: Iterable[str] = ()) -> list[str]:
    """The words that carry meaning: without stop words and the ignored ones (names of the council and its places)."""
    dropped = STOP_WORDS | {normalised(word) for word in ignored}
    return [word for word in normalised(text).split() if word not in dropped or word in NEGATIONS | _LESS | _MORE]


def negations(text: str) -> frozenset[str]:
    """The words of a text that may turn it round."""
    return frozenset(normalised(text).split()) & NEGATIONS


def one_wants_more_and_one_less(one: str, other: str) -> bool:
    """Whether one text asks for more and the other for less."""
    first, second = frozenset(normalised(one).split()), frozenset(normalised(other).split())
    return bool((first & _LESS and second & _MORE) or (first & _MORE and second & _LESS))


def numbers(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\d+", text))


def character_runs(words: Iterable[str], shortest: int = 3, longest: int = 5) -> list[str]:
    """All runs of 3 to 5 characters inside words, a space before and after each word: endings and typing errors count
    for little."""
    return [
        f" {word} "[i : i + n] for word in words for n in range(shortest, longest + 1) for i in range(len(word) + 3 - n)
    ]
