"""ZIP files, well made and otherwise, and what reads them."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

from oriel.domain.imports import ArchivePlace
from oriel.domain.zip_directory import DEFLATED, ZipEntry
from oriel.services.archive import Archive

from tests.fakes.incoming import MemoryIncoming

KEY = "ws/a/incoming/b/zip"


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def linked(name: str, target: str) -> bytes:
    """An archive of one symbolic link."""
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = 0o120777 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, target)
    return buffer.getvalue()


def changed(data: bytes, at: int, form: str, *values: int) -> bytes:
    """Overwrite numbers of the directory's first entry."""
    place = data.index(b"PK\1\2") + at
    new = struct.pack(form, *values)
    return data[:place] + new + data[place + len(new) :]


def overlapping(copies: int) -> bytes:
    """Many names for the same bytes, as archives that unpack to endless amounts have."""
    packed = zipped({"boots/1.png": bytes(100_000)})
    start, end = packed.index(b"PK\1\2"), packed.index(b"PK\5\6")
    directory = packed[start:end]
    entries = directory * copies
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, copies, copies, len(entries), start, 0)
    return packed[:start] + entries + tail


def zip64(files: Mapping[str, bytes]) -> bytes:
    """The same archive with an end and entries of 64 bits."""
    plain = zipped(files)
    start, end = plain.index(b"PK\1\2"), plain.rindex(b"PK\5\6")
    directory = bytearray(plain[start:end])
    count = len(files)
    wide = bytearray()
    place = 0
    while place < len(directory):
        name_length, extra_length = struct.unpack_from("<2H", directory, place + 28)
        packed, size = struct.unpack_from("<2L", directory, place + 20)
        (offset,) = struct.unpack_from("<L", directory, place + 42)
        entry = bytearray(directory[place : place + 46 + name_length])
        struct.pack_into("<2L", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<H", entry, 30, 4 + 24 + 5)
        struct.pack_into("<L", entry, 42, 0xFFFFFFFF)
        other = struct.pack("<2Hx", 0x7777, 1)
        wide += entry + other + struct.pack("<2H3Q", 1, 24, size, packed, offset)
        place += 46 + name_length + extra_length
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(wide), start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + len(wide), 1)
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, *[0xFFFFFFFF] * 2, 0)
    return plain[:start] + bytes(wide) + end64 + locator + tail


def opened(data: bytes) -> tuple[Archive, MemoryIncoming]:
    incoming = MemoryIncoming()
    incoming.blobs.objects[KEY] = data
    return Archive(incoming, KEY, incoming.describe(KEY)), incoming


def place_of(entry: ZipEntry) -> ArchivePlace:
    return ArchivePlace(
        entry.offset,
        entry.packed_bytes,
        entry.size_bytes,
        entry.crc,
        deflated=entry.method == DEFLATED,
    )


def crc(data: bytes) -> int:
    return zlib.crc32(data)
