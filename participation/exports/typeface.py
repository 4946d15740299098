"""Which characters the typeface of the PDF can show, so that no resident's words can stop a report from being made.

A tagged PDF may not hold a character without a glyph. The package's fonts cover the alphabets of the languages of the United
Kingdom and most of Europe; anything else (an emoji, another script) is shown as a lozenge, and the report says so. The other
formats keep every character. The table read here is the `cmap` of the OpenType specification, formats 4 and 12.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import font_source_sans_pro

FAMILY = "Source Sans Pro"
FOLDER = Path(font_source_sans_pro.font_directory)
# The weights the report uses; each must have the character.
_FILES = ("SourceSansPro-Regular.otf", "SourceSansPro-Bold.otf")
LOZENGE = "◊"


def showable(text: str) -> str:
    """The text with a lozenge for every character the typeface has not; marks without a shape of their own go."""
    return "".join(_shown(letter) for letter in unicodedata.normalize("NFC", text))


def _shown(letter: str) -> str:
    if letter in "\n\t":
        return " " if letter == "\t" else letter
    if ord(letter) in covered():
        return letter
    if unicodedata.category(letter) in ("Cf", "Mn", "Cc"):
        return ""
    plain = unicodedata.normalize("NFKC", letter)
    return plain if all(ord(each) in covered() for each in plain) else LOZENGE


@cache
def covered() -> frozenset[int]:
    """The code points that every weight has."""
    return frozenset.intersection(*(frozenset(_code_points((FOLDER / name).read_bytes())) for name in _FILES))


def _code_points(font: bytes) -> Iterator[int]:
    """Code points of the font's Unicode character maps."""
    (tables,) = struct.unpack_from(">H", font, 4)
    start = next(
        offset
        for tag, _, offset, _ in (struct.unpack_from(">4sIII", font, 12 + 16 * i) for i in range(tables))
        if tag == b"cmap"
    )
    (count,) = struct.unpack_from(">H", font, start + 2)
    for number in range(count):
        _, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * number)
        (kind,) = struct.unpack_from(">H", font, start + offset)
        if kind == 4:
            yield from _segments(font, start + offset)
        elif kind == 12:
            yield from _groups(font, start + offset)


def _segments(font: bytes, at: int) -> Iterator[int]:
    """Format 4: the basic plane, in segments."""
    (doubled,) = struct.unpack_from(">H", font, at + 6)
    count = doubled // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + doubled)
    deltas = struct.unpack_from(f">{count}H", font, at + 16 + 2 * doubled)
    ranges_at = at + 16 + 3 * doubled
    ranges = struct.unpack_from(f">{count}H", font, ranges_at)
    for number, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = (
                code if ranges[number] == 0 else _indirect(font, ranges_at + 2 * number + ranges[number], code - first)
            )
            if glyph and (glyph + deltas[number]) & 0xFFFF:
                yield code


def _indirect(font: bytes, at: int, place: int) -> int:
    (glyph,) = struct.unpack_from(">H", font, at + 2 * place)
    return int(glyph)


def _groups(font: bytes, at: int) -> Iterator[int]:
    """Format 12: all planes, in groups."""
    (count,) = struct.unpack_from(">I", font, at + 12)
    for number in range(count):
        first, last, _ = struct.unpack_from(">III", font, at + 16 + 12 * number)
        yield from range(first, last + 1)
