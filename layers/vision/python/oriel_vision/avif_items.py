"""Finds the AV1 pictures that an AVIF file is made of: the picture, its tiles, its transparency.

Sources: ISO/IEC 14496-12 (8.11.3 `iloc`, 8.11.6 `iinf`) and the AV1 Image File Format.
"""

from collections.abc import Iterator, Mapping

from oriel_vision.boxes import Box, BrokenBoxes, boxes, only

MAX_REPEATS = 4
"""How often the bytes of a file may be parts of items, on average: copies of a tile share them."""
_FULL_BOX = 4
_CODED = b"av01"
_WIDE_IDS = 2


def coded_pictures(data: bytes) -> Iterator[bytes]:
    """Yield the AV1 data of each coded picture; raises BrokenBoxes."""
    meta = only(boxes(data, 0, len(data)), b"meta")
    inside = list(boxes(data, meta.start + _FULL_BOX, meta.end))
    kinds = _kinds(data, only(iter(inside), b"iinf"))
    own = next((box for box in inside if box.kind == b"idat"), None)
    budget = MAX_REPEATS * len(data)
    for item, parts in _places(data, only(iter(inside), b"iloc"), own):
        budget -= sum(end - start for start, end in parts)
        if budget < 0:
            raise BrokenBoxes("items are larger than the file")
        if kinds.get(item) == _CODED:
            yield b"".join(data[start:end] for start, end in parts)


def _kinds(data: bytes, iinf: Box) -> Mapping[int, bytes]:
    """Return the type of each item by its id."""
    count_bytes = 2 if data[iinf.start] == 0 else 4
    kinds: dict[int, bytes] = {}
    for entry in boxes(data, iinf.start + _FULL_BOX + count_bytes, iinf.end):
        reader = _Reader(data, entry.start, entry.end)
        version = reader.integer(_FULL_BOX) >> 24
        item = reader.integer(2 if version <= _WIDE_IDS else 4)
        reader.integer(2)
        kind = reader.integer(4).to_bytes(4, "big")
        if item in kinds:
            raise BrokenBoxes("an item is described twice")
        kinds[item] = kind
    return kinds


def _places(data: bytes, iloc: Box, own: Box | None) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Yield each item's id and the start and end of its parts."""
    reader = _Reader(data, iloc.start, iloc.end)
    version = reader.integer(_FULL_BOX) >> 24
    sizes = reader.integer(2)
    offset, length, base = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index = sizes & 15 if version else 0
    id_bytes = 2 if version < _WIDE_IDS else 4
    seen: set[int] = set()
    for _ in range(reader.integer(id_bytes)):
        item = reader.integer(id_bytes)
        if item in seen:
            raise BrokenBoxes("an item lies in two places")
        seen.add(item)
        method = reader.integer(2) & 15 if version else 0
        reader.integer(2)
        first, limit = _source(data, method, own)
        first += reader.integer(base)
        parts = []
        for _ in range(reader.integer(2)):
            reader.integer(index)
            start = first + reader.integer(offset)
            end = start + reader.integer(length)
            if end > limit:
                raise BrokenBoxes("an item lies outside")
            parts.append((start, end))
        yield item, parts


def _source(data: bytes, method: int, own: Box | None) -> tuple[int, int]:
    """Return where offsets count from and where they end: in the file, or in the box `idat`."""
    if method == 0:
        return 0, len(data)
    if method == 1 and own is not None:
        return own.start, own.end
    raise BrokenBoxes("an item lies nowhere")


class _Reader:
    """Reads big-endian integers one after another; raises BrokenBoxes at the end."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data = data
        self._place = start
        self._end = end

    def integer(self, size_bytes: int) -> int:
        start, self._place = self._place, self._place + size_bytes
        if self._place > self._end:
            raise BrokenBoxes("cut off")
        return int.from_bytes(self._data[start : self._place], "big")
