"""A map of wards as SVG paths, drawn from their simplified shapes. Each ward has a number that a list beside the map explains."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from participation.councils.models import Ward

WIDTH = 480
MARGIN = 4
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class WardShape:
    """One ward on the map: its number in the list, its outline and where the number stands."""

    number: int
    code: str
    path: str
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class WardMap:
    width: int
    height: int
    shapes: tuple[WardShape, ...]


def ward_map(wards: Sequence[Ward]) -> WardMap | None:
    """The map of wards, numbered from 1 in the order given; None when no ward has a shape.

    Degrees become a plane by shrinking longitudes by the cosine of the middle latitude, which is true enough for one council.
    """
    rings = {ward.code: _rings(ward.boundary) for ward in wards if ward.boundary}
    points = [point for of_ward in rings.values() for ring in of_ward for point in ring]
    if not points:
        return None
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = (WIDTH - 2 * MARGIN) / max((east - west) * narrowing, 1e-9)

    def placed(point: Point) -> Point:
        return MARGIN + (point[0] - west) * narrowing * scale, MARGIN + (north - point[1]) * scale

    shapes = []
    for number, ward in enumerate(wards, start=1):
        if ward.code in rings:
            drawn = [[placed(point) for point in ring] for ring in rings[ward.code]]
            x, y = _middle(max(drawn, key=lambda ring: abs(_area(ring))))
            shapes.append(WardShape(number, ward.code, _path(drawn), f"{x:.1f}", f"{y:.1f}"))
    return WardMap(WIDTH, math.ceil((north - south) * scale) + 2 * MARGIN, tuple(shapes))


def _rings(boundary: str) -> list[list[Point]]:
    geometry = json.loads(boundary)
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [[(float(point[0]), float(point[1])) for point in ring] for polygon in polygons for ring in polygon]


def _path(rings: Sequence[Sequence[Point]]) -> str:
    return "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings)


def _area(ring: Sequence[Point]) -> float:
    """Signed, twice the area."""
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True))


def _middle(ring: Sequence[Point]) -> Point:
    """The centre of area; the mean of the corners of a shape without area."""
    area = _area(ring)
    if abs(area) < 1e-6:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    x = sum((x1 + x2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (3 * area)
    y = sum((y1 + y2) * (x1 * y2 - x2 * y1) for (x1, y1), (x2, y2) in pairs) / (3 * area)
    return x, y
