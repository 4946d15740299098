"""PURE. Whether options are told alike: no word that praises, blames or decides, and about the same length.

The 25 per cent and the kinds of words are those of the UK notes, section 5 (a neutral option card). A check of words finds words,
not meaning: it asks a person to look, and never says that a text is fair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# The longest description may have this many words for each 100 of the shortest ...
MOST_PERCENT = 125
# ... and so few words more are never a matter.
FEW_WORDS = 10


def loaded(name: str, text: str, words: Mapping[str, str]) -> list[str]:
    """A sentence for each loaded word of a text, in the order in which they appear. `words` says what each one does."""
    if not words:
        return []
    pattern = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    found = dict.fromkeys(match[0].lower() for match in re.finditer(rf"\b(?:{pattern})\b", text, re.IGNORECASE))
    return [f"“{name}” uses the word “{word}”, which {words[word]}. Say what would happen instead." for word in found]


def unequal(options: Sequence[tuple[str, str]]) -> str:
    """A sentence about (title, description) of options that differ too much in length; "" when they do not."""
    lengths = sorted((len(text.split()), title) for title, text in options if text.strip())
    if len(lengths) < 2:
        return ""
    (short, shortest), (long, longest) = lengths[0], lengths[-1]
    if long * 100 <= short * MOST_PERCENT or long - short <= FEW_WORDS:
        return ""
    return (
        f"The descriptions differ in length: “{longest}” has {long} words and “{shortest}” has {short}. "
        "Give each about the same room."
    )
