"""The OpenAPI document of the feed (3.1): what each address takes and gives."""

from __future__ import annotations

from typing import Any

from participation.commissioning.feed.tokens import SCOPES
from participation.exports.schema import json_schema

_HIDDEN = {
    "type": "object",
    "properties": {"missing": {"type": "string"}},
    "required": ["missing"],
    "additionalProperties": False,
}
_TEXT = {"type": "string"}


def description(server: str) -> dict[str, Any]:
    """The document, for the feed at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Published figures about residents’ needs",
            "version": "1",
            "description": (
                "Read only. Only versions that residents can read are here, and a figure that a page hides is hidden here: "
                "it is an object with the code of the reason, never null or 0."
            ),
        },
        "externalDocs": {"description": "How to get a key, ask and be told", "url": server},
        "servers": [{"url": server}],
        "security": [{"key": []}],
        "paths": {
            "/summaries": {"get": _list("List published versions, oldest first", "Summary", "summaries", since=True)},
            "/summaries/{id}": {"get": _one()},
            "/summaries/{id}/figures": {
                "get": _list("List the named figures of a version", "Figure", "figures", of_summary=True)
            },
        },
        "components": {"securitySchemes": {"key": _key()}, "schemas": _schemas()},
    }


def _key() -> dict[str, Any]:
    words = "; ".join(f"{name}: {what}" for name, what in SCOPES.items())
    return {"type": "http", "scheme": "bearer", "description": f"A key of the feed, with scopes. {words}."}


def _schemas() -> dict[str, Any]:
    number = {"oneOf": [{"type": "number"}, _HIDDEN]}
    names = ("id", "consultation", "title", "frozen_at", "digest", "signed_digest", "contrary", "limits", "url")
    summary = {
        **dict.fromkeys(names, _TEXT),
        "version": {"type": "integer"},
        "supersedes": {"type": ["string", "null"]},
    }
    figure = {**dict.fromkeys(("name", "title", "what", "url"), _TEXT), "value": number, "share": number}
    problem = {"status": {"type": "integer"}, "title": _TEXT, "detail": _TEXT}
    document = {key: value for key, value in json_schema().items() if key != "$schema"}
    return {
        "Summary": _object(summary),
        "WholeSummary": _object({**summary, "document": document}),
        "Figure": _object(figure),
        "Problem": _object(problem),
    }


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _list(words: str, item: str, scope: str, *, since: bool = False, of_summary: bool = False) -> dict[str, Any]:
    size = {"type": "integer", "minimum": 1, "maximum": 100}
    asked = [_asked("after", _TEXT, "The last item that was read"), _asked("limit", size, "Items a page")]
    if since:
        asked.append(
            _asked("changed_since", {"type": "string", "format": "date-time"}, "Only what was frozen after it")
        )
    if of_summary:
        asked.append(_in_path())
    items = {"type": "array", "items": {"$ref": f"#/components/schemas/{item}"}}
    page = _object({"items": items, "next": {"type": ["string", "null"]}})
    return {"summary": words, "description": f"Scope: {scope}", "parameters": asked, "responses": _answers(page)}


def _one() -> dict[str, Any]:
    return {
        "summary": "One published version with all its tables",
        "description": "Scope: summaries",
        "parameters": [_in_path()],
        "responses": _answers({"$ref": "#/components/schemas/WholeSummary"}),
    }


def _asked(name: str, schema: dict[str, Any], words: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": words}


def _in_path() -> dict[str, Any]:
    return {"name": "id", "in": "path", "required": True, "schema": _TEXT}


REFUSALS = {
    "401": "No key, or one that is not valid",
    "403": "The key has another scope",
    "404": "There is no such published version",
    "422": "A parameter is not what it should be",
}
"""What a request can be refused for, by status."""


def _answers(schema: dict[str, Any]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "200": {"description": "What was asked for", "content": {"application/json": {"schema": schema}}},
        **{status: {"description": words, "content": problem} for status, words in REFUSALS.items()},
    }
