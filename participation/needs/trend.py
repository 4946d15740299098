"""Change since an earlier round: only of the same question, asked and weighted the same way (needs notes, 4.11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from participation.needs.multiplicity import benjamini_hochberg
from participation.needs.ranges import newcombe, two_shares

RISE, FALL, NO_CLEAR_CHANGE, BREAK = "rise", "fall", "no clear change", "break in series"
LEVEL = 0.05


@dataclass(frozen=True)
class Round:
    """A share in one round, on its effective base, with what makes rounds comparable."""

    share: float
    effective_base: float
    question_version: str
    ballot_type: str
    weighting: str


@dataclass(frozen=True)
class Change:
    """Now less before, with its range; no figures at all across a break in the series."""

    verdict: str
    difference: float | None = None
    lower: float | None = None
    upper: float | None = None


def comparable(now: Round, before: Round) -> bool:
    return (now.question_version, now.ballot_type, now.weighting) == (
        before.question_version,
        before.ballot_type,
        before.weighting,
    )


def changes(pairs: Sequence[tuple[Round, Round]]) -> list[Change]:
    """The change of each (now, before), with Benjamini and Hochberg's correction over all that are shown together."""
    likely = [pair for pair in pairs if comparable(*pair)]
    tests = [two_shares(n.share, n.effective_base, b.share, b.effective_base)[1] for n, b in likely]
    adjusted = iter(benjamini_hochberg(tests))
    return [_change(now, before, next(adjusted)) if comparable(now, before) else Change(BREAK) for now, before in pairs]


def _change(now: Round, before: Round, adjusted_p: float) -> Change:
    low, high = newcombe(now.share, now.effective_base, before.share, before.effective_base)
    difference = now.share - before.share
    clear = adjusted_p < LEVEL and (low > 0 or high < 0)
    verdict = NO_CLEAR_CHANGE if not clear else RISE if difference > 0 else FALL
    return Change(verdict, difference, low, high)
