"""Reads ZIP archives in S3 by ranges: neither the archive nor a whole file need fit into memory."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from oriel.domain.errors import InvalidInput, InvalidPicture
from oriel.domain.imports import ArchivePlace
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.domain.zip_directory import TAIL_BYTES, ZipEntry, find_directory, read_entries
from oriel.upload_ports import IncomingObjects, StoredObject

HEADER_BYTES = 30
AT_ONCE_BYTES = 1024**2
"""Neighbours are read together: most pictures of an archive are far smaller."""
MARGIN_BYTES = 4096
"""For a file's name and extra fields, which its own header may hold more of."""
_RAW_DEFLATE = -zlib.MAX_WBITS


@dataclass(slots=True)
class Archive:
    """One archive; every read is refused once another object lies under its key."""

    objects: IncomingObjects
    key: str
    stored: StoredObject
    _start: int = field(default=0, init=False)
    _window: bytes = field(default=b"", init=False)

    def entries(self) -> Sequence[ZipEntry]:
        """Return all entries in the directory's order; raises InvalidInput."""
        size = self.stored.size_bytes
        length = min(size, TAIL_BYTES)
        tail = self._fetch(size - length, length)
        found = find_directory(tail, size)
        directory = self._fetch(found.offset, found.length)
        entries = list(read_entries(directory, found))
        _check_overlaps(entries, found.offset)
        return entries

    def read(self, place: ArchivePlace) -> bytes:
        """Unpack a file; raises InvalidPicture where it is damaged or other than it says."""
        ahead = HEADER_BYTES + place.packed_bytes + MARGIN_BYTES
        header = self._range(place.offset, HEADER_BYTES, ahead)
        if len(header) < HEADER_BYTES or header[:4] != b"PK\3\4":
            raise _damaged()
        name_length, extra_length = struct.unpack_from("<2H", header, 26)
        start = place.offset + HEADER_BYTES + name_length + extra_length
        packed = self._range(start, place.packed_bytes)
        if len(packed) < place.packed_bytes:
            raise _damaged()
        data = _inflate(packed, place.size_bytes) if place.deflated else packed
        if len(data) != place.size_bytes or zlib.crc32(data) != place.crc:
            raise _damaged()
        return data

    def _range(self, start: int, length: int, ahead: int = 0) -> bytes:
        """Read through a window that moves along with the files."""
        if not self._start <= start <= start + length <= self._start + len(self._window):
            self._window = self._fetch(start, max(length, ahead, AT_ONCE_BYTES))
            self._start = start
        return self._window[start - self._start :][:length]

    def _fetch(self, start: int, length: int) -> bytes:
        length = min(length, self.stored.size_bytes - start)
        if length <= 0:
            return b""
        return self.objects.read_range(self.key, start, length, self.stored.etag)


def _inflate(packed: bytes, size: int) -> bytes:
    """Unpack no more than was announced, and a byte to see that there is more."""
    if size > MAX_PICTURE_BYTES:
        raise _damaged()
    try:
        return zlib.decompressobj(_RAW_DEFLATE).decompress(packed, size + 1)
    except zlib.error:
        raise _damaged() from None


def _check_overlaps(entries: Sequence[ZipEntry], directory: int) -> None:
    """Refuse files that share bytes: small archives can name endless amounts so."""
    end = 0
    for entry in sorted(entries, key=lambda one: one.offset):
        if entry.offset < end:
            raise InvalidInput("Files of the archive lie over one another; make the ZIP file again")
        end = entry.offset + HEADER_BYTES + entry.packed_bytes
    if end > directory:
        raise InvalidInput("Files of the archive lie outside of it; make the ZIP file again")


def _damaged() -> InvalidPicture:
    return InvalidPicture("The file is damaged in the archive")
