"""Pabulib `.pb` files: the public exchange format of participatory budgeting, read and written without loss.

    file = read("Poland_Lodz_2022.pb.gz")
    file.election(), file.profile()      what `counting.count` takes
    file.ballots()                       one ballot at a time, with its line
    write(file, target)                  byte for byte what was read, as far as nothing was changed
    compose(...)                         a new file, which the public checker accepts

Format: https://pabulib.org/format. Every error is a PabulibError and names the file, the line and the field.
"""

from __future__ import annotations

from participation.counting.pabulib.file import FileBallot, PabulibFile
from participation.counting.pabulib.new_file import compose, rule_name
from participation.counting.pabulib.reader import read
from participation.counting.pabulib.refusals import PabulibError
from participation.counting.pabulib.writer import with_meta, with_selected, write

__all__ = [
    "FileBallot",
    "PabulibError",
    "PabulibFile",
    "compose",
    "read",
    "rule_name",
    "with_meta",
    "with_selected",
    "write",
]
