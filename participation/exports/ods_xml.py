"""The little XML that OpenDocument files need: elements as text, escaped once, namespaces declared once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from participation.exports.values import cleaned

NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
    "config": "urn:oasis:names:tc:opendocument:xmlns:config:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}
VERSION = "1.3"


def tag(name: str, attributes: Mapping[str, str] | None = None, inside: str | Iterable[str] = "") -> str:
    """One element. `inside` is XML already: text goes through `words` or `paragraph` first."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in (attributes or {}).items())
    content = inside if isinstance(inside, str) else "".join(inside)
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def part(root: str, inside: str | Iterable[str]) -> bytes:
    """A whole part of the package, with its root element and every namespace."""
    declared = {f"xmlns:{prefix}": address for prefix, address in NAMESPACES.items()}
    text = tag(f"office:{root}", declared | {"office:version": VERSION}, inside)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def words(text: str) -> str:
    return escape(cleaned(text))


def paragraph(line: str) -> str:
    """A line of text as ODF keeps it: tabs and repeated spaces are elements, or a reader would fold them into one."""
    out = []
    spaces = 0
    line = cleaned(line)
    for place, character in enumerate(line):
        if character == " " and (place == 0 or line[place - 1] == " "):
            spaces += 1
            continue
        if spaces:
            out.append(tag("text:s", {"text:c": str(spaces)}))
            spaces = 0
        out.append(tag("text:tab") if character == "\t" else escape(character))
    if spaces:
        out.append(tag("text:s", {"text:c": str(spaces)}))
    return tag("text:p", None, out)
