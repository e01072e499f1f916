"""Small files that would keep a decoder busy for minutes."""

import struct

import numpy as np
import pytest
from oriel_vision.decode import UndecodablePicture, decode
from oriel_vision.jpeg_segments import MAX_SCANS, MAX_SEGMENTS, is_reasonable

from tests.unit.vision.pictures import MAX_PIXELS, encode, photo

BASELINE = encode(photo(64, 48), "JPEG")
PROGRESSIVE = encode(photo(64, 48), "JPEG", progressive=True)
SCANS = PROGRESSIVE.count(b"\xff\xda")
END = b"\xff\xd9"


def repeat_last_scan(times: int) -> bytes:
    start = PROGRESSIVE.rindex(b"\xff\xda")
    return PROGRESSIVE[:-2] + PROGRESSIVE[start:-2] * times + END


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def after_start(added: bytes) -> bytes:
    return PROGRESSIVE[:2] + added + PROGRESSIVE[2:]


def strips(count: int) -> bytes:
    """A grey TIFF one pixel wide, in as many strips as it has rows."""
    offsets = 8 + 2 + 9 * 12 + 4
    entries = [
        (256, 1, 1),
        (257, 1, count),
        (258, 1, 8),
        (259, 1, 1),
        (262, 1, 1),
        (273, count, offsets),
        (277, 1, 1),
        (278, 1, 1),
        (279, count, offsets + 4 * count),
    ]
    directory = b"".join(struct.pack("<HHII", tag, 4, n, value) for tag, n, value in entries)
    places = struct.pack("<I", 8) * count + struct.pack("<I", 1) * count
    return b"II*\0" + struct.pack("<IH", 8, 9) + directory + bytes(4) + places


def refusal(data: bytes) -> str:
    with pytest.raises(UndecodablePicture) as refused:
        decode(data, max_pixels=MAX_PIXELS)
    return str(refused.value)


def test_a_progressive_photograph_keeps_far_below_the_limit() -> None:
    assert 1 < SCANS < MAX_SCANS / 5
    assert decode(PROGRESSIVE, max_pixels=MAX_PIXELS).size == (64, 48)


def test_a_scan_that_is_repeated_without_end_is_refused() -> None:
    assert "more than 100 scans" in refusal(repeat_last_scan(MAX_SCANS))


def test_as_many_scans_as_allowed_are_decoded() -> None:
    usual = np.asarray(decode(repeat_last_scan(0), max_pixels=MAX_PIXELS))
    most = np.asarray(decode(repeat_last_scan(MAX_SCANS - SCANS), max_pixels=MAX_PIXELS))
    assert most.shape == usual.shape
    assert not is_reasonable(repeat_last_scan(MAX_SCANS - SCANS + 1))


@pytest.mark.parametrize("filler", [b"\xff\xff", b"junk"])
def test_scans_are_found_behind_filling_bytes_too(filler: bytes) -> None:
    start = PROGRESSIVE.rindex(b"\xff\xda")
    scan = filler + PROGRESSIVE[start:-2]
    assert not is_reasonable(PROGRESSIVE[:-2] + scan * MAX_SCANS + END)


@pytest.mark.parametrize("fake", [END, b"\xff\xd8", b"\xff\xf0\xff\x00"])
def test_an_early_end_or_a_false_length_hides_no_segments(fake: bytes) -> None:
    hidden = fake + segment(0xE1, b"Exif\0\0x") * (MAX_SEGMENTS + 1)
    assert "too many parts" in refusal(after_start(hidden))


def test_what_only_looks_like_scans_in_metadata_or_behind_the_end_does_not_count() -> None:
    looks_like_scans = b"\xff\xda\0\2" * 1000
    assert decode(after_start(segment(0xE1, looks_like_scans)), max_pixels=MAX_PIXELS)
    assert decode(PROGRESSIVE + looks_like_scans, max_pixels=MAX_PIXELS)


@pytest.mark.parametrize("behind", [b"\xff\xda\0\2" * 1000, segment(0xE1, b"x") * 2000])
def test_what_stands_behind_the_only_scan_costs_nothing(behind: bytes) -> None:
    usual = np.asarray(decode(BASELINE, max_pixels=MAX_PIXELS))
    assert is_reasonable(BASELINE + behind)
    assert (np.asarray(decode(BASELINE + behind, max_pixels=MAX_PIXELS)) == usual).all()


def test_a_repeated_only_scan_is_not_decoded_again() -> None:
    scan = BASELINE[BASELINE.rindex(b"\xff\xda") : -2]
    assert "damaged" in refusal(BASELINE[:-2] + scan * 1000 + END)


@pytest.mark.parametrize(
    "before",
    [
        segment(0xE1, b"Exif\0\0x") * (MAX_SEGMENTS + 1),
        segment(0xC2, bytes(15)),
        b"junk" + segment(0xFE, b"") * (MAX_SEGMENTS + 1),
        b"\xff\xd0" * 2 + segment(0xFE, b"") * (MAX_SEGMENTS + 1),
    ],
)
def test_an_unusual_head_is_looked_at_more_closely(before: bytes) -> None:
    repeated = BASELINE[:2] + before + BASELINE[2:-2]
    many = repeated + BASELINE[BASELINE.rindex(b"\xff\xda") : -2] * MAX_SCANS + END
    assert not is_reasonable(many)


@pytest.mark.parametrize("length", range(2, 40))
def test_a_head_that_breaks_off_is_no_mistake_of_ours(length: int) -> None:
    refusal(BASELINE[:length])


def test_metadata_in_thousands_of_segments_is_refused() -> None:
    assert "too many parts" in refusal(after_start(segment(0xE1, b"Exif\0\0x") * 2000))


def test_a_tiff_of_very_many_strips_is_refused() -> None:
    assert "100,001 pieces" in refusal(strips(100_001))


def test_a_tiff_with_a_strip_a_row_is_decoded() -> None:
    assert decode(strips(2000), max_pixels=MAX_PIXELS).size == (1, 2000)
