"""A small JSON Schema checker: the keywords our schemas use, and an error for any other."""

from __future__ import annotations

import re
from typing import Any

_TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
    "object": dict,
    "array": list,
}
_SILENT = {"$schema", "$defs", "title", "format"}


def problems(value: Any, schema: dict[str, Any], root: dict[str, Any] | None = None, path: str = "$") -> list[str]:
    """What is wrong with the value; empty if nothing."""
    root = root or schema
    found: list[str] = []
    for keyword, rule in schema.items():
        if keyword not in _SILENT:
            found += _CHECKS[keyword](value, rule, schema, root, path)
    return found


def _ref(value: Any, rule: str, _schema: dict[str, Any], root: dict[str, Any], path: str) -> list[str]:
    target: Any = root
    for step in rule.removeprefix("#/").split("/"):
        target = target[step]
    return problems(value, target, root, path)


def _type(value: Any, rule: Any, _schema: dict[str, Any], _root: dict[str, Any], path: str) -> list[str]:
    kinds = [rule] if isinstance(rule, str) else rule
    right = any(isinstance(value, _TYPES[k]) and (k == "boolean" or not isinstance(value, bool)) for k in kinds)
    return [] if right else [f"{path}: {value!r} is not {rule}"]


def _properties(value: Any, rule: Any, _schema: dict[str, Any], root: dict[str, Any], path: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    return [p for name in rule if name in value for p in problems(value[name], rule[name], root, f"{path}.{name}")]


def _additional(value: Any, rule: Any, schema: dict[str, Any], root: dict[str, Any], path: str) -> list[str]:
    if not isinstance(value, dict):
        return []
    extra = [name for name in value if name not in schema.get("properties", {})]
    if rule is False:
        return [f"{path}: unexpected {name}" for name in extra]
    return [p for name in extra for p in problems(value[name], rule, root, f"{path}.{name}")]


def _items(value: Any, rule: Any, _schema: dict[str, Any], root: dict[str, Any], path: str) -> list[str]:
    if not isinstance(value, list):
        return []
    return [p for i, item in enumerate(value) for p in problems(item, rule, root, f"{path}[{i}]")]


def _prefix(value: Any, rule: Any, _schema: dict[str, Any], root: dict[str, Any], path: str) -> list[str]:
    return [p for i, (v, r) in enumerate(zip(value, rule, strict=False)) for p in problems(v, r, root, f"{path}[{i}]")]


def _count(value: Any, rules: list[Any], root: dict[str, Any], path: str) -> int:
    return sum(1 for rule in rules if not problems(value, rule, root, path))


_CHECKS: dict[str, Any] = {
    "$ref": _ref,
    "type": _type,
    "properties": _properties,
    "additionalProperties": _additional,
    "items": _items,
    "prefixItems": _prefix,
    "required": lambda v, r, s, o, p: [f"{p}: {n} is missing" for n in r if isinstance(v, dict) and n not in v],
    "enum": lambda v, r, s, o, p: [] if v in r else [f"{p}: {v!r} is not one of {r}"],
    "const": lambda v, r, s, o, p: [] if v == r else [f"{p}: {v!r} is not {r!r}"],
    "pattern": lambda v, r, s, o, p: [] if re.search(r, v) else [f"{p}: {v!r} does not match {r}"],
    "minLength": lambda v, r, s, o, p: [] if len(v) >= r else [f"{p}: too short"],
    "minimum": lambda v, r, s, o, p: [] if v >= r else [f"{p}: {v} is below {r}"],
    "minItems": lambda v, r, s, o, p: [] if len(v) >= r else [f"{p}: too few"],
    "maxItems": lambda v, r, s, o, p: [] if len(v) <= r else [f"{p}: too many"],
    "oneOf": lambda v, r, s, o, p: (
        [] if _count(v, r, o, p) == 1 else [f"{p}: {v!r} fits {_count(v, r, o, p)} of oneOf"]
    ),
    "anyOf": lambda v, r, s, o, p: [] if _count(v, r, o, p) else [f"{p}: {v!r} fits none of anyOf"],
}
