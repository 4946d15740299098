"""The JSON Schema of a stored summary (draft 2020-12), made from the dataclasses so that it cannot fall behind them."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints

from participation.needs.figures import STATUS_WORDS, Figure
from participation.needs.summary import METHOD_VERSION, Summary

_PLAIN: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def json_schema() -> dict[str, Any]:
    """What the canonical JSON of a summary may hold. A hidden figure is exactly `{"hidden": true}`."""
    definitions: dict[str, Any] = {"Figure": _figure()}
    top = _schema(Summary, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Resident needs summary, method {METHOD_VERSION}",
        "$defs": definitions,
        **top,
    }


def _figure() -> dict[str, Any]:
    number = {"type": "number"}
    shown = {
        "type": "object",
        "properties": {
            "value": number,
            "status": {"enum": sorted(code for code in STATUS_WORDS if code != "c")},
            "base": {"type": "integer"},
            "lower": number,
            "upper": number,
        },
        "additionalProperties": False,
    }
    hidden = {
        "type": "object",
        "properties": {"hidden": {"const": True}},
        "required": ["hidden"],
        "additionalProperties": False,
    }
    return {"oneOf": [hidden, shown]}


def _schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind is Figure:
        return {"$ref": "#/$defs/Figure"}
    if isinstance(kind, type) and is_dataclass(kind):
        return _reference(kind, definitions)
    if get_origin(kind) is tuple:
        return _sequence(get_args(kind), definitions)
    if get_origin(kind) in (Union, types.UnionType):
        return {"anyOf": [_schema(each, definitions) for each in get_args(kind)]}
    return {"type": _PLAIN[kind]}


def _reference(kind: type, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind.__name__ not in definitions:
        definitions[kind.__name__] = {}
        properties = {name: _schema(hint, definitions) for name, hint in get_type_hints(kind).items()}
        definitions[kind.__name__] = {
            "type": "object",
            "properties": properties,
            "required": sorted(field.name for field in fields(kind) if "added" not in field.metadata),
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _sequence(parts: tuple[Any, ...], definitions: dict[str, Any]) -> dict[str, Any]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return {"type": "array", "items": _schema(parts[0], definitions)}
    items = [_schema(part, definitions) for part in parts]
    return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
