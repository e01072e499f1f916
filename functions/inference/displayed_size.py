"""The size of a picture as people see it, which the scaled-down decoding no longer knows."""

from io import BytesIO

from PIL import ExifTags, Image

_SIDEWAYS = {5, 6, 7, 8}
"""EXIF orientations that turn the picture by a quarter (EXIF 2.32, tag 0x0112)."""


def displayed_size(data: bytes) -> tuple[int, int]:
    """Return width and height in pixels after EXIF orientation, from the header alone."""
    with Image.open(BytesIO(data)) as image:
        width, height = image.size
        turned = image.getexif().get(ExifTags.Base.Orientation) in _SIDEWAYS
    return (height, width) if turned else (width, height)
