"""Who supports what: the marks of a profile turned round, from options to the rows that name them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from participation.counting.profile import Column, Profile


@dataclass(frozen=True, eq=False)
class Supporters:
    """For each option the rows supporting it, in row order.

    `starts`   where each option's rows begin, plus the end. `rows`: 32-bit row numbers.
    `worth`    what the option is worth to each; None when one unit. Marks worth nothing or less are left out.
    `weights`  ballots in each row of the profile; None when one.
    """

    starts: Column
    rows: Column
    worth: Column | None
    weights: Column | None

    def of(self, option: int) -> slice:
        """The part of `rows` and `worth` that belongs to one option."""
        return slice(int(self.starts[option]), int(self.starts[option + 1]))


def supporters(profile: Profile, worth: Column | None = None) -> Supporters:
    """Turn the profile round. `worth` is parallel to its marks."""
    options = len(profile.election.options)
    rows = np.repeat(np.arange(profile.size, dtype=np.int32), np.diff(profile.starts))
    # NumPy sorts 16-bit keys in one pass without comparing; more options than that is no ballot.
    choices = profile.choices.astype(np.int16) if options < 2**15 else profile.choices
    if worth is not None:
        kept = worth > 0
        choices, rows, worth = choices[kept], rows[kept], worth[kept]
    order = np.argsort(choices, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(choices, minlength=options), dtype=np.int64)))
    return Supporters(starts, rows[order], None if worth is None else worth[order], profile.weights)
