"""Pictures for the demonstration's needs, drawn by code: nobody's photo, and no place that exists."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 800, 500
HORIZON = 210


def _path(sky: str, grass: str, path: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A path that runs away from whoever looks, over grass."""
    made = Image.new("RGB", (WIDTH, HEIGHT), sky)
    draw = ImageDraw.Draw(made)
    draw.rectangle((0, HORIZON, WIDTH, HEIGHT), fill=grass)
    middle = WIDTH // 2
    draw.polygon(
        [(middle - 14, HORIZON), (middle + 14, HORIZON), (middle + 230, HEIGHT), (middle - 230, HEIGHT)], fill=path
    )
    return made, draw


def _trees(draw: ImageDraw.ImageDraw, trunk: str, leaves: str) -> None:
    """Three on each side, the nearer the larger."""
    for place, size in ((330, 34), (230, 62), (80, 110)):
        for x in (place, WIDTH - place):
            foot = HORIZON + size
            draw.rectangle((x - size // 8, foot - size, x + size // 8, foot + size // 3), fill=trunk)
            draw.ellipse((x - size * 2 // 3, foot - size * 2, x + size * 2 // 3, foot - size // 2), fill=leaves)


def dark_path() -> Image.Image:
    made, draw = _path("#10142a", "#12241c", "#2c2f38")
    _trees(draw, "#0a0d14", "#0b1a14")
    draw.ellipse((620, 50, 660, 90), fill="#d9dbe6")
    return made


def no_seat() -> Image.Image:
    made, draw = _path("#a9cfe8", "#7fae62", "#d8cdb4")
    _trees(draw, "#6b4a2b", "#3f7a3a")
    return made


DRAWINGS: dict[str, Callable[[], Image.Image]] = {"dark_path": dark_path, "no_seat": no_seat}


def png_of(name: str) -> bytes:
    """A drawing as the file that a resident would send."""
    out = io.BytesIO()
    DRAWINGS[name]().save(out, "PNG", compress_level=1)
    return out.getvalue()
