"""One row of VOTES: who, and what they marked.

A project named twice in one ballot is one supporter, not two (22 of 1,746 public files have such a ballot, and counting
it twice changes a real outcome); its points are added up, because the resident gave them all. Every such ballot is reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from participation.counting.pabulib.head import WITH_POINTS, Head
from participation.counting.pabulib.lines import Lines
from participation.counting.pabulib.numbers import read_whole
from participation.counting.pabulib.rows import Row

MOST_POINTS = 1 << 40


@dataclass(frozen=True, slots=True)
class Marks:
    """Projects by their place in PROJECTS, in the order of the ballot; `points` beside them, empty without points.

    `named` is the number of ids in the cell, more than `projects` where one is named twice.
    """

    voter_id: str
    projects: tuple[int, ...]
    points: tuple[int, ...]
    named: int

    @property
    def repeats(self) -> bool:
        return self.named > len(self.projects)


class MarksReader:
    """Reads the rows of VOTES of one file. This is the reference; the fast path must agree with it or leave it the row."""

    def __init__(self, head: Head) -> None:
        self._votes = head.votes
        self.width = len(head.votes.header.cells)
        self.voter_id = head.votes.columns["voter_id"]
        self.vote = head.votes.columns["vote"]
        self.points = head.votes.columns.get("points") if head.vote_type in WITH_POINTS else None
        self._nonnegative = head.vote_type == "cumulative"
        self.places: Mapping[str, int] = {project.code: place for place, project in enumerate(head.project_list)}

    def read(self, lines: Lines, row: Row) -> Marks:
        """Raises PabulibError for a row cut off, an unknown project, and points that are missing or not whole."""
        if len(row.cells) < self.width:
            missing = self._votes.header.cells[len(row.cells)].strip()
            raise lines.refuse("the line is cut off before this cell", line=row.line, field=missing)
        voter_id = row.cells[self.voter_id].strip()
        if not voter_id:
            raise lines.refuse("the ballot has no voter_id", line=row.line, field="voter_id")
        named = [self._place(lines, row, code) for code in _items(row.cells[self.vote])]
        points = self._points(lines, row, len(named))
        together: dict[int, int] = {}
        for place, given in zip(named, points or [0] * len(named), strict=True):
            together[place] = together.get(place, 0) + given
        return Marks(voter_id, tuple(together), tuple(together.values()) if points else (), len(named))

    def _place(self, lines: Lines, row: Row, code: str) -> int:
        place = self.places.get(code)
        if place is None:
            raise lines.refuse(
                f"the ballot names the project {code!r}, which is not in PROJECTS", line=row.line, field="vote"
            )
        return place

    def _points(self, lines: Lines, row: Row, named: int) -> list[int]:
        if self.points is None:
            return []
        given = [self._whole(lines, row, text) for text in _items(row.cells[self.points])]
        if len(given) != named:
            raise lines.refuse(f"{named} projects but {len(given)} numbers of points", line=row.line, field="points")
        return given

    def _whole(self, lines: Lines, row: Row, text: str) -> int:
        try:
            points = read_whole(text)
        except ValueError:
            points = None
        if points is None or abs(points) > MOST_POINTS:
            raise lines.refuse(f"{text!r} is not a whole number of points", line=row.line, field="points")
        if points < 0 and self._nonnegative:
            raise lines.refuse(f"{text} is below zero", line=row.line, field="points")
        return points


def _items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(",") if item.strip()]
