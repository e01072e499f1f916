"""The size of a picture as people see it, which a scaled-down decoding no longer knows."""

from io import BytesIO

from PIL import ExifTags, Image

_JPEG = b"\xff\xd8"
"""How the only files begin that are decoded smaller than they are."""

_SIDEWAYS = {5, 6, 7, 8}
"""EXIF orientations that turn the picture by a quarter (EXIF 2.32, tag 0x0112)."""


def displayed_size(data: bytes, decoded: Image.Image) -> tuple[int, int]:
    """Return width and height in pixels, upright; `decoded` is the upright picture of `data`."""
    if not data.startswith(_JPEG):
        return decoded.size
    with Image.open(BytesIO(data), formats=["JPEG"]) as header:
        width, height = header.size
        return (height, width) if _orientation(header) in _SIDEWAYS else (width, height)


def _orientation(header: Image.Image) -> object:
    try:
        return header.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # noqa: BLE001 - many good photographs carry broken EXIF
        return None
