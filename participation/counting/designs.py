"""Small sets of options to compare, for best-and-worst ballots: the same for everybody, so that each ballot can be checked.

Two rounds, each of which shows every option once in sets of nearly equal size; the second parts what the first put together.
That keeps a ballot short: 12 options in sets of 4 are six questions. A balanced block design would need more for most numbers;
see Louviere, Flynn & Marley, "Best-Worst Scaling" (Cambridge 2015), section 2.2.
"""

from __future__ import annotations

from itertools import pairwise

SMALLEST = 3


def sets_of(options: int, size: int) -> tuple[tuple[int, ...], ...]:
    """Listed positions of the options of each set, at most `size` in one and at least two where there are two options.

    Options that fit one set are asked about once. Raises ValueError for a size below 3, of
    which a set of one could be left over.
    """
    if size < SMALLEST:
        raise ValueError("a set has at least three options")
    if options <= size:
        return (tuple(range(options)),) if options > 1 else ()
    sets = -(-options // size)
    together = tuple(tuple(range(first, options, sets)) for first in range(sets))
    ends = [options * place // sets for place in range(sets + 1)]
    apart = tuple(tuple(range(start, end)) for start, end in pairwise(ends))
    return together + apart
