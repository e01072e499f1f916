"""The size that an AVIF file promises, read from its boxes without trusting them.

Sources: ISO/IEC 14496-12 (4.2, boxes) and 23008-12 (6.5.3, `ispe`).
"""

import struct
from collections.abc import Iterator

_AVIF = {b"avif", b"avis"}
_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MAX_BRAND_BYTES = 1024
_MAX_BOXES = 4000
_WAY = (b"meta", b"iprp", b"ipco")
_FULL_BOX = 4


def is_avif(data: bytes) -> bool:
    """Tell whether a file says that it is AVIF."""
    return not _brands(data).isdisjoint(_AVIF)


def is_heic(data: bytes) -> bool:
    """Tell whether a file says that it is HEIF, but not AVIF."""
    return not is_avif(data) and not _brands(data).isdisjoint(_HEIC)


def heif_size(data: bytes) -> tuple[int, int]:
    """Return the largest width and height that the file promises for any part of the picture.

    That is the picture itself: its tiles, preview and transparency are not larger. Raises
    ValueError.
    """
    start, end = 0, len(data)
    for kind in _WAY:
        start, end = _inside(data, start, end, kind)
        start += _FULL_BOX if kind == b"meta" else 0
    sizes = [
        struct.unpack_from(">II", data, place + _FULL_BOX)
        for kind, place, stop in _boxes(data, start, end)
        if kind == b"ispe" and stop - place >= _FULL_BOX + 8
    ]
    return max(sizes, key=lambda size: size[0] * size[1])


def _brands(data: bytes) -> set[bytes]:
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), _MAX_BRAND_BYTES, len(data))
    # Between the major brand and the compatible ones lies a version.
    return {data[place : place + 4] for place in (8, *range(16, end, 4))}


def _inside(data: bytes, start: int, end: int, wanted: bytes) -> tuple[int, int]:
    for kind, place, stop in _boxes(data, start, end):
        if kind == wanted:
            return place, stop
    raise ValueError(wanted)


def _boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield what lies one after another: kind, and start and end of the content."""
    for _ in range(_MAX_BOXES):
        if start >= end:
            return
        size, kind = struct.unpack_from(">I4s", data, start)
        content = start + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, content)
            content += 8
        stop = end if size == 0 else start + size
        if not content <= stop <= end:
            raise ValueError(kind)
        yield kind, content, stop
        start = stop
    raise ValueError("too many boxes")
