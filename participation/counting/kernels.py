"""Loops that NumPy cannot say, compiled by Numba. Imported only through `compiled.kernels()`: Numba takes a second to load.

Nothing here decides anything. The kernels count, sort and bound in doubles; whole numbers decide elsewhere.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from participation.counting.profile import Column

# Unit roundoff of a double.
ROUNDOFF = 2.0**-53


@njit(cache=True)
def turn(starts: Column, choices: Column, slots: Column, options: int) -> tuple[Column, Column, Column]:
    """From rows naming options to options with their rows: a counting sort, each mark moved once.

    `slots` is parallel to `choices`, or empty; marks with a negative slot are left out.
    """
    slotted = len(slots) > 0
    begins = np.zeros(options + 1, dtype=np.int64)
    for mark in range(len(choices)):
        if not slotted or slots[mark] >= 0:
            begins[choices[mark] + 1] += 1
    for option in range(options):
        begins[option + 1] += begins[option]
    place = begins[:-1].copy()
    rows = np.empty(begins[-1], dtype=np.int32)
    row_slots = np.empty(begins[-1] if slotted else 0, dtype=np.int32)
    for row in range(len(starts) - 1):
        for mark in range(starts[row], starts[row + 1]):
            if not slotted or slots[mark] >= 0:
                at = place[choices[mark]]
                place[choices[mark]] = at + 1
                rows[at] = row
                if slotted:
                    row_slots[at] = slots[mark]
    return begins, rows, row_slots


@njit(cache=True)
def look(
    rows: Column,
    slots: Column,
    weights: Column,
    classes: Column,
    money: Column,
    worths: Column,
    tally: Column,
    cost: float,
    slack: float,
) -> tuple[float, float, Column, Column]:
    """Bounds of the rate at which the supporters of an option can pay its cost, and who they are.

    Supporters are counted by key: their class of equal money, and the slot of what the option is worth to them. Keys
    come back from the poorest for that worth to the richest. `money` is right to within `slack`; the bounds are those
    of cost less, and plus, all error the sum can have. An infinite lower bound: surely not affordable; an infinite
    upper one: perhaps not. `tally` is all zeros, before and after.
    """
    span = len(worths)
    weighted, slotted = len(weights) > 0, len(slots) > 0
    keys = np.empty(min(len(rows), len(money) * span), dtype=np.int64)
    found = 0
    for at in range(len(rows)):
        row = rows[at]
        key = classes[row] * span + slots[at] if slotted else classes[row]
        if tally[key] == 0:
            keys[found] = key
            found += 1
        tally[key] += weights[row] if weighted else 1
    keys = keys[:found]
    ratio = np.empty(found, dtype=np.float64)
    for at in range(found):
        ratio[at] = money[keys[at] // span] / worths[keys[at] % span]
    order = np.argsort(ratio)
    keys, ratio = keys[order], ratio[order]
    owners = np.empty(found, dtype=np.int64)
    together = sharing = voters = 0.0
    for at in range(found):
        owners[at] = tally[keys[at]]
        tally[keys[at]] = 0
        voters += owners[at]
        together += owners[at] * money[keys[at] // span]
        sharing += owners[at] * worths[keys[at] % span]
    error = 1.01 * (voters * slack + 4.0 * (found + 8) * ROUNDOFF * (together + cost))
    if together < cost - error:
        return np.inf, np.inf, keys, owners
    low = _rate(keys, owners, ratio, money, worths, sharing, cost - error) * (1.0 - 16.0 * ROUNDOFF)
    if together < cost + error:
        return low, np.inf, keys, owners
    high = _rate(keys, owners, ratio, money, worths, sharing, cost + error) * (1.0 + 16.0 * ROUNDOFF)
    return low, high, keys, owners


@njit(cache=True)
def _rate(
    keys: Column, owners: Column, ratio: Column, money: Column, worths: Column, sharing: float, missing: float
) -> float:
    """The rate at which the keys, poorest first, pay an amount together."""
    span = len(worths)
    for at in range(len(keys)):
        if missing <= ratio[at] * sharing or at == len(keys) - 1:
            break
        missing -= owners[at] * money[keys[at] // span]
        sharing -= owners[at] * worths[keys[at] % span]
    return max(0.0, missing / sharing)


@njit(cache=True)
def search(
    starts: Column,
    rows: Column,
    slots: Column,
    weights: Column,
    classes: Column,
    money: Column,
    worths: Column,
    tally: Column,
    costs: Column,
    per: Column,
    bounds: Column,
    slack: float,
    margin: float,
) -> tuple[float, int, float, float, Column, Column]:
    """Look at options, lowest bound first, until no other can come before the best one seen.

    `bounds` are lower bounds of what options are compared by, infinite for those out of the running; they are brought up
    to date. The answer: an upper bound of the least, the option that has it (-1 where none is surely affordable), and
    its sight. Every option whose bound does not lie above the first may still be the least.
    """
    slotted = len(slots) > 0
    seen = np.zeros(len(bounds), dtype=np.bool_)
    least, best, best_low, best_high = np.inf, -1, np.inf, np.inf
    best_keys = np.empty(0, dtype=np.int64)
    best_owners = np.empty(0, dtype=np.int64)
    while True:
        option = -1
        for other in range(len(bounds)):
            if not seen[other] and bounds[other] < np.inf and (option < 0 or bounds[other] < bounds[option]):
                option = other
        if option < 0 or bounds[option] > least:
            break
        seen[option] = True
        part = slice(starts[option], starts[option + 1])
        low, high, keys, owners = look(
            rows[part], slots[part] if slotted else slots, weights, classes, money, worths, tally, costs[option], slack
        )
        bounds[option] = low / per[option] * (1.0 - margin)
        if high / per[option] * (1.0 + margin) < least:
            least = high / per[option] * (1.0 + margin)
            best, best_low, best_high, best_keys, best_owners = option, low, high, keys, owners
    return least, best, best_low, best_high, best_keys, best_owners


@njit(cache=True)
def divide(
    keys: Column, owners: Column, money: Column, worths: Column, low: float, high: float, slack: float
) -> tuple[int, int, int]:
    """Where, among keys from poorest to richest, the surely poor end and those begin who can surely pay the rate; and the
    units of worth of all who are not surely poor."""
    span = len(worths)
    poor, rich = 0, len(keys)
    while poor < len(keys) and money[keys[poor] // span] + slack < low * worths[keys[poor] % span]:
        poor += 1
    while rich > poor and money[keys[rich - 1] // span] - slack > high * worths[keys[rich - 1] % span]:
        rich -= 1
    sharing = 0
    for at in range(poor, len(keys)):
        sharing += owners[at] * worths[keys[at] % span]
    return poor, rich, sharing


@njit(cache=True)
def paid_before(
    keys: Column, owners: Column, span: int, parent: Column, born: Column, units: Column, rounds: int, empty: int
) -> tuple[int, Column]:
    """How many own keys that are not empty, and how many units of each round's rate they have paid together."""
    paid = np.zeros(rounds, dtype=np.int64)
    voters = 0
    for at in range(len(keys)):
        current = keys[at] // span
        if current == empty:
            continue
        voters += owners[at]
        while parent[current] >= 0:
            paid[born[current]] += owners[at] * units[current]
            current = parent[current]
    return voters, paid


@njit(cache=True)
def relabel(rows: Column, slots: Column, classes: Column, span: int, target: Column) -> None:
    """Move the supporters of a bought option to the class their key is given in `target`."""
    slotted = len(slots) > 0
    for at in range(len(rows)):
        row = rows[at]
        key = classes[row] * span + slots[at] if slotted else classes[row]
        classes[row] = target[key]
