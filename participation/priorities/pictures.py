"""PURE. A photo as it may be kept: decoded and encoded anew, so that nothing of the file that was sent stays but the picture.

What cameras write beside it (place, moment, name of the owner, a small preview) is gone, and so is anything hidden in the file.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from participation.errors import InvalidInput

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 8 * 1024 * 1024
# A file of a few kilobytes can claim to be a picture of gigabytes: checked before anything is decoded.
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 1600
QUALITY = 82


class PictureRefused(InvalidInput):
    title = "We cannot use that photo"
    public = "We cannot read that photo. Choose a JPEG, PNG or WebP file."


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG file with its size in pixels and the SHA-256 of its bytes."""

    jpeg: bytes
    width: int
    height: int
    digest: str


def made_anew(file: bytes) -> Picture:
    """The picture in a file, upright, at most 1,600 pixels a side. Raises PictureRefused."""
    if len(file) > LARGEST_FILE:
        raise PictureRefused("The photo must be smaller than 8 MB.")
    try:
        with Image.open(io.BytesIO(file), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureRefused("The photo is too large. Choose one of at most 50 million pixels.")
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            plain = _on_white(upright)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError):
        raise PictureRefused() from None
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY, optimize=True)
    jpeg = out.getvalue()
    return Picture(jpeg, plain.width, plain.height, hashlib.sha256(jpeg).hexdigest())


def _on_white(picture: Image.Image) -> Image.Image:
    """Pixels only, in a new image: what was attached to the old one is not copied."""
    made = Image.new("RGB", picture.size, "white")
    with_alpha = picture.convert("RGBA")
    made.paste(with_alpha, mask=with_alpha.getchannel("A"))
    return made
