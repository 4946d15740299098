"""Wards drawn as paths."""

from __future__ import annotations

import json

from participation.councils.map import ward_map
from participation.councils.models import Ward


def ward(code: str, geometry: object) -> Ward:
    return Ward(code=code, name=code, population=1, boundary=json.dumps(geometry) if geometry else None)


def square(west: float, south: float, size: float = 0.1) -> list[list[list[float]]]:
    east, north = west + size, south + size
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def test_the_numbers_are_those_of_the_list_and_stand_inside() -> None:
    here = ward_map([
        ward("A", None),
        ward("B", {"type": "Polygon", "coordinates": square(-0.2, 51.4)}),
        ward("C", {"type": "MultiPolygon", "coordinates": [square(-0.1, 51.4), square(0.1, 51.4, 0.01)]}),
    ])  # fmt: skip
    assert here is not None
    assert [(shape.number, shape.code) for shape in here.shapes] == [(2, "B"), (3, "C")]
    first, second = here.shapes
    assert float(first.x) < float(second.x)
    assert 0 < float(first.y) < here.height
    assert second.path.count("M") == 2


def test_north_is_up() -> None:
    here = ward_map([
        ward("S", {"type": "Polygon", "coordinates": square(0, 51.0)}),
        ward("N", {"type": "Polygon", "coordinates": square(0, 51.1)}),
    ])  # fmt: skip
    assert here is not None
    assert float(here.shapes[1].y) < float(here.shapes[0].y)


def test_a_shape_without_area_is_drawn_and_nothing_without_shapes() -> None:
    assert ward_map([ward("A", None)]) is None
    line = {"type": "Polygon", "coordinates": [[[0, 51], [0, 51.1], [0, 51]]]}
    assert ward_map([ward("A", line)]) is not None
