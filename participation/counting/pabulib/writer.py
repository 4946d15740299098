"""Write a file that was read: unchanged rows byte for byte, changed ones in canonical form.

Canonical form, as the public library writes it: quotes only where reading back needs them, no byte order mark, no blank
lines, `beneficiaries` for the older name `target`.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import BinaryIO

from participation.counting.pabulib.file import PabulibFile
from participation.counting.pabulib.head import Section
from participation.counting.pabulib.lines import opened
from participation.counting.pabulib.rows import Row, skip_head

RENAMED = {"target": "beneficiaries"}
_COPIED_AT_ONCE = 1 << 20


def write(file: PabulibFile, target: BinaryIO | str | os.PathLike[str], *, canonical: bool = False) -> None:
    """Write to an open binary file or to a path. `canonical` rewrites every row, also the unchanged ones.

    Raises PabulibError if the file it was read from is gone or has become unreadable.
    """
    if isinstance(target, str | os.PathLike):
        with open(target, "wb") as stream:
            write(file, stream, canonical=canonical)
        return
    newline = b"\n" if canonical or not file.head.meta.header.raw.endswith(b"\r\n") else b"\r\n"
    for section in (file.head.meta, file.head.projects, file.head.votes):
        for row in _canonical_rows(section) if canonical else _rows(section):
            target.write(row.as_bytes(newline))
    for chunk in _canonical_votes(file) if canonical else _copied_votes(file):
        target.write(chunk)


def _rows(section: Section) -> Iterator[Row]:
    yield section.marker
    yield section.header
    yield from section.rows


def _canonical_rows(section: Section) -> Iterator[Row]:
    width = len(section.header.cells)
    yield Row(cells=(section.marker.cells[0].strip().upper(),))
    yield Row(cells=tuple(RENAMED.get(name.strip(), name.strip()) for name in section.header.cells))
    yield from (_bare(row, width) for row in section.rows)


def _bare(row: Row, width: int) -> Row:
    return Row(cells=tuple(cell.strip() for cell in row.cells[:width]))


def _copied_votes(file: PabulibFile) -> Iterator[bytes]:
    with opened(file.source) as lines:
        skip_head(lines)
        while chunk := lines.block(_COPIED_AT_ONCE):
            yield chunk


def _canonical_votes(file: PabulibFile) -> Iterator[bytes]:
    for row in file.rows():
        yield _bare(row, len(file.head.votes.header.cells)).as_bytes(b"\n")


def with_meta(file: PabulibFile, **entries: str) -> PabulibFile:
    """The same file with META entries replaced, or added at the end."""
    changed = dict(entries)
    rows = [
        row if row.cells[0].strip() not in changed else _entry(row.cells[0].strip(), changed.pop(row.cells[0].strip()))
        for row in file.head.meta.rows
    ]
    rows += [_entry(key, value) for key, value in changed.items()]
    meta = replace(file.head.meta, rows=tuple(rows))
    return replace(file, head=replace(file.head, meta=meta, entries={row.cells[0].strip(): row for row in rows}))


def _entry(key: str, value: str) -> Row:
    return Row(cells=(key, value))


def with_selected(file: PabulibFile, selected: Collection[str]) -> PabulibFile:
    """The same file with an outcome: `selected` is 1 for these codes and 0 for all others."""
    head = file.head
    place = head.projects.columns.get("selected", len(head.projects.header.cells))
    flags = [int(project.code in selected) for project in head.project_list]
    projects = replace(
        head.projects,
        header=_with_cell(head.projects.header, place, "selected"),
        rows=tuple(_with_cell(row, place, str(flag)) for row, flag in zip(head.projects.rows, flags, strict=True)),
    )
    listed = tuple(replace(project, selected=flag) for project, flag in zip(head.project_list, flags, strict=True))
    return replace(file, head=replace(head, projects=projects, project_list=listed))


def _with_cell(row: Row, place: int, value: str) -> Row:
    if row.cells[place : place + 1] == (value,):
        return row
    return Row(cells=(*row.cells[:place], value, *row.cells[place + 1 :]), line=row.line)
