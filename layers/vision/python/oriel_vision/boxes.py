"""Walks the boxes of ISO base media files (ISO/IEC 14496-12), such as AVIF, without trusting them.

The files come from strangers: every place is checked against the bounds of what encloses it, and
nothing is walked that has more parts than a picture needs.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

MAX_BOXES = 4000
"""In one box; a picture of 40 megapixels in the smallest usual tiles has about 700 properties."""
_MAX_BRAND_BYTES = 1024


class BrokenBoxes(Exception):
    """The boxes do not fit into each other."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box: what it is, and where its content lies in the file."""

    kind: bytes
    start: int
    end: int


def brands(data: bytes) -> set[bytes]:
    """Return the brands that a file claims, none where it is no ISO base media file."""
    if data[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(data[:4], "big"), _MAX_BRAND_BYTES, len(data))
    # Between the major brand and the compatible ones lies a version.
    return {data[place : place + 4] for place in (8, *range(16, end, 4))}


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """Yield the boxes that lie one after another in a part of the file; raises BrokenBoxes."""
    count = 0
    while start < end:
        box = _box(data, start, end)
        count += 1
        if count > MAX_BOXES:
            raise BrokenBoxes("too many boxes")
        yield box
        start = box.end


def only(found: Iterator[Box], kind: bytes) -> Box:
    """Return the one box of a kind; raises BrokenBoxes where there is none or another."""
    matching = [box for box in found if box.kind == kind]
    if len(matching) != 1:
        raise BrokenBoxes(f"{len(matching)} boxes {kind!r}")
    return matching[0]


def _box(data: bytes, start: int, end: int) -> Box:
    try:
        size, kind = struct.unpack_from(">I4s", data, start)
        content = start + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, content)
            content += 8
    except struct.error:
        raise BrokenBoxes("cut off") from None
    stop = end if size == 0 else start + size
    if not content <= stop <= end:
        raise BrokenBoxes("does not fit")
    return Box(kind, content, stop)
