"""The one disclosure policy: every channel shows a `needs.Summary` made here, and nothing that is not in one.

A summary does not hold what is hidden, so no page, file, answer or command made of it can show more than another, and no
combination of them undoes a hiding. The one thing left to check is time: two versions whose figures differ by a few people
tell who those few are.

While people can still take part, nothing that is looked at again and again has a figure of a group in it (`moving`). Who takes
part by group is shown in steps: each rounded down, kept, and audited against every step and version before it (`step`,
`pins`). What is frozen is audited against all its readers have seen: a version while the consultation is open against
everything, one that residents will read against those they can read. Where its figures, next to those, would pin a hidden
number, the grouping is left out of them, or the need or option alone, and the summary says so (`disclosed`). After the close,
figures by group are made of what was counted then (`settled`), whoever leaves later. Who voted by a
group of which tables of votes are published with the result is quoted from these tables (`Evidence.Activity.quoted`), so that
the result page and a summary are one list. Sources: trust notes, section 5.6; UK notes, section 8; needs notes, 4.13.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from flask import current_app

from participation.needs.evidence import Evidence
from participation.needs.groupings import only_whole, without, without_choices, without_parts
from participation.needs.live_steps import live_step
from participation.needs.publication_audit import at_risk, weaknesses
from participation.needs.rounding import down
from participation.needs.summarise import summarise
from participation.needs.summary import ParticipationTable, Summary

# Where figures about residents' needs leave the house. A channel that is not named here does not exist: a test holds the
# addresses and commands of the commissioning feature against this list.
CHANNELS = (
    "commissioner's dashboard",
    "live picture",
    "live preview",
    "frozen version",
    "ward page",
    "themes and quotes",
    "page to print",
    "files of the preview and of a frozen version",
    "files made in the background",
    "residents' page and its files",
    "participation needs export",
    "decisions and their figures",
    "feed",
    "result page and its tables by group",
)


def threshold() -> int:
    """The smallest number of people that is shown (`PARTICIPATION_SUPPRESSION_THRESHOLD`)."""
    smallest: int = current_app.config["SETTINGS"].suppression_threshold
    return smallest


def rounding() -> int:
    """To the nearest how many the number of people of a group is shown (`PARTICIPATION_COUNT_ROUNDING`)."""
    step: int = current_app.config["SETTINGS"].count_rounding
    return step


def disclosed(
    evidence: Evidence, *, moving: bool = False, seen: Sequence[Summary] = (), beside: Sequence[Summary] = ()
) -> Summary:
    """What may be seen of the evidence, by anybody.

    `moving`: while people can still take part, a page that is looked at again and again shows no figure of a group. `seen` is
    what its readers have seen before, oldest first: a grouping in which a hidden number of any of these could be worked out is
    left out, or only the need or option it is about, and the summary says so. `beside` are those of them that were whole
    figures of the same people: so is what changed by a few people since.
    """
    if moving:
        return _disclosed(only_whole(evidence), threshold(), rounding())
    return _beside(evidence, threshold(), rounding(), tuple(seen), tuple(beside))


@lru_cache(maxsize=4)
def _disclosed(evidence: Evidence, smallest: int, step: int) -> Summary:
    """Equal evidence gives the equal summary, and the pages and files of one preview are asked for one after the other."""
    return summarise(evidence, threshold=smallest, rounding=step)


@lru_cache(maxsize=4)
def _beside(
    evidence: Evidence, smallest: int, step: int, seen: tuple[Summary, ...], beside: tuple[Summary, ...]
) -> Summary:
    summary = _disclosed(evidence, smallest, step)
    while seen and (found := at_risk([*seen, summary], beside)):
        evidence = without_choices(without(evidence, found.dimensions), found.choices)
        summary = _disclosed(evidence, smallest, step)
    return summary


def step(evidence: Evidence) -> Summary:
    """Who takes part by group while people still can, as one step of the live picture; by groups of wards, not also by ward.

    Wards and their groups, both shown again and again, would be subtracted from each other; groups hide less.
    """
    return live_step(summarise(without_parts(evidence), threshold=threshold(), rounding=1))


def pins(summary: Summary, seen: Sequence[Summary]) -> bool:
    """Whether this step, next to all that was seen before (oldest first), pins a hidden number."""
    return bool(weaknesses([*seen, summary], newcomers=False))


def seen_moving(people: int) -> int:
    """A number of people or of their acts while it still grows: the last step of the threshold that was reached."""
    return down(threshold())(people)


def figures_digest(summary: Summary) -> str:
    """SHA-256 of the figures and words alone, whatever the day, version and status they are given under."""
    bare = replace(summary.subject, produced_on="", cut_off="", status="", version=0)
    return hashlib.sha256(replace(summary, subject=bare).to_json().encode()).hexdigest()


def too_few_newcomers(summary: Summary, earlier: Summary) -> bool:
    """Whether a reader of both versions could tell who joined or left in between: somebody did, but under the threshold."""
    before = {(table.activity, table.dimension): table for table in earlier.participation}
    changes = [
        _changed(table, before[table.activity, table.dimension], summary.method.rounding)
        for table in summary.participation
        if (table.activity, table.dimension) in before
    ]
    return 0 < max(changes, default=0) < summary.method.threshold


def _changed(table: ParticipationTable, before: ParticipationTable, step: int) -> int:
    """How many people joined or left at least, as far as the two tables show it; a rounded number may be one step off."""
    moves = [abs(new - old) for new, old in _both(table, before)]
    rows = sum(max(1, move - step + 1) for move in moves if move)
    totals = abs(int(table.people.value or 0) - int(before.people.value or 0))
    return max(rows, totals if table.people.shown and before.people.shown else 0)


def _both(table: ParticipationTable, before: ParticipationTable) -> Iterator[tuple[int, int]]:
    old = {row.code: row.people.value for row in before.rows}
    for row in table.rows:
        shown, known = row.people.value, old.get(row.code)
        if shown is not None and known is not None:
            yield int(shown), int(known)
