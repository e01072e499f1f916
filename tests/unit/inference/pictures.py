"""Pictures to test with."""

import struct
import zlib
from io import BytesIO

from PIL import ExifTags, Image


def encoded(
    width: int,
    height: int,
    color: tuple[int, int, int] = (200, 30, 30),
    *,
    picture_format: str = "PNG",
    orientation: int | None = None,
) -> bytes:
    target, exif = BytesIO(), Image.Exif()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    Image.new("RGB", (width, height), color).save(target, picture_format, exif=exif)
    return target.getvalue()


def png_header(width: int, height: int) -> bytes:
    """Return the beginning of a PNG of any size; its pixels do not follow."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    checked = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + checked + struct.pack(">I4s", 100, b"IDAT")
