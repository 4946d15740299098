"""What one ballot looks like: a small JSON object, one shape for each ballot type.

approval, knapsack   {"approve": ["a", "b"]}           in listed order; knapsack: within the money there is
single               {"approve": ["a"]}                exactly one
views                {"views": {"a": 1, "b": -1}}      yes or no; an option left out is no view
ranking              {"rank": ["a", ["b", "c"], "d"]}  best first, options of equal standing as a list of their own
points               {"points": {"a": 3, "b": 1}}      also for cumulative and scoring ballots
amounts              {"amounts": {"a": 120000}}        money for each line of a budget
balance              {"amounts": {"a": 120000}}        one of the offered steps for every line, spending and income
best_worst           {"sets": [{"shown": ["a", "b", "c"], "best": "a", "worst": "c"}]}

A ballot of a vote that names nothing says that its voter has no view, and one with "keep": true beside it ({"approve": [],
"keep": true}) that everything should stay as it is now: none of the options. In an imported election it is only empty.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from participation.counting.elections import Election
from participation.errors import InvalidInput

Payload = Mapping[str, Any]
# No budget or number of points comes near it, and sums over all ballots stay within 64 bits.
LARGEST_NUMBER = 10**15
# One mark of a ballot: the code of an option and a whole number whose sense depends on the ballot type.
Mark = tuple[str, int]


class UnreadableBallot(InvalidInput):
    """The payload is not a ballot of this type at all."""

    title = "This is not a ballot"
    public = "This ballot cannot be read: {reason}."


KEEP = "keep"
# Types of which a ballot can say "keep things as they are": the others have an answer of their own for it (no, no change).
KEEPING = ("approval", "knapsack", "single", "ranking", "points", "best_worst")


def empty(ballot_type: str) -> dict[str, Any]:
    """The ballot of somebody who has no view."""
    lists = {"ranking": "rank", "best_worst": "sets"}
    numbers = {"views": "views", "points": "points", "amounts": "amounts", "balance": "amounts"}
    return {numbers[ballot_type]: {}} if ballot_type in numbers else {lists.get(ballot_type, "approve"): []}


def keeping(ballot_type: str) -> dict[str, Any]:
    """The ballot of somebody who wants none of the options."""
    return {**empty(ballot_type), KEEP: True}


def keeps(payload: Payload) -> bool:
    """Whether a ballot says that everything should stay as it is."""
    return payload.get(KEEP) is True


def canonical(payload: Payload) -> str:
    """The one text of a payload: sorted keys, no blanks. What is sealed, hashed and published."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _approved(payload: Payload) -> Iterator[Mark]:
    for code in _list(payload, "approve"):
        yield _code(code), 1


def _ranked(payload: Payload) -> Iterator[Mark]:
    for place, entry in enumerate(_list(payload, "rank")):
        for code in entry if isinstance(entry, list | tuple) else (entry,):
            yield _code(code), place


def _numbered(payload: Payload, key: str) -> Iterator[Mark]:
    numbers = payload.get(key)
    if not isinstance(numbers, Mapping):
        raise UnreadableBallot(reason=f"{key} must map options to numbers")
    for code, number in numbers.items():
        if not isinstance(number, int) or isinstance(number, bool) or abs(number) > LARGEST_NUMBER:
            raise UnreadableBallot(reason=f"{code} needs a whole number of a sensible size")
        yield _code(code), number


def _viewed(payload: Payload) -> Iterator[Mark]:
    for code, view in _numbered(payload, "views"):
        if view not in (1, -1):
            raise UnreadableBallot(reason=f"the view on {code} must be yes (1) or no (-1)")
        yield code, view


def _compared(payload: Payload) -> Iterator[Mark]:
    for shown_set in _list(payload, "sets"):
        if not isinstance(shown_set, Mapping):
            raise UnreadableBallot(reason="a set is an object with shown, best and worst")
        best, worst = shown_set.get("best"), shown_set.get("worst")
        shown = _list(shown_set, "shown")
        if best not in shown or worst not in shown or best == worst or len(set(map(_code, shown))) != len(shown):
            raise UnreadableBallot(reason="best and worst must be two different options of the set shown")
        for code in shown:
            yield _code(code), (code == best) - (code == worst)


def _list(payload: Payload, key: str) -> list[Any] | tuple[Any, ...]:
    entries = payload.get(key)
    if not isinstance(entries, list | tuple):
        raise UnreadableBallot(reason=f"{key} must be a list")
    return entries


def _code(code: object) -> str:
    if not isinstance(code, str):
        raise UnreadableBallot(reason="options are named by text")
    return code


READERS: Mapping[str, Callable[[Payload], Iterator[Mark]]] = {
    "approval": _approved,
    "knapsack": _approved,
    "single": _approved,
    "views": _viewed,
    "ranking": _ranked,
    "points": lambda payload: _numbered(payload, "points"),
    "amounts": lambda payload: _numbered(payload, "amounts"),
    "balance": lambda payload: _numbered(payload, "amounts"),
    "best_worst": _compared,
}
BALLOT_TYPES = tuple(READERS)
# Ballots whose marks are all worth 1: options are named or not.
PLAIN_TYPES = ("approval", "knapsack", "single")


def marks(payload: Payload, ballot_type: str) -> list[Mark]:
    """The marks of a ballot in its own order: 1 for an approval, the place (from 0) on a ranking, points, money, +1 yes and
    -1 no, or +1 best, -1 worst, 0 shown. Raises UnreadableBallot."""
    if ballot_type not in READERS:
        raise UnreadableBallot(reason=f"there is no ballot type {ballot_type}")
    if not isinstance(payload, Mapping):
        raise UnreadableBallot(reason="it is not an object")
    return list(READERS[ballot_type](payload))


def arranged(payload: Payload, *, ballot_type: str, election: Election) -> dict[str, Any]:
    """The payload as it is stored: approvals in listed order, a tie of one on a ranking as the option itself.

    Two residents who mean the same thing store the same bytes. Call it on payloads without problems.
    """
    if keeps(payload):
        return keeping(ballot_type)
    if ballot_type in PLAIN_TYPES:
        return {"approve": sorted((code for code, _ in marks(payload, ballot_type)), key=election.index.__getitem__)}
    if ballot_type != "ranking":
        return dict(payload)
    places: dict[int, list[str]] = {}
    for code, place in marks(payload, ballot_type):
        places.setdefault(place, []).append(code)
    ordered = [sorted(codes, key=election.index.__getitem__) for _, codes in sorted(places.items())]
    return {"rank": [codes if len(codes) > 1 else codes[0] for codes in ordered]}
