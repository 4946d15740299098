"""The published JSON Schema of the JSON format (draft 2020-12)."""

from __future__ import annotations

from typing import Any, get_args

from participation.exports.document import SYMBOLS, Kind
from participation.exports.json_writer import SCHEMA_VERSION, UNITS

_TEXT: dict[str, Any] = {"type": "string"}
_NAME: dict[str, Any] = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
_NUMBERS: dict[str, Any] = {"type": "array", "items": {"type": "integer", "minimum": 1}}


def _object(**properties: object) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def json_schema() -> dict[str, Any]:
    """What a document in JSON may hold. A missing value is `{"missing": code}`, never null."""
    missing = _object(missing={"enum": sorted(SYMBOLS)})
    value: dict[str, Any] = {"oneOf": [{"type": ["string", "number"]}, missing]}
    column = _object(
        name=_NAME,
        title={"type": "string", "minLength": 1},
        kind={"enum": list(get_args(Kind))},
        unit={"enum": [*sorted({unit for unit in UNITS.values() if unit}), None]},
        description=_TEXT,
        notes=_NUMBERS,
    )
    table = _object(
        name=_NAME,
        title=_TEXT,
        description=_TEXT,
        source=_TEXT,
        notes=_NUMBERS,
        key=_array(_NAME),
        columns=_array(column),
        rows=_array({"type": "object", "additionalProperties": value}),
    )
    document = _object(
        schema_version={"const": SCHEMA_VERSION},
        title=_TEXT,
        publisher=_TEXT,
        language=_TEXT,
        made_on={"type": "string", "format": "date"},
        version_id=_TEXT,
        licence=_TEXT,
        licence_url=_TEXT,
        facts=_array(_object(label=_TEXT, value=_TEXT)),
        paragraphs=_array(_TEXT),
        notes=_array(_object(number={"type": "integer", "minimum": 1}, text=_TEXT)),
        symbols={"type": "object", "additionalProperties": _TEXT},
        tables=_array(table),
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Document", **document}
