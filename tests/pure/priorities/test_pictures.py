"""A photo is encoded anew: what a camera writes beside it and what is hidden in the file do not survive."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from participation.priorities import pictures
from participation.priorities.pictures import LONGEST_SIDE, PictureRefused, made_anew

SECRET = b"Ann Example, 51.4613 N"


def photo(size: tuple[int, int] = (60, 40), kind: str = "JPEG", colour: str = "red", **saved: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **saved)
    return out.getvalue()


def with_exif(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Artist] = SECRET.decode()
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitudeRef] = "N"
    return photo(exif=exif, comment=SECRET, icc_profile=SECRET)


def opened(jpeg: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(jpeg))
    found.load()
    return found


def test_nothing_of_the_file_stays_but_the_picture() -> None:
    file = with_exif() + b"trailing: " + SECRET
    assert SECRET in file
    made = made_anew(file)
    assert SECRET not in made.jpeg
    found = opened(made.jpeg)
    assert (found.format, found.size, dict(found.getexif())) == ("JPEG", (60, 40), {})
    assert not {"icc_profile", "comment", "exif"} & found.info.keys()
    red, green, blue = found.getpixel((30, 20))
    assert red > 240 > 20 > max(green, blue)


def test_png_texts_go_and_what_is_transparent_is_white() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Author", SECRET.decode())
    out = io.BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG", pnginfo=told)
    made = made_anew(out.getvalue())
    assert SECRET not in made.jpeg
    assert min(opened(made.jpeg).getpixel((10, 10))) > 250


def test_it_stands_upright_and_is_no_larger_than_needed() -> None:
    assert opened(made_anew(with_exif(orientation=6)).jpeg).size == (40, 60)
    made = made_anew(photo((4000, 1000)))
    assert (made.width, made.height) == (LONGEST_SIDE, 400)
    assert made_anew(photo()).digest == made_anew(photo()).digest


@pytest.mark.parametrize("file", [
    b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'/>", photo()[:200], photo(kind="GIF"), photo(kind="BMP"),
], ids=["empty", "text", "svg", "cut off", "gif", "bmp"])  # fmt: skip
def test_what_is_no_photo_is_refused(file: bytes) -> None:
    with pytest.raises(PictureRefused):
        made_anew(file)


def test_a_small_file_that_claims_to_be_huge_is_refused_before_it_is_decoded() -> None:
    """A PNG header of 60,000 by 60,000 pixels over a few bytes of data."""
    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    chunk = (13).to_bytes(4, "big") + header + zlib.crc32(header).to_bytes(4, "big")
    with pytest.raises(PictureRefused):
        made_anew(b"\x89PNG\r\n\x1a\n" + chunk)


def test_a_file_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "LARGEST_FILE", 100)
    with pytest.raises(PictureRefused, match="smaller than 8 MB"):
        made_anew(photo())
