"""Letters with codes: a tagged PDF with one page for each, and a list for a mailing house. Pure but for the typesetter."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import font_source_sans_pro
import segno

from participation.eligibility.address_codes import Letter
from participation.exports.inert import inert
from participation.web.words import day

# Setting letters takes 8 milliseconds and half a megabyte of memory each until the file is done.
IN_ONE_FILE = 500
_FONTS = str(Path(font_source_sans_pro.__file__).parent / "files")
_LETTER = """
#let given = json("letters.json")
#set document(title: given.title, date: none)
#set page(paper: "a4", margin: (x: 25mm, y: 22mm))
#set text(font: "Source Sans Pro", size: 12pt, lang: "en", region: "GB")
#for (place, letter) in given.letters.enumerate() {
  if place > 0 { pagebreak() }
  grid(columns: (1fr, 1fr), row-gutter: 3mm,
    [#for line in letter.lines [#line \\ ]],
    align(right)[#strong(given.council) \\ #given.date])
  v(14mm)
  heading(level: 1, given.title)
  v(3mm)
  [The council asks people who live here to have their say. This letter holds a code. It shows that you live at this address, and it can be used once, by one person.]
  v(5mm)
  block(stroke: 1pt, inset: 6mm, width: 100%, grid(columns: (1fr, auto), align: horizon,
    [Your code \\ #text(size: 22pt, weight: "bold", letter.code)],
    image(bytes(letter.picture), format: "svg", width: 32mm, alt: "QR code that opens the page below with your code")))
  v(5mm)
  [1. Go to #strong(given.address) or scan the picture. \\
   2. Sign in or create an account with your email address. \\
   3. Enter your code before #strong(given.until).]
  v(5mm)
  [The council does not know who used this code, and nobody can see how you vote. If you need help, or want this letter in another format, write to #box(strong(given.contact)).]
  v(1fr)
  text(size: 9pt)[Reference #letter.reference]
}
"""  # noqa: E501  lines of a letter

# In a process of its own: the typesetter keeps what it has set in memory, a gigabyte after 10,000 letters.
_SETTING = """
import sys, typst
page, folder, fonts = sys.argv[1:]
sys.stdout.buffer.write(typst.compile(
    page, root=folder, font_paths=[fonts], ignore_system_fonts=True, format="pdf", pdf_standards=["ua-1"]))
"""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every letter of a batch says: `address` is the page where codes are entered, `until` when they stop working."""

    council: str
    title: str
    address: str
    contact: str
    on: date
    until: datetime


def letters_pdf(envelope: Envelope, letters: Sequence[Letter]) -> bytes:
    """One page a letter. The QR code holds the address with the code, which the page only fills in."""
    given = {
        "council": envelope.council, "title": envelope.title, "address": envelope.address.partition("://")[2],
        "contact": envelope.contact, "date": day(envelope.on), "until": day(envelope.until),
        "letters": [
            {
                "lines": list(letter.lines) or ["To the resident"], "code": letter.shown, "reference": letter.reference,
                "picture": _picture(f"{envelope.address}?code={letter.code}"),
            }
            for letter in letters
        ],
    }  # fmt: skip
    # The typesetter reads files; the folder is gone when it is done, and only this process can look into it.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "letters.json").write_text(json.dumps(given))
        page = Path(folder, "letter.typ")
        page.write_text(_LETTER)
        done = subprocess.run(  # noqa: S603  our own words, and the names of our own files
            [sys.executable, "-I", "-c", _SETTING, str(page), folder, _FONTS], capture_output=True, check=True
        )
    return done.stdout


def letters_zip(envelope: Envelope, letters: Sequence[Letter], name: str) -> Iterator[bytes]:
    """The letters in PDFs of `IN_ONE_FILE`, as pieces of one zip.

    Each is sent when it is set, so that memory holds one of them.
    """
    out = _Pieces()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # a PDF is compressed already
        for start in range(0, len(letters), IN_ONE_FILE):
            part = letters[start : start + IN_ONE_FILE]
            archive.writestr(f"{name}-{start + 1:05}-to-{start + len(part):05}.pdf", letters_pdf(envelope, part))
            yield out.taken()
    yield out.taken()


class _Pieces(io.RawIOBase):
    """Where a zip is written that nobody can go back in."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting.append(bytes(data))
        return len(self._waiting[-1])

    def taken(self) -> bytes:
        """What was written since the last time."""
        piece, self._waiting = b"".join(self._waiting), []
        return piece


def _picture(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=2, xmldecl=False)
    return out.getvalue().decode()


def letters_csv(letters: Sequence[Letter]) -> bytes:
    """For a mailing house: reference, code and address lines; a cell that a spreadsheet would run is made text."""
    width = max((len(letter.lines) for letter in letters), default=0)
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["reference", "code", *(f"line {place}" for place in range(1, width + 1))])
    for letter in letters:
        cells = [letter.reference, letter.shown, *letter.lines, *[""] * (width - len(letter.lines))]
        writer.writerow([inert(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")
