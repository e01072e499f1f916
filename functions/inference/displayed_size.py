"""The size of a picture as people see it, which a scaled-down decoding no longer knows."""

from io import BytesIO

from oriel_vision.decode import FORMATS
from PIL import ExifTags, Image

_SCALED = {"JPEG", "MPO"}
"""Only these are decoded smaller than they are (MPO is a JPEG with further pictures behind it)."""

_SIDEWAYS = {5, 6, 7, 8}
"""EXIF orientations that turn the picture by a quarter (EXIF 2.32, tag 0x0112)."""


def displayed_size(data: bytes, decoded: Image.Image) -> tuple[int, int]:
    """Return width and height in pixels, upright; `decoded` is the upright picture of `data`."""
    with Image.open(BytesIO(data), formats=FORMATS) as header:
        if header.format not in _SCALED:
            return decoded.size
        width, height = header.size
        return (height, width) if _orientation(header) in _SIDEWAYS else (width, height)


def _orientation(header: Image.Image) -> object:
    try:
        return header.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001 - many good photographs carry broken EXIF
        return None
