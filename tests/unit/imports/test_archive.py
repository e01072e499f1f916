"""Archives of strangers: read as they are, refused where they are not what they say."""

import random
import struct
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.errors import Conflict, InvalidInput, InvalidPicture
from oriel.domain.zip_directory import MAX_DIRECTORY_BYTES, MAX_ENTRIES

from tests.unit.imports.archives import (
    KEY,
    changed,
    linked,
    opened,
    overlapping,
    place_of,
    zip64,
    zipped,
)

NOISE = random.Random(7).randbytes(3000)  # noqa: S311 - the same bytes each time
FILES = {"boots/1.png": NOISE, "hats/ä 2.png": b"two" * 500, "hats/": b""}


@pytest.mark.parametrize("data", [zipped(FILES), zipped(FILES, zipfile.ZIP_STORED), zip64(FILES)])
def test_files_come_out_as_they_went_in(data: bytes) -> None:
    archive, _ = opened(data)
    entries = archive.entries()
    assert [entry.name for entry in entries] == list(FILES)
    assert [entry.is_folder for entry in entries] == [False, False, True]
    for entry in entries:
        assert archive.read(place_of(entry)) == FILES[entry.name]


def test_neither_the_archive_nor_its_other_files_are_read_for_one() -> None:
    random_bytes = random.Random(3)  # noqa: S311 - the same bytes each time
    files = {f"{n}.png": random_bytes.randbytes(300_000) for n in range(40)}
    archive, incoming = opened(zipped(files))
    entries = archive.entries()
    read = sum(length for _, _, length in incoming.reads)
    assert read < 100_000
    assert archive.read(place_of(entries[20])) == files["20.png"]
    assert sum(length for _, _, length in incoming.reads) - read <= 1024**2


def test_neighbours_are_read_together() -> None:
    archive, incoming = opened(zipped({f"{n}.png": bytes([n]) * 900 for n in range(100)}))
    entries = archive.entries()
    before = len(incoming.reads)
    for entry in entries:
        archive.read(place_of(entry))
    assert len(incoming.reads) == before + 1


def test_an_archive_with_a_comment_is_read() -> None:
    data = zipped(FILES)
    commented = data[:-2] + struct.pack("<H", 9) + b"PK\5\6 hello"[:9]
    archive, _ = opened(commented)
    assert len(archive.entries()) == len(FILES)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\5\6",
        b"no archive at all" * 100,
        zipped(FILES)[:-10],
        zipped(FILES)[100:],
        changed(zipped(FILES), 0, "<4s", b"PK\1\3"),  # type: ignore[arg-type]
        changed(zipped(FILES), 28, "<H", 60_000),
        changed(zipped(FILES), 42, "<L", 10_000_000),
        changed(zipped(FILES), 42, "<L", 0xFFFFFFFF),
        changed(zipped(FILES), 20, "<L", 4_000_000_000),
    ],
    ids=range(10),
)
def test_a_damaged_archive_is_refused(data: bytes) -> None:
    archive, _ = opened(data)
    with pytest.raises(InvalidInput, match=r"archive|ZIP"):
        archive.entries()


def test_files_that_lie_over_one_another_are_refused() -> None:
    archive, _ = opened(overlapping(1000))
    with pytest.raises(InvalidInput, match="over one another"):
        archive.entries()


@pytest.mark.parametrize(
    ("entries", "length"),
    [(MAX_ENTRIES + 1, 46 * (MAX_ENTRIES + 1)), (1, MAX_DIRECTORY_BYTES + 1)],
)
def test_a_directory_is_bounded_before_it_is_read(entries: int, length: int) -> None:
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, length, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, *[0xFFFFFFFF] * 2, 0)
    archive, incoming = opened(end64 + locator + tail)
    with pytest.raises(InvalidInput, match="too many files"):
        archive.entries()
    assert len(incoming.reads) == 1


def test_links_and_encrypted_files_are_seen() -> None:
    archive, _ = opened(linked("boots/1.png", "/etc/passwd"))
    [link] = archive.entries()
    assert link.is_special
    archive, _ = opened(changed(zipped(FILES), 8, "<H", 1))
    assert [entry.encrypted for entry in archive.entries()] == [True, False, False]


@pytest.mark.parametrize(
    "lie",
    [
        {"size_bytes": 2999},
        {"size_bytes": 3001},
        {"size_bytes": 11 * 1024**2},
        {"crc": 1},
        {"offset": 5},
        {"offset": 10**9},
        {"packed_bytes": 10},
        {"packed_bytes": 10**7},
        {"deflated": False},
    ],
    ids=str,
)
def test_a_file_that_is_not_what_the_directory_says_is_refused(lie: dict[str, int]) -> None:
    archive, _ = opened(zipped(FILES))
    place = place_of(archive.entries()[0])
    with pytest.raises(InvalidPicture, match="damaged"):
        archive.read(replace(place, **lie))  # type: ignore[arg-type]


def test_a_bomb_is_unpacked_no_further_than_announced() -> None:
    data = zipped({"1.png": bytes(50 * 1024**2)})
    archive, _ = opened(data)
    [entry] = archive.entries()
    with pytest.raises(InvalidPicture):
        archive.read(replace(place_of(entry), size_bytes=1000))


def test_an_archive_that_was_replaced_is_not_read_on() -> None:
    archive, incoming = opened(zipped(FILES))
    [first, *_] = archive.entries()
    incoming.blobs.objects[KEY] = zipped({"other.png": b"other"})
    with pytest.raises(Conflict, match="replaced"):
        archive.read(place_of(first))


@given(st.integers(0, len(zipped(FILES)) - 1), st.binary(min_size=1, max_size=8))
def test_no_change_of_an_archive_is_more_than_a_refusal(place: int, noise: bytes) -> None:
    data = zipped(FILES)
    archive, _ = opened(data[:place] + noise + data[place + len(noise) :])
    try:
        entries = archive.entries()
    except InvalidInput:
        return
    for entry in entries:
        try:
            read = archive.read(place_of(entry))
        except InvalidPicture:
            continue
        assert read in FILES.values()
