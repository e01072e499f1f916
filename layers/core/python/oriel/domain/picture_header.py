"""What the first bytes of a picture say: its format and size, without decoding it.

Sources: PNG (W3C, 11.2.2), GIF89a (18), RFC 9649 (WebP), TIFF 6.0 (section 2), ITU T.81 (B.2.2),
Microsoft's BITMAPINFOHEADER, and for AVIF ISO/IEC 14496-12 (4.2) and 23008-12 (6.5.3).
"""

import struct
from collections.abc import Callable

from oriel.domain.errors import InvalidPicture
from oriel.domain.heif import heif_size, is_avif, is_heic
from oriel.domain.picture_limits import MAX_PICTURE_PIXELS
from oriel.values import dataclass

ACCEPTED = "JPEG, PNG, WebP, AVIF, GIF, BMP or TIFF"

# Start-of-frame markers C0 to CF; C4, C8 and CC say other things.
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Markers without a length: TEM and the restarts.
_JPEG_BARE = {0x01, *range(0xD0, 0xD8)}
_TIFF_WIDTH, _TIFF_HEIGHT = 256, 257
_TIFF_INTEGERS = {3: "H", 4: "I"}
_OLD_BITMAP_HEADER = 12


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """Format and size in pixels, before EXIF orientation."""

    content_type: str
    width: int
    height: int


def read_header(data: bytes) -> PictureHeader:
    """Read the header of an accepted format.

    Raises InvalidPicture for anything else, for a broken header, and for too many pixels.
    """
    for content_type, knows, size_of in _FORMATS:
        if knows(data):
            width, height = _size(size_of, data)
            return PictureHeader(content_type, width, height)
    if is_heic(data):
        raise InvalidPicture("HEIC pictures cannot be read; convert the picture to JPEG")
    raise InvalidPicture(f"The data is not a picture in one of the formats {ACCEPTED}")


def _size(size_of: Callable[[bytes], tuple[int, int]], data: bytes) -> tuple[int, int]:
    try:
        width, height = size_of(data)
    except (struct.error, IndexError, KeyError, ValueError):
        raise InvalidPicture("The header of the picture is damaged") from None
    if width <= 0 or height <= 0:
        raise InvalidPicture("The picture has no pixels")
    if width * height > MAX_PICTURE_PIXELS:
        limit = MAX_PICTURE_PIXELS // 1_000_000
        raise InvalidPicture(
            f"The picture has {width} x {height} pixels; at most {limit} megapixels are accepted"
        )
    return width, height


def _png(data: bytes) -> tuple[int, int]:
    kind, width, height = struct.unpack_from(">4sII", data, 12)
    if kind != b"IHDR":
        raise ValueError(kind)
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    return width, height


def _bmp(data: bytes) -> tuple[int, int]:
    (header,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if header == _OLD_BITMAP_HEADER else "<ii", data, 18)
    # A negative height means that the rows are stored from the top.
    return width, abs(height)


def _webp(data: bytes) -> tuple[int, int]:
    return {b"VP8 ": _webp_lossy, b"VP8L": _webp_lossless, b"VP8X": _webp_extended}[data[12:16]](
        data
    )


def _webp_lossy(data: bytes) -> tuple[int, int]:
    start_code, width, height = struct.unpack_from("<3sHH", data, 23)
    if start_code != b"\x9d\x01\x2a":
        raise ValueError(start_code)
    return width & 0x3FFF, height & 0x3FFF


def _webp_lossless(data: bytes) -> tuple[int, int]:
    signature, bits = struct.unpack_from("<BI", data, 20)
    if signature != 0x2F:  # noqa: PLR2004 - RFC 9649, 3.4
        raise ValueError(signature)
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1


def _webp_extended(data: bytes) -> tuple[int, int]:
    canvas = struct.unpack_from("<6B", data, 24)
    return (
        int.from_bytes(bytes(canvas[:3]), "little") + 1,
        int.from_bytes(bytes(canvas[3:]), "little") + 1,
    )


def _tiff(data: bytes) -> tuple[int, int]:
    order = "<" if data[:2] == b"II" else ">"
    (directory,) = struct.unpack_from(f"{order}I", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, directory)
    found: dict[int, int] = {}
    for entry in range(directory + 2, directory + 2 + 12 * count, 12):
        tag, kind = struct.unpack_from(f"{order}HH", data, entry)
        if tag in {_TIFF_WIDTH, _TIFF_HEIGHT}:
            (found[tag],) = struct.unpack_from(f"{order}{_TIFF_INTEGERS[kind]}", data, entry + 8)
    return found[_TIFF_WIDTH], found[_TIFF_HEIGHT]


def _jpeg(data: bytes) -> tuple[int, int]:
    place = 2
    while True:
        if data[place] != 0xFF:  # noqa: PLR2004 - every marker begins so
            raise ValueError(place)
        marker = data[place + 1]
        if marker == 0xFF:  # noqa: PLR2004 - a fill byte
            place += 1
        elif marker in _JPEG_BARE:
            place += 2
        elif marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, place + 5)
            return width, height
        else:
            (length,) = struct.unpack_from(">H", data, place + 2)
            place += 2 + length


_FORMATS: tuple[tuple[str, Callable[[bytes], bool], Callable[[bytes], tuple[int, int]]], ...] = (
    ("image/jpeg", lambda data: data[:3] == b"\xff\xd8\xff", _jpeg),
    ("image/png", lambda data: data[:8] == b"\x89PNG\r\n\x1a\n", _png),
    ("image/webp", lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP", _webp),
    ("image/avif", is_avif, heif_size),
    ("image/gif", lambda data: data[:6] in {b"GIF87a", b"GIF89a"}, _gif),
    ("image/bmp", lambda data: data[:2] == b"BM", _bmp),
    ("image/tiff", lambda data: data[:4] in {b"II*\0", b"MM\0*"}, _tiff),
)

ACCEPTED_TYPES = frozenset(content_type for content_type, _, _ in _FORMATS)
"""What a picture may be announced as."""
