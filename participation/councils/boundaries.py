"""Ward shapes out of a GeoJSON file: for drawing only. Which ward a resident lives in comes from the postcode table."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from participation.councils.tables import text_of
from participation.errors import ImportRefused

# How deep lists of points are nested in each kind of shape: in a list of rings, or in a list of such lists.
_DEPTH = {"Polygon": 1, "MultiPolygon": 2}


def read_boundaries(path: Path, ward_codes: Collection[str]) -> dict[str, str]:
    """Ward code -> GeoJSON geometry. Raises ImportRefused naming the feature that is wrong."""
    features = _features(path)
    shapes: dict[str, str] = {}
    for number, feature in enumerate(features, start=1):
        where = f"{path.name}, feature {number}"
        code = _code(feature)
        if code not in ward_codes:
            raise ImportRefused(file=where, problem=f"the ward {code} is not in wards.csv")
        if code in shapes:
            raise ImportRefused(file=where, problem=f"the ward {code} appears twice")
        shapes[code] = json.dumps(_geometry(feature, where), separators=(",", ":"))
    return shapes


def _features(path: Path) -> list[Any]:
    try:
        document = json.loads(text_of(path))
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise ImportRefused(file=f"{path.name}, line {line}", problem="is not valid JSON") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise ImportRefused(file=path.name, problem="is not a GeoJSON FeatureCollection")
    return features


def _code(feature: dict[str, Any]) -> str:
    properties = feature.get("properties")
    named = properties.get("ward_code") if isinstance(properties, dict) else None
    return str(named or feature.get("id"))


def _geometry(feature: dict[str, Any], where: str) -> dict[str, Any]:
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in _DEPTH:
        raise ImportRefused(file=where, problem="the shape must be a Polygon or a MultiPolygon")
    if not _are_points(geometry.get("coordinates"), _DEPTH[kind]):
        raise ImportRefused(file=where, problem="the shape's coordinates must be longitude and latitude in degrees")
    return {"type": kind, "coordinates": geometry["coordinates"]}


def _are_points(value: Any, depth: int) -> bool:
    if not isinstance(value, list) or not value:
        return False
    if depth:
        return all(_are_points(one, depth - 1) for one in value)
    return all(
        isinstance(point, list)
        and len(point) >= 2
        and all(type(number) in (int, float) for number in point)
        and -180 <= point[0] <= 180
        and -90 <= point[1] <= 90
        for point in value
    )
