"""Looks for anything but the picture in JPEG and PNG files: metadata, orientation, appendices."""

import re
import struct
from collections.abc import Iterator

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"pHYs", b"IDAT", b"IEND"}
"""What a picture is made of; no text, no EXIF, no animation (PNG, third edition, 11)."""

_JPEG_START, _JPEG_END = b"\xff\xd8", 0xD9
_JPEG_FRAMES = {0xC0, 0xC1, 0xC2}
_JPEG_TABLES = {0xC4, 0xDA, 0xDB, 0xDD}
_JPEG_JFIF, _JPEG_ADOBE = 0xE0, 0xEE
_JFIF_WITHOUT_THUMBNAIL = 14
_ADOBE_LENGTH = 12
_BROWSER_COLOURS = (1, 3)
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""Inside scans 0xFF is followed by a stuffed zero or a restart (ITU-T T.81, B.1.1)."""


def is_plain(data: bytes) -> bool:
    """Tell whether a decodable file is a JPEG or PNG that holds nothing but the picture."""
    if data.startswith(_PNG_SIGNATURE):
        return _is_plain_png(data)
    return data.startswith(_JPEG_START) and _is_plain_jpeg(data)


def _is_plain_png(data: bytes) -> bool:
    position, kind = len(_PNG_SIGNATURE), b""
    while kind != b"IEND" and position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        if kind not in _PNG_CHUNKS:
            return False
        position += 12 + length
    return kind == b"IEND" and position == len(data)


def _is_plain_jpeg(data: bytes) -> bool:
    end = None
    for marker, segment, end in _segments(data):
        if marker == _JPEG_END:
            return end == len(data)
        if not _is_picture_part(marker, segment):
            return False
    return False


def _segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Yield marker, content and end of each segment, scans' own data passed over."""
    found = _NEXT_MARKER.search(data, len(_JPEG_START))
    while found is not None:
        marker, start = data[found.start() + 1], found.end()
        if marker == _JPEG_END:
            yield marker, b"", start
            return
        if start + 2 > len(data):
            return
        end = start + int(struct.unpack_from(">H", data, start)[0])
        yield marker, data[start + 2 : end], end
        found = _NEXT_MARKER.search(data, end)


def _is_picture_part(marker: int, segment: bytes) -> bool:
    if marker in _JPEG_FRAMES:
        return len(segment) > 5 and segment[5] in _BROWSER_COLOURS  # noqa: PLR2004 - T.81, B.2.2
    if marker == _JPEG_JFIF:
        return segment.startswith(b"JFIF\0") and len(segment) == _JFIF_WITHOUT_THUMBNAIL
    if marker == _JPEG_ADOBE:
        return segment.startswith(b"Adobe") and len(segment) == _ADOBE_LENGTH
    return marker in _JPEG_TABLES
