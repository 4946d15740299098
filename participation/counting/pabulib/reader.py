"""Read a whole file: head, all ballots into columns, and the checks that need both.

Two paths give the same columns and the same errors: the reference path row by row, and for files large enough to pay
for it the compiled tokeniser, which hands every unusual row to the reference path.
"""

from __future__ import annotations

import importlib
import os
from functools import cache
from types import ModuleType

import numpy as np

from participation.counting.pabulib.columns import ColumnsBuilder, first_repeated_voter
from participation.counting.pabulib.file import PabulibFile
from participation.counting.pabulib.head import read_head, stated_number
from participation.counting.pabulib.lines import Lines, Source, opened
from participation.counting.pabulib.marks import MarksReader
from participation.counting.pabulib.rows import read_row, rows_of
from participation.counting.pabulib.totals import check_totals

BLOCK = 1 << 20
# Below this many bytes the reference path is done before the compiled one is loaded.
WORTH_COMPILED = 1 << 20


def read(source: str | os.PathLike[str] | bytes, *, name: str | None = None, compiled: bool = True) -> PabulibFile:
    """Read and check a `.pb` or `.pb.gz` file, or its bytes (with a `name` for messages).

    Memory: the columns of the ballots and one block of text; a broken file costs no more than a sound one.
    `compiled=False` takes the reference path throughout. Raises PabulibError naming file, line and field.
    """
    opening = Source.of(source, name)
    with opened(opening) as lines:
        head = read_head(lines)
        reader = MarksReader(head)
        builder = ColumnsBuilder(
            head, with_points=reader.points is not None, stated=stated_number(lines, head.entries, "num_votes")
        )
        _read_ballots(lines, reader, builder, compiled=compiled)
        builder.check_count(lines, finished=True)
        columns, suspects = builder.finish()
    if suspects:
        _refuse_repeated_voter(opening, suspects)
    return PabulibFile(source=opening, head=head, columns=columns, warnings=head.warnings + check_totals(head, columns))


def _read_ballots(lines: Lines, reader: MarksReader, builder: ColumnsBuilder, *, compiled: bool) -> None:
    tokeniser = None
    while block := lines.block(BLOCK):
        inside = lines.inside(block)
        if compiled and len(block) >= WORTH_COMPILED:
            tokeniser = _tokeniser()
        if tokeniser is not None and _is_text(block):
            _read_compiled(inside, block, reader, builder, tokeniser)
        else:
            _read_plainly(inside, len(block), reader, builder)
        lines.number = inside.number


def _is_text(block: bytes) -> bool:
    """Whether the block is UTF-8; if not, the reference path names the line."""
    if block.isascii():
        return True
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _read_plainly(inside: Lines, size: int, reader: MarksReader, builder: ColumnsBuilder) -> None:
    while inside.position < size:
        _read_one(inside, reader, builder)


def _read_one(inside: Lines, reader: MarksReader, builder: ColumnsBuilder) -> None:
    row = read_row(inside)
    if row is not None:
        builder.add(reader.read(inside, row), row.line)
        builder.check_count(inside, finished=False)


def _read_compiled(
    inside: Lines, block: bytes, reader: MarksReader, builder: ColumnsBuilder, tokeniser: ModuleType
) -> None:
    table = tokeniser.id_table([code.encode() for code in reader.places])
    text = np.frombuffer(block, np.uint8)
    most = len(block) // 2 + 2  # a ballot has at least a cell and a separator, a mark a digit and a comma
    lengths, hashes = np.empty(most, np.int64), np.empty(most, np.uint64)
    projects = np.empty(most, np.int32)
    points = np.empty(most if reader.points is not None else 0, np.int64)
    seen = np.empty(len(reader.places), np.int64)
    columns = (reader.width, reader.voter_id, reader.vote, -1 if reader.points is None else reader.points)
    position = 0
    while position < len(block):
        seen.fill(-1)
        ballots, marks, position = tokeniser.tokenise(
            text, position, *columns, *table, seen, lengths, projects, points, hashes
        )
        if ballots:
            builder.add_many(
                lengths[:ballots].copy(), projects[:marks].copy(), points[:marks].copy(), hashes[:ballots].copy()
            )
            builder.check_count(inside, finished=False)
        inside.skip_to(position, inside.number + ballots)
        if position < len(block):
            _read_one(inside, reader, builder)
            position = inside.position


@cache
def _tokeniser() -> ModuleType | None:
    """Loaded when the first large file is read: the compiler behind it takes longer than most counts. None where Numba
    is not installed, or has no place to keep what it compiled."""
    try:
        return importlib.import_module("participation.counting.pabulib.tokeniser")
    except (ImportError, RuntimeError):
        return None


def _refuse_repeated_voter(source: Source, suspects: frozenset[int]) -> None:
    with opened(source) as lines:
        head = read_head(lines)
        reader = MarksReader(head)
        ballots = ((row.line, row.cells[reader.voter_id].strip()) for row in rows_of(lines))
        found = first_repeated_voter(ballots, suspects)
        if found is not None:
            line, earlier, voter_id = found
            raise lines.refuse(f"the voter {voter_id!r} is already on line {earlier}", line=line, field="voter_id")
