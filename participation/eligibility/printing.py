"""Letters with codes: a tagged PDF with one page for each, and a list for a mailing house. Pure but for the typesetter."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import font_source_sans_pro
import segno
import typst

from participation.eligibility.address_codes import Letter
from participation.exports.inert import inert
from participation.web.words import day

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
        pdf: bytes = typst.compile(
            str(page), root=folder, font_paths=[_FONTS], ignore_system_fonts=True, format="pdf", pdf_standards=["ua-1"]
        )
    return pdf


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
