"""The directory at the end of a ZIP archive, read without the archive.

Source: PKWARE APPNOTE 6.3.10 (4.3.12, 4.3.14-16, 4.4, 4.5.3). All of it comes from a stranger:
sizes are bounded before memory is taken, and offsets before they are used.
"""

import stat
import struct
from collections.abc import Iterator

from oriel.domain.errors import InvalidInput
from oriel.domain.imports import MAX_FILES
from oriel.values import dataclass

END_BYTES = 22
LOCATOR_BYTES = 20
END64_BYTES = 56
TAIL_BYTES = END_BYTES + LOCATOR_BYTES + END64_BYTES + 0xFFFF
"""An archive's end with the longest comment."""
MAX_DIRECTORY_BYTES = 64 * 1024**2
MAX_ENTRIES = 2 * MAX_FILES
"""Folders have entries of their own."""
ENTRY_BYTES = 46
STORED, DEFLATED = 0, 8

_ENCRYPTED, _UTF8 = 0x0001, 0x0800
_STRONGLY_ENCRYPTED, _MASKED = 0x0040, 0x2000
_UNIX = {3, 19}
_WIDE = 0x0001
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the directory lies and how many entries it says to have."""

    offset: int
    length: int
    entries: int


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """What the directory says of a file; `offset` is of its own header, sizes are in bytes."""

    name: str
    offset: int
    packed_bytes: int
    size_bytes: int
    crc: int
    method: int
    encrypted: bool
    mode: int

    @property
    def is_folder(self) -> bool:
        """Whether this is no file but a folder."""
        return self.name.endswith("/")

    @property
    def is_special(self) -> bool:
        """Whether this is a link, a device or the like."""
        kind = stat.S_IFMT(self.mode)
        return kind not in {0, stat.S_IFREG, stat.S_IFDIR}


def find_directory(tail: bytes, size: int) -> Directory:
    """Find the directory by the last bytes of an archive; raises InvalidInput."""
    place = tail.rfind(b"PK\5\6")
    while place >= 0 and not _is_end(tail, place):
        place = tail.rfind(b"PK\5\6", 0, place)
    if place < 0:
        raise InvalidInput("The archive is not a ZIP file, or its end is missing")
    disk, first, here, entries, length, offset, _ = struct.unpack_from("<4H2LH", tail, place + 4)
    if _MAX16 in {disk, first, here, entries} or _MAX32 in {length, offset}:
        return _bounded(_wide(tail, place, size), size)
    if disk or first or here != entries:
        raise InvalidInput("The archive is in several parts; send it as one")
    return _bounded(Directory(offset, length, entries), size)


def _is_end(tail: bytes, place: int) -> bool:
    if place + END_BYTES > len(tail):
        return False
    (comment,) = struct.unpack_from("<H", tail, place + 20)
    return bool(place + END_BYTES + comment == len(tail))


def _wide(tail: bytes, place: int, size: int) -> Directory:
    """Read the end of a ZIP64 archive, which lies before the other one."""
    locator = place - LOCATOR_BYTES
    if locator < 0 or tail[locator : locator + 4] != b"PK\6\7":
        raise _damaged()
    (where,) = struct.unpack_from("<Q", tail, locator + 8)
    start = where - (size - len(tail))
    if not 0 <= start <= locator - END64_BYTES or tail[start : start + 4] != b"PK\6\6":
        raise _damaged()
    disk, first, here, entries, length, offset = struct.unpack_from("<2L4Q", tail, start + 16)
    if disk or first or here != entries:
        raise InvalidInput("The archive is in several parts; send it as one")
    return Directory(offset, length, entries)


def _bounded(found: Directory, size: int) -> Directory:
    if found.entries > MAX_ENTRIES or found.length > MAX_DIRECTORY_BYTES:
        raise InvalidInput(
            f"The archive holds too many files; an import takes {MAX_FILES}, send several"
        )
    if found.offset + found.length > size or found.length < found.entries * ENTRY_BYTES:
        raise _damaged()
    return found


def read_entries(directory: bytes, found: Directory) -> Iterator[ZipEntry]:
    """Yield what a directory names; raises InvalidInput where it is damaged."""
    place = 0
    try:
        for _ in range(found.entries):
            entry, place = _entry(directory, place)
            yield entry
    except struct.error:
        raise _damaged() from None


def _entry(data: bytes, place: int) -> tuple[ZipEntry, int]:
    if data[place : place + 4] != b"PK\1\2":
        raise _damaged()
    made_by, flags, method = struct.unpack_from("<xBxxHH", data, place + 4)
    crc, packed, size = struct.unpack_from("<3L", data, place + 16)
    name_length, extra_length, comment_length = struct.unpack_from("<3H", data, place + 28)
    attributes, offset = struct.unpack_from("<2L", data, place + 38)
    start = place + ENTRY_BYTES
    end = start + name_length + extra_length + comment_length
    if end > len(data):
        raise _damaged()
    name = data[start : start + name_length]
    extra = data[start + name_length : start + name_length + extra_length]
    size, packed, offset = _widened(extra, size, packed, offset)
    entry = ZipEntry(
        name=_text(name, utf8=bool(flags & _UTF8)).replace("\\", "/"),
        offset=offset,
        packed_bytes=packed,
        size_bytes=size,
        crc=crc,
        method=method,
        encrypted=bool(flags & (_ENCRYPTED | _STRONGLY_ENCRYPTED | _MASKED)),
        mode=attributes >> 16 if made_by in _UNIX else 0,
    )
    return entry, end


def _widened(extra: bytes, *values: int) -> list[int]:
    """Take from the ZIP64 field those of the values that did not fit into 32 bits."""
    wide = _wide_field(extra) if _MAX32 in values else b""
    widened: list[int] = []
    for value in values:
        if value == _MAX32:
            widened += struct.unpack_from("<Q", wide)
            wide = wide[8:]
        else:
            widened.append(value)
    return widened


def _wide_field(extra: bytes) -> bytes:
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, place)
        if kind == _WIDE:
            return extra[place + 4 : place + 4 + length]
        place += 4 + length
    return b""


def _text(name: bytes, *, utf8: bool) -> str:
    """Read a name; macOS writes UTF-8 without saying so, DOS its own code page."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        # A replaced character is none that a name may hold: the file is refused by its name.
        return name.decode("utf-8", errors="surrogateescape") if utf8 else name.decode("cp437")


def _damaged() -> InvalidInput:
    return InvalidInput("The archive's directory is damaged; make the ZIP file again")
