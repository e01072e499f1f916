"""AVIF files that promise little and hold much, and such as hold their picture in odd ways."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel_vision.av1_headers import MAX_FRAMES, MAX_PARTS, BrokenStream, pixels_to_decode
from oriel_vision.avif_items import coded_pictures
from oriel_vision.boxes import MAX_BOXES
from oriel_vision.decode import UndecodablePicture, decode
from PIL import Image

from tests.unit.vision.avif_files import TEMPORAL_DELIMITER, avif, box, stream
from tests.unit.vision.pictures import MAX_PIXELS, encode, photo

LARGE = stream(photo(1024, 1024))
SMALL = stream(photo(64, 64))
COLOURS = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)]
FRAME = 6


def refusal(data: bytes, max_pixels: int = MAX_PIXELS) -> str:
    with pytest.raises(UndecodablePicture) as refused:
        decode(data, max_pixels=max_pixels)
    return str(refused.value)


def part(kind: int, content: bytes) -> bytes:
    size = len(content)
    return bytes([kind << 3 | 2, size & 127 | 128, size >> 7]) + content


def test_the_tiles_of_a_grid_are_put_together() -> None:
    tiles = [stream(Image.new("RGB", (64, 64), colour)) for colour in COLOURS]
    shown = np.asarray(decode(avif(tiles, (128, 128), columns=2), max_pixels=128 * 128)).astype(int)
    for place, colour in zip([(9, 9), (9, 99), (99, 9), (99, 99)], COLOURS, strict=True):
        assert abs(shown[place] - colour).max() < 9


def test_a_picture_in_parts_is_put_together() -> None:
    data = avif([SMALL], (64, 64), pieces=3)
    assert list(coded_pictures(data)) == [SMALL]
    assert decode(data, max_pixels=MAX_PIXELS).size == (64, 64)


def test_a_large_frame_behind_a_small_promise_is_refused() -> None:
    data = avif([LARGE], (64, 64))
    assert decode(data, max_pixels=1024 * 1024 // 4).size == (64, 64)
    assert "far more work" in refusal(data, max_pixels=1024 * 1024 // 4 - 1)


def test_large_tiles_behind_a_small_promise_are_refused() -> None:
    data = avif([LARGE] * 4, (128, 128), columns=2)
    assert "far more work" in refusal(data, max_pixels=1024 * 1024 - 1)


def test_a_frame_that_may_announce_a_size_of_its_own_counts_as_the_largest() -> None:
    frames = [photo(300, 200)] * 2
    data = encode(frames[0], "AVIF", save_all=True, append_images=frames)
    (picture,) = coded_pictures(data)
    assert pixels_to_decode(picture) == 512 * 256


def sequence_header(*fields: tuple[int, int]) -> bytes:
    """Fields as value and bits; what comes before them says that the header is a full one."""
    bits = "".join(f"{value:0{width}b}" for value, width in [(0, 5), *fields])
    bits += "0" * (-len(bits) % 8)
    return part(1, int(bits, 2).to_bytes(len(bits) // 8, "big")) + part(FRAME, b"\0")


SIZE = [(6, 4), (7, 4), (99, 7), (199, 8)]
OPERATING_POINT = [(0, 12), (8, 5), (1, 1)]
TIMES = [(1, 32), (25, 32)]


@pytest.mark.parametrize(
    "before",
    [
        [(0, 1), (0, 1), (0, 5), *OPERATING_POINT],
        [(0, 1), (1, 1), (1, 5), *OPERATING_POINT, (1, 1), (9, 4), *OPERATING_POINT, (0, 1)],
        [(1, 1), *TIMES, (1, 1), (1, 3), (2, 2), (0, 1), (0, 1), (0, 5), *OPERATING_POINT],
        [
            *[(1, 1), *TIMES, (0, 1), (1, 1), (3, 5), (1, 32), (0, 10), (0, 1), (0, 5)],
            *[*OPERATING_POINT, (1, 1), (5, 4), (6, 4), (1, 1)],
        ],
    ],
    ids=["plain", "display delay", "timing", "decoder model"],
)
def test_a_full_header_is_read_whatever_it_says_before_the_size(
    before: list[tuple[int, int]],
) -> None:
    assert pixels_to_decode(sequence_header(*before, *SIZE)) == 128 * 256


def test_frames_without_end_are_refused() -> None:
    hidden = part(FRAME, b"\x10\x00") * MAX_FRAMES
    assert pixels_to_decode(SMALL) == 64 * 64
    assert "damaged" in refusal(avif([SMALL + hidden], (64, 64)))


def test_parts_without_end_are_refused() -> None:
    data = avif([SMALL + TEMPORAL_DELIMITER * MAX_PARTS], (64, 64))
    assert "damaged" in refusal(data)


@pytest.mark.parametrize("data", [b"", b"\x0a", TEMPORAL_DELIMITER, SMALL[2:9], b"\x0a\x80" * 9])
def test_what_is_no_stream_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenStream):
        pixels_to_decode(data)


def sharing(tiles: int) -> bytes:
    """So many tiles whose bytes are the same part of the file."""
    content = SMALL * 40
    data = avif([content] * tiles, (64 * tiles, 64), columns=tiles)
    content_at = data.index(b"mdat") + 4
    iloc = data.index(struct.pack(">HHHI", 1, 0, 1, content_at))
    head = bytearray(data[: content_at - 8])
    for item in range(tiles + 1):
        offset = iloc + 14 * item + 6
        head[offset : offset + 4] = struct.pack(">I", content_at)
    return bytes(head) + box(b"mdat", content)


def test_tiles_that_are_alike_may_share_their_bytes() -> None:
    assert len(list(coded_pictures(sharing(3)))) == 3


def test_items_that_are_far_larger_together_than_the_file_are_refused() -> None:
    assert "damaged" in refusal(sharing(20))


def test_boxes_without_end_are_refused() -> None:
    data = avif([SMALL], (64, 64))
    assert decode(data + box(b"free", b"") * 10, max_pixels=MAX_PIXELS).size == (64, 64)
    assert "damaged" in refusal(data + box(b"free", b"") * MAX_BOXES)


@pytest.mark.parametrize("again", [b"meta", b"iloc", b"iinf"])
def test_what_is_said_twice_is_refused(again: bytes) -> None:
    data = avif([SMALL], (64, 64)).replace(b"mdat", again, 1)
    if again != b"meta":
        inside = data.index(b"hdlr")
        data = data[:inside] + again + data[inside + 4 :]
    assert "damaged" in refusal(data)


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_heic_is_refused_with_advice(brand: bytes) -> None:
    data = avif([SMALL], (64, 64)).replace(b"avif", brand)
    assert refusal(data) == "HEIC pictures cannot be read; convert the picture to JPEG"


@given(at=st.integers(0, 420), junk=st.binary(min_size=1, max_size=8))
def test_damaged_boxes_are_decoded_or_refused(at: int, junk: bytes) -> None:
    data = bytearray(avif([SMALL], (64, 64)))
    data[at : at + len(junk)] = junk
    try:
        picture = decode(bytes(data), max_pixels=100_000)
    except UndecodablePicture as refused:
        assert str(refused)  # noqa: PT017 - either outcome is right
    else:
        assert picture.mode == "RGB"
