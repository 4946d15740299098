"""A file that was read: its election, its ballots, its limits and its recorded outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from participation.counting.ballots import Limits, problems
from participation.counting.elections import Election, Option
from participation.counting.outcome import Remark
from participation.counting.pabulib.columns import Columns, Repeat
from participation.counting.pabulib.head import Head
from participation.counting.pabulib.lines import Source, opened
from participation.counting.pabulib.marks import Marks, MarksReader
from participation.counting.pabulib.numbers import in_units, read_number, read_whole
from participation.counting.pabulib.refusals import PabulibError
from participation.counting.pabulib.rows import Row, rows_of, skip_head
from participation.counting.profile import REPEATED, Profile

BALLOT_TYPES = {
    "approval": "approval",
    "choose-1": "approval",
    "ordinal": "ranking",
    "cumulative": "points",
    "scoring": "points",
}
# The public library uses these columns for the part of town a project belongs to; the first a file has is the ward.
WARD_COLUMNS = ("district", "neighborhood", "subunit")
LIST_COLUMNS = ("category", "beneficiaries")
_Number = TypeVar("_Number", int, Fraction)
SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


@dataclass(frozen=True, slots=True)
class FileBallot:
    """One ballot of a file. `remarks` say which of the file's own limits it breaks: historic ballots are what was
    accepted at the time, so they are counted and flagged, never dropped."""

    line: int
    voter_id: str
    payload: dict[str, Any]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class PabulibFile:
    """A file that passed every check. Its rows of VOTES stay in the file and are read again when they are asked for.

    `warnings` are things that were found and do not stand in the way of a count.
    """

    source: Source
    head: Head
    columns: Columns = field(repr=False)
    warnings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def voters(self) -> int:
        """Number of ballots."""
        return self.columns.voters

    @property
    def repeats(self) -> tuple[Repeat, ...]:
        """Ballots that name a project more than once."""
        return self.columns.repeats

    @property
    def ballot_type(self) -> str:
        """The ballot type of the counting room: approval, ranking or points."""
        return BALLOT_TYPES[self.head.vote_type]

    @cached_property
    def selected(self) -> tuple[str, ...] | None:
        """Codes the file records as funded (`selected` is 1), in file order; None where it records no outcome."""
        if "selected" not in self.head.projects.columns:
            return None
        return tuple(project.code for project in self.head.project_list if project.selected == 1)

    @cached_property
    def selected_otherwise(self) -> dict[str, int]:
        """Codes whose `selected` is neither 0 nor 1: an outcome with a story, told in the file's `comment`."""
        return {
            project.code: project.selected
            for project in self.head.project_list
            if project.selected is not None and project.selected not in (0, 1)
        }

    def election(self) -> Election:
        """The election; amounts in units of the file's smallest decimal step, `unit` of them in one currency unit."""
        threshold = self._number("min_project_score_threshold")
        currency = self.head.value("currency")
        return Election(
            options=tuple(
                Option(code=project.code, cost=project.cost, title=project.title, tags=self._tags(row))
                for project, row in zip(self.head.project_list, self.head.projects.rows, strict=True)
            ),
            budget=self.head.budget,
            unit=self.head.scale,
            currency=SIGNS.get(currency, currency),
            threshold=threshold,
            top_points=self._whole("max_length") if self.head.vote_type == "ordinal" else None,
            title=self.head.value("description"),
        )

    def profile(self, election: Election | None = None) -> Profile:
        """All ballots, each project of a ballot once."""
        starts, choices, values = self.columns.starts, self.columns.projects, self.columns.points
        if self._default_score:
            starts, choices, values = _filled(self.columns, len(self.head.project_list), self._default_score)
        elif self.ballot_type == "ranking":
            values = np.arange(len(choices), dtype=np.int64) - np.repeat(starts[:-1], np.diff(starts))
        return Profile.from_columns(
            election or self.election(),
            ballot_type=self.ballot_type,
            starts=starts,
            choices=choices,
            values=values,
            remarks=(Remark(REPEATED, len(self.repeats)),) if self.repeats else (),
        )

    def limits(self) -> Limits:
        """The file's own limits on a ballot. Raises PabulibError where one of them is not a number."""
        choose_one = self.head.vote_type == "choose-1"
        most = self._number("max_sum_cost")
        return Limits(
            min_choices=1 if (least := self._whole("min_length")) is None else least,
            max_choices=1 if choose_one else self._whole("max_length"),
            max_total=None if most is None else in_units(most, self.head.scale),
            min_points=self._whole("min_sum_points"),
            max_points=self._whole("max_sum_points"),
            min_each=self._whole("min_points") or 0,
            max_each=self._whole("max_points"),
        )

    def rows(self) -> Iterator[Row]:
        """The rows of VOTES as they stand in the file, one at a time."""
        with opened(self.source) as lines:
            skip_head(lines)
            yield from rows_of(lines)

    def ballots(self) -> Iterator[FileBallot]:
        """Every ballot as it would be cast, with the line it stands on, one at a time."""
        election, limits, reader = self.election(), self.limits(), MarksReader(self.head)
        with opened(self.source) as lines:
            skip_head(lines)
            for row in rows_of(lines):
                marks = reader.read(lines, row)
                payload = self.payload(marks)
                found = problems(payload, ballot_type=self.ballot_type, election=election, limits=limits)
                yield FileBallot(row.line, marks.voter_id, payload, tuple(problem.message for problem in found))

    def payload(self, marks: Marks) -> dict[str, Any]:
        """The marks of a row as the platform stores a ballot."""
        codes = [self.head.project_list[place].code for place in marks.projects]
        if self.ballot_type == "ranking":
            return {"rank": codes}
        if self.ballot_type == "approval":
            return {"approve": [self.head.project_list[place].code for place in sorted(marks.projects)]}
        points = dict(zip(codes, marks.points, strict=True))
        default = self._default_score
        return {"points": {project.code: default for project in self.head.project_list} | points if default else points}

    @cached_property
    def _default_score(self) -> int:
        return (self._whole("default_score") or 0) if self.head.vote_type == "scoring" else 0

    def _tags(self, row: Row) -> tuple[str, ...]:
        projects = self.head.projects
        tags = [
            f"{column}:{item.strip()}"
            for column in LIST_COLUMNS
            for item in projects.cell(row, column).split(",")
            if item.strip() not in ("", "None")
        ]
        ward = next((projects.cell(row, column) for column in WARD_COLUMNS if column in projects.columns), "")
        return tuple([f"ward:{ward}", *tags] if ward not in ("", "None") else tags)

    def _number(self, key: str) -> Fraction | None:
        return self._read(key, lambda text: None if (number := read_number(text)) is None else Fraction(number))

    def _whole(self, key: str) -> int | None:
        return self._read(key, read_whole)

    def _read(self, key: str, reading: Callable[[str], _Number | None]) -> _Number | None:
        try:
            return reading(self.head.value(key))
        except ValueError:
            problem = f"{self.head.value(key)!r} is not a number that can be used here"
            raise PabulibError(problem, file=self.name, line=self.head.entries[key].line, field=key) from None


def _filled(columns: Columns, options: int, default: int) -> tuple[Any, Any, Any]:
    """Scoring ballots on which every project not named has the default score."""
    assert columns.points is not None  # scoring ballots have points, or the head was refused
    points = np.full((columns.voters, options), default, np.int64)
    points[np.repeat(np.arange(columns.voters), columns.lengths), columns.projects] = columns.points
    starts = np.arange(columns.voters + 1, dtype=np.int64) * options
    return starts, np.tile(np.arange(options, dtype=np.int32), columns.voters), points.ravel()
