"""All ballots of a vote, in columns.

A ballot is a run of marks (option, value). Identical ballots may be one row with a weight; whether they are merged never
changes a result. Columns are NumPy arrays, so that ten million ballots fit in memory and a reader can hand them over
without making an object for each; the rules read them through `rows()` or in compiled loops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from participation.counting.ballots import Limits, problems
from participation.counting.elections import Election
from participation.counting.outcome import Remark
from participation.counting.payloads import PLAIN_TYPES, Payload, UnreadableBallot, keeps, marks
from participation.errors import InvalidInput

Column = npt.NDArray[Any]
Row = tuple[int, Sequence[int], Sequence[int]]

REPEATED = "names an option more than once; the first mark counts"
STRANGER = "names an option that is not in this vote"
UNREADABLE = "cannot be read as a ballot of this type"
NO_VIEW = "says that the voter has no view"
KEPT = "says to keep things as they are, with none of the options"


class ProfileError(InvalidInput):
    """Columns that do not describe ballots of this election."""

    title = "These ballots do not fit the vote"


@dataclass(frozen=True, eq=False)
class Profile:
    """Ballots of one type over the options of one election.

    `starts`   where each row's marks begin in `choices`, plus the end: one longer than there are rows.
    `choices`  listed positions of options, in the ballot's own order.
    `values`   parallel to `choices`, as in `payloads.marks`; None when every mark is worth 1 (approval).
    `weights`  identical ballots in each row; None when every row is one ballot.
    """

    election: Election
    ballot_type: str
    starts: Column
    choices: Column
    values: Column | None = None
    weights: Column | None = None
    not_counted: tuple[Remark, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @classmethod
    def from_ballots(
        cls,
        election: Election,
        ballots: Iterable[Payload],
        *,
        ballot_type: str = "approval",
        limits: Limits | None = None,
        earlier: Sequence[tuple[Election, Limits]] = (),
    ) -> Profile:
        """Group identical ballots.

        Without `limits` only what cannot be understood is left out, as for historic elections, and an empty ballot is a ballot.
        With them every ballot that `problems` would refuse is left out, unless it kept to `earlier` figures and limits, which
        were in force when it was cast; and one of no view, so that it makes nobody's share smaller.
        What was left out, and why, is in `not_counted`.
        """
        groups: Counter[tuple[tuple[int, int], ...]] = Counter()
        left_out: Counter[str] = Counter()
        flagged: Counter[str] = Counter()
        for payload in ballots:
            reason = _refusal(payload, ballot_type, election, limits)
            if reason and all(_refusal(payload, ballot_type, *version) for version in earlier):
                left_out[reason] += 1
                continue
            if limits is not None and keeps(payload):
                flagged[KEPT] += 1
            row = tuple((election.index[code], value) for code, value in marks(payload, ballot_type))
            if ballot_type != "best_worst" and len({option for option, _ in row}) < len(row):
                flagged[REPEATED] += 1
                row = tuple({option: (option, value) for option, value in reversed(row)}.values())[::-1]
            groups[row] += 1
        return cls(
            election=election,
            ballot_type=ballot_type,
            starts=np.cumsum([0, *map(len, groups)], dtype=np.int64),
            choices=np.array([option for row in groups for option, _ in row], dtype=np.int32),
            values=None if _plain(ballot_type) else np.array([v for row in groups for _, v in row], dtype=np.int64),
            weights=np.array(list(groups.values()), dtype=np.int64),
            not_counted=_remarks(left_out),
            remarks=_remarks(flagged),
        )

    @classmethod
    def from_columns(
        cls,
        election: Election,
        *,
        ballot_type: str,
        starts: Column,
        choices: Column,
        values: Column | None = None,
        weights: Column | None = None,
        not_counted: tuple[Remark, ...] = (),
        remarks: tuple[Remark, ...] = (),
    ) -> Profile:
        """Take over columns as a reader made them. A repeated option within a row is dropped and remarked on.

        Raises ProfileError when the columns contradict each other or name options that do not exist.
        """
        starts, choices = _whole(starts, np.int64), _whole(choices, np.int32)
        values = None if values is None else _whole(values, np.int64)
        weights = None if weights is None else _whole(weights, np.int64)
        if len(starts) < 1 or starts[0] != 0 or starts[-1] != len(choices) or (np.diff(starts) < 0).any():
            raise ProfileError("The rows of the ballots do not fit their marks.")
        if len(choices) and not 0 <= int(choices.min()) <= int(choices.max()) < len(election.options):
            raise ProfileError("A ballot names an option that is not in this vote.")
        if (values is None) != _plain(ballot_type) or (values is not None and len(values) != len(choices)):
            raise ProfileError("Marks and their values do not fit each other.")
        if weights is not None and (len(weights) != len(starts) - 1 or (len(weights) and weights.min() < 1)):
            raise ProfileError("Rows and their weights do not fit each other.")
        repeats = np.zeros(0, dtype=np.int64) if ballot_type == "best_worst" else _repeats(starts, choices)
        if len(repeats):
            rows = np.unique(np.searchsorted(starts, repeats, side="right") - 1)
            ballots = len(rows) if weights is None else int(weights[rows].sum())
            remarks = (*remarks, Remark(REPEATED, ballots))
            keep = np.ones(len(choices), dtype=bool)
            keep[repeats] = False
            starts = np.concatenate(([0], np.cumsum(keep, dtype=np.int64)))[starts]
            choices, values = choices[keep], None if values is None else values[keep]
        return cls(election, ballot_type, starts, choices, values, weights, not_counted, remarks)

    @property
    def size(self) -> int:
        """Number of rows."""
        return len(self.starts) - 1

    @cached_property
    def ballots(self) -> int:
        """Number of counted ballots, empty ones included."""
        return self.size if self.weights is None else int(self.weights.sum())

    def rows(self) -> Iterator[Row]:
        """(weight, options, values) of each row, as plain Python numbers."""
        choices = self.choices.tolist()
        values = [1] * len(choices) if self.values is None else self.values.tolist()
        weights = [1] * self.size if self.weights is None else self.weights.tolist()
        starts = self.starts.tolist()
        for row, weight in enumerate(weights):
            marked = slice(starts[row], starts[row + 1])
            yield weight, choices[marked], values[marked]

    @cached_property
    def mark_weights(self) -> Column | None:
        """Weight of the row each mark belongs to; None when all are 1."""
        return None if self.weights is None else np.repeat(self.weights, np.diff(self.starts))

    @cached_property
    def votes(self) -> tuple[int, ...]:
        """Ballots naming each option; on points ballots, ballots giving it more than nothing."""
        weights = self.mark_weights
        choices = self.choices
        if self.ballot_type == "points" and self.values is not None:
            positive = self.values > 0
            choices, weights = choices[positive], None if weights is None else weights[positive]
        return _sums(choices, weights, len(self.election.options))

    @property
    def support(self) -> tuple[int, ...]:
        """Ballots for each option: as `votes`, but on yes-and-no ballots only those that say yes to it."""
        if self.ballot_type != "views" or self.values is None:
            return self.votes
        yes, weights = self.values > 0, self.mark_weights
        return _sums(self.choices[yes], None if weights is None else weights[yes], len(self.election.options))


def _whole(column: Column, kind: type[np.int32] | type[np.int64]) -> Column:
    """The column in the one form the rules know, without a copy where it has it already."""
    if column.dtype.kind not in "iu":
        raise ProfileError("Columns of ballots hold whole numbers.")
    return np.ascontiguousarray(column, dtype=kind)


def _plain(ballot_type: str) -> bool:
    return ballot_type in PLAIN_TYPES


def _refusal(payload: Payload, ballot_type: str, election: Election, limits: Limits | None) -> str:
    if limits is not None:
        found = problems(payload, ballot_type=ballot_type, election=election, limits=limits)
        if not found and not keeps(payload) and not marks(payload, ballot_type):
            return NO_VIEW
        return found[0].message if found else ""
    try:
        known = all(code in election.index for code, _ in marks(payload, ballot_type))
    except UnreadableBallot:
        return UNREADABLE
    return "" if known else STRANGER


def _remarks(counter: Counter[str]) -> tuple[Remark, ...]:
    return tuple(Remark(reason, number) for reason, number in sorted(counter.items()))


def _repeats(starts: Column, choices: Column) -> Column:
    """Positions of marks whose option was named before in the same row.

    Each mark is compared with the one 1, 2, ... places earlier: no sorting, no row is ever an object.
    """
    longest = int(np.diff(starts).max(initial=0))
    place = np.arange(len(choices), dtype=np.int64) - np.repeat(starts[:-1], np.diff(starts)) if longest > 1 else None
    found = np.zeros(len(choices), dtype=bool)
    for distance in range(1, longest):
        assert place is not None
        found[distance:] |= (choices[distance:] == choices[:-distance]) & (place[distance:] >= distance)
    return np.flatnonzero(found)


def _sums(choices: Column, weights: Column | None, size: int) -> tuple[int, ...]:
    """Exact sums of weights per option. `bincount` adds in doubles, exact below 2**53 ballots."""
    return tuple(int(total) for total in np.bincount(choices, weights=weights, minlength=size))
