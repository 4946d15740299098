"""PURE. The transparency report on moderation: counts and times, with small numbers hidden. Generated, never written.

Hidden are counts of 1 to threshold - 1, and in lists with a total as many more as it takes that nobody can work them out
(`needs.suppression`). Hours are said when at least so many decisions stand behind them (trust design, section 6.3).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from participation.needs.suppression import hide_in_list

UK = ZoneInfo("Europe/London")
HIDDEN = "c"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a calendar year, by UK time."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> Quarter | None:
        """ "2026-Q4" -> a quarter; None for anything else."""
        found = re.fullmatch(r"(2[01][0-9]{2})-Q([1-4])", text, re.ASCII)
        return cls(int(found[1]), int(found[2])) if found else None

    @classmethod
    def of(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def code(self) -> str:
        return f"{self.year}-Q{self.number}"

    @property
    def first(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def following(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        return Quarter.of(self.first - timedelta(days=1))

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """From its first moment until before the next one's, in UTC."""
        first, last = (datetime.combine(one.first, time(), tzinfo=UK) for one in (self, self.following))
        return first.astimezone(UTC), last.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class ReadTwice:
    """How often two moderators, the second blind, would both publish, only the first or only the second, or neither."""

    both: int = 0
    only_first: int = 0
    only_second: int = 0
    neither: int = 0

    @property
    def total(self) -> int:
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa (1960): agreement beyond chance, 1 at most. None where chance alone would always agree."""
        total = self.total
        first, second = self.both + self.only_first, self.both + self.only_second
        # Everything times total squared, so that it is exact until the last division.
        by_chance = first * second + (total - first) * (total - second)
        if by_chance == total * total:
            return None
        return ((self.both + self.neither) * total - by_chance) / (total * total - by_chance)


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What the database says: needs `sent` and of these `flagged`, by code; decisions and reasons by code; the `waits` from
    sending to the first decision; how many of those were `late`; appeals by outcome; merges; referrals by whom to; second
    readings."""

    sent: int
    flagged: int
    flags: Mapping[str, int]
    actions: Mapping[str, int]
    reasons: Mapping[str, int]
    waits: Sequence[timedelta]
    late: int
    appeals: Mapping[str, int]
    merges: int
    referrals: Mapping[str, int] = field(default_factory=dict)
    read_twice: ReadTwice = ReadTwice()


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: None is hidden because it is small."""

    part: str
    name: str
    value: int | None


@dataclass(frozen=True, slots=True)
class Report:
    """The lines in their order; the hours of the middle and of the slowest twentieth, and kappa: None while too few."""

    lines: tuple[Line, ...]
    median_hours: float | None
    p95_hours: float | None
    kappa: float | None = None

    def part(self, name: str) -> list[Line]:
        return [line for line in self.lines if line.part == name]


def report(counted: Counted, words: Mapping[str, Mapping[str, str]], threshold: int) -> Report:
    """`words` are the names by code of the lists flags, actions, reasons and appeals; every code gets a line, also with 0."""
    lines = [
        *_list("Texts sent", {"Needs and comments residents sent": counted.sent}, threshold),
        *_list("Found by the screen", {"Texts in which something was found": counted.flagged}, threshold),
        *_apart("What was found", _named(counted.flags, words["flags"]), threshold),
        *_list("Decisions", _named(counted.actions, words["actions"]), threshold),
        *_list("Why not, or not all", _named(counted.reasons, words["reasons"]), threshold),
        *_list("Decided later than 2 working days", {"First decisions that were late": counted.late}, threshold),
        *_list("Appeals", _named(counted.appeals, words["appeals"]), threshold),
        *_list("Merges", {"Needs merged into another one": counted.merges}, threshold),
        *_apart("Referred", _named(counted.referrals, words["referrals"]), threshold),
        *_list("Read again without knowing the decision", _agreement(counted.read_twice), threshold),
    ]
    twice = counted.read_twice
    kappa = twice.kappa if twice.total >= threshold else None
    enough = len(counted.waits) >= threshold
    hours = sorted(wait.total_seconds() / 3600 for wait in counted.waits)
    return Report(
        tuple(lines), percentile(hours, 50) if enough else None, percentile(hours, 95) if enough else None,
        None if kappa is None else round(kappa, 2),
    )  # fmt: skip


def _agreement(twice: ReadTwice) -> dict[str, int]:
    return {
        "Both moderators would decide alike": twice.both + twice.neither,
        "They would decide differently": twice.only_first + twice.only_second,
    }


def _named(values: Mapping[str, int], names: Mapping[str, str]) -> dict[str, int]:
    return {name: values.get(code, 0) for code, name in names.items()}


def _list(part: str, values: Mapping[str, int], threshold: int) -> list[Line]:
    """Entries that add up to a total which others may know: hidden together where one is small."""
    if not any(values.values()):
        return [Line(part, name, 0) for name in values]
    hidden = hide_in_list(list(values.values()), threshold, [None] * len(values))
    return [Line(part, name, None if place in hidden else value) for place, (name, value) in enumerate(values.items())]


def _apart(part: str, values: Mapping[str, int], threshold: int) -> list[Line]:
    """Entries that overlap (a need can carry two flags), so that they add up to nothing: each hidden by itself."""
    return [Line(part, name, None if 0 < value < threshold else value) for name, value in values.items()]


def percentile(ordered: Sequence[float], percent: int) -> float:
    """The smallest value that at least so many percent do not exceed (nearest rank), to a tenth of an hour."""
    rank = max(1, -(-len(ordered) * percent // 100))
    return round(ordered[rank - 1], 1)


def as_csv(found: Report, scope: str) -> bytes:
    """One line a figure; a hidden one is blank with the status "c" (suppressed)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("scope", "part", "name", "value", "status"))
    for line in found.lines:
        writer.writerow(
            (
                scope,
                line.part,
                line.name,
                "" if line.value is None else line.value,
                "" if line.value is not None else HIDDEN,
            )
        )
    for name, hours in (
        ("Median hours to the first decision", found.median_hours),
        ("95th percentile, hours", found.p95_hours),
    ):
        writer.writerow((scope, "Time", name, "" if hours is None else hours, HIDDEN if hours is None else ""))
    kappa = "" if found.kappa is None else found.kappa
    writer.writerow((scope, "Agreement", "Cohen's kappa", kappa, HIDDEN if found.kappa is None else ""))
    return out.getvalue().encode("utf-8-sig")
