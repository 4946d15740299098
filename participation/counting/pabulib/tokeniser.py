"""The compiled inner loop over the bytes of VOTES. It reads what is plain and leaves everything else to the reference.

It stops before the first line that is not entirely ordinary: a quote, a NUL byte, a blank or a letter outside ASCII in a
cell that matters, an unknown id, a repeated project, points that are not plain digits, a missing cell, an endless line.
The reference path (`marks`) then reads that line, or raises the named error, and the loop goes on behind it. So
there is one place that words errors, and nothing the two could disagree about.
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from participation.counting.pabulib.lines import LONGEST_LINE

_OFFSET = np.uint64(0xCBF29CE484222325)
_PRIME = np.uint64(0x100000001B3)


def id_table(ids: list[bytes]) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.uint8]]:
    """An open-addressing table of the project ids: slots (place in PROJECTS or -1), where each id begins, all ids."""
    size = 16
    while size < 4 * len(ids):
        size *= 2
    slots = np.full(size, -1, np.int32)
    for place, name in enumerate(ids):
        value = int(_OFFSET)
        for byte in name:
            value = ((value ^ byte) * int(_PRIME)) & 0xFFFFFFFFFFFFFFFF
        slot = value & (size - 1)
        while slots[slot] >= 0:
            slot = (slot + 1) & (size - 1)
        slots[slot] = place
    begins = np.zeros(len(ids) + 1, np.int64)
    np.cumsum([len(name) for name in ids], out=begins[1:])
    return slots, begins, np.frombuffer(b"".join(ids) or b"\0", np.uint8)


@numba.njit(cache=True)
def _place(text, begin, end, value, slots, begins, ids):  # type: ignore[no-untyped-def]  # compiled, typed by numba
    """The place in PROJECTS of the id text[begin:end], whose hash is `value`; -1 if there is none."""
    mask = len(slots) - 1
    slot = np.int64(value & np.uint64(mask))
    length = end - begin
    while True:
        place = slots[slot]
        if place < 0:
            return -1
        first = begins[place]
        if begins[place + 1] - first == length:
            same = True
            for offset in range(length):
                if ids[first + offset] != text[begin + offset]:
                    same = False
                    break
            if same:
                return place
        slot = (slot + 1) & mask


@numba.njit(cache=True)
def tokenise(  # type: ignore[no-untyped-def]  # compiled, typed by numba
    text,
    position,
    width,
    voter_column,
    vote_column,
    points_column,
    slots,
    begins,
    ids,
    seen,
    lengths,
    projects,
    points,
    hashes,
):
    """Read ordinary lines from `position` on into the arrays.

    Returns (ballots read, marks read, position of the first line left to the reference or the end of the text).
    `seen` remembers for each project the last ballot that named it, to notice repeats.
    """
    size = len(text)
    ballots = 0
    marks = 0
    while position < size:
        start = position
        column = 0
        cell = position  # where the cell begins
        item = position  # where the item of a list begins
        value = _OFFSET  # hash of the cell or item so far
        number = 0
        named = 0
        given = 0
        voter_hash = _OFFSET
        ordinary = True
        at_end = False
        while True:
            byte = 10 if position >= size else text[position]
            end = position  # of the cell or item, if it ends here
            if byte == 13 and (position + 1 >= size or text[position + 1] == 10):
                position += 1
                byte = 10
            ends_cell = byte == 59 or byte == 10
            if column == vote_column and (ends_cell or byte == 44):
                if end > item:
                    place = _place(text, item, end, value, slots, begins, ids)
                    if place < 0 or seen[place] == ballots:
                        ordinary = False
                        break
                    seen[place] = ballots
                    projects[marks + named] = place
                    named += 1
                item = position + 1
                value = _OFFSET
            elif column == points_column and (ends_cell or byte == 44):
                if end > item:
                    if end - item > 12:
                        ordinary = False
                        break
                    points[marks + given] = number
                    given += 1
                item = position + 1
                number = 0
            elif column == voter_column and ends_cell:
                if end == cell:
                    ordinary = False
                    break
                voter_hash = value
            elif column in (vote_column, voter_column):
                if byte <= 32 or byte >= 127 or byte == 34:
                    ordinary = False
                    break
                value = (value ^ np.uint64(byte)) * _PRIME
            elif column == points_column:
                if byte < 48 or byte > 57:
                    ordinary = False
                    break
                number = number * 10 + (byte - 48) if position - item < 12 else number
            elif byte == 0 or byte == 34:
                ordinary = False
                break
            if byte == 10:
                at_end = True
                break
            if byte == 59:
                column += 1
                cell = position + 1
                item = position + 1
                value = _OFFSET
                number = 0
            position += 1
            if position - start >= LONGEST_LINE:
                ordinary = False
                break
        if not ordinary or not at_end or column + 1 < width or (points_column >= 0 and given != named):
            return ballots, marks, start
        position += 1
        lengths[ballots] = named
        hashes[ballots] = voter_hash
        ballots += 1
        marks += named
    return ballots, marks, position
