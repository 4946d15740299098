"""Frozen dataclasses to canonical JSON and back: one value, one text, one digest.

Keys are sorted, there are no spaces, and numbers were rounded when they were made. A hidden figure is written
`{"hidden":true}`, never null or 0, so that nobody who reads the file can take it for a number.
"""

from __future__ import annotations

import json
import types
from dataclasses import Field, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from participation.needs.figures import HIDDEN, Figure, hidden
from participation.needs.refusals import SummaryUnreadable

T = TypeVar("T")
# On a field that came later: left out while it has its default, so that bodies from before keep their text and digest.
ADDED = {"added": True}


def dump(value: object) -> str:
    """The canonical text. Raises `ValueError` for a number JSON cannot hold (infinite, not a number)."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def load(kind: type[T], text: str) -> T:
    """The value of a canonical text. Raises `SummaryUnreadable` when it does not fit the type."""
    try:
        value: T = _built(kind, json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise SummaryUnreadable(problem=f"{type(problem).__name__}: {problem}") from problem
    return value


def _plain(value: object) -> Any:
    if isinstance(value, Figure):
        return _plain_figure(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value) if _written(field, value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _written(field: Field[Any], value: object) -> bool:
    return not ("added" in field.metadata and getattr(value, field.name) == field.default)


def _plain_figure(figure: Figure) -> dict[str, object]:
    if figure.status == HIDDEN:
        return {"hidden": True}
    named = {field.name: getattr(figure, field.name) for field in fields(figure)}
    return {name: value for name, value in named.items() if value not in (None, "")}


def _built(kind: Any, data: Any) -> Any:
    if kind is Figure and "hidden" in data:
        if data != {"hidden": True}:
            raise ValueError("a hidden figure holds a number")
        return hidden()
    if isinstance(kind, type) and is_dataclass(kind):
        return _built_fields(kind, {"value": None, **data} if kind is Figure else data)
    if get_origin(kind) is tuple:
        parts = get_args(kind)
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(_built(parts[0], item) for item in data)
        return tuple(_built(part, item) for part, item in zip(parts, data, strict=True))
    if get_origin(kind) in (Union, types.UnionType):
        return _built_choice(get_args(kind), data)
    return _scalar(kind, data)


def _built_fields(kind: Any, data: Any) -> Any:
    hints = _hints(kind)
    unknown = set(data) - set(hints)
    if unknown:
        raise ValueError(f"unknown field {sorted(unknown)[0]!r}")
    return kind(**{name: _built(hints[name], item) for name, item in data.items()})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The types of a dataclass's fields; worked out once, because a summary holds tens of thousands of figures."""
    return get_type_hints(kind)


def _built_choice(kinds: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in kinds:
        return None
    if type(data) in kinds:
        return data
    return _built(next(kind for kind in kinds if kind is not type(None)), data)


def _scalar(kind: Any, data: Any) -> Any:
    if type(data) is kind:
        return data
    if type(data) is int and kind is float:
        return float(data)
    raise TypeError(f"{data!r} is not {kind}")
