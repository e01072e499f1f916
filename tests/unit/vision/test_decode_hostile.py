import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel_vision.decode import FORMATS, UndecodablePicture, decode
from PIL import Image

from tests.unit.vision.pictures import MAX_PIXELS, encode, oriented, photo, png_header

SAMPLES = {
    encoding: encode(photo(40, 30), encoding, exif=oriented(6)) for encoding in FORMATS[:3]
} | {encoding: encode(photo(40, 30), encoding) for encoding in FORMATS[3:]}


def refusal(data: bytes, max_pixels: int = MAX_PIXELS, target: int | None = None) -> str:
    with pytest.raises(UndecodablePicture) as refused:
        decode(data, max_pixels=max_pixels, target=target)
    return str(refused.value)


def decode_or_refuse(data: bytes) -> None:
    """Anything but a picture or UndecodablePicture fails the test, a warning too."""
    try:
        picture = decode(data, max_pixels=100_000, target=16)
    except UndecodablePicture as refused:
        assert str(refused)  # noqa: PT017 - either outcome is right
    else:
        assert picture.mode == "RGB"


def test_nothing_is_no_picture() -> None:
    assert refusal(b"") == "The file is empty"


def test_text_is_no_picture_and_the_refusal_names_what_is() -> None:
    reason = refusal(b"<html>not found</html>")
    assert "not a picture" in reason
    assert "JPEG" in reason


@pytest.mark.parametrize("encoding", ["PPM", "ICO", "TGA", "PCX", "PDF"])
def test_formats_that_nobody_uploads_are_not_even_tried(encoding: str) -> None:
    assert "not a picture" in refusal(encode(photo(40, 30), encoding))


def test_postscript_is_not_run() -> None:
    assert "not a picture" in refusal(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")


@pytest.mark.parametrize("encoding", FORMATS)
def test_a_truncated_picture_is_refused(encoding: str) -> None:
    data = SAMPLES[encoding]
    reason = refusal(data[: len(data) * 2 // 3])
    assert "damaged or incomplete" in reason or "not a picture" in reason


def test_a_truncated_jpeg_is_refused_when_decoded_small_too() -> None:
    data = encode(photo(800, 600), "JPEG")
    assert "incomplete" in refusal(data[: len(data) // 2], target=50)


@pytest.mark.parametrize("target", [None, 224])
def test_too_many_pixels_are_refused_by_the_header_alone(target: int | None) -> None:
    reason = refusal(png_header(10_000, 6_000), target=target)
    assert reason == (
        "The picture has 60,000,000 pixels (10000 x 6000); at most 40,000,000 are allowed"
    )


def test_a_large_jpeg_is_measured_before_it_is_decoded_small() -> None:
    assert "1,000,000" in refusal(encode(photo(1000, 1000), "JPEG"), max_pixels=999_999, target=10)


def test_as_many_pixels_as_allowed_are_taken() -> None:
    assert decode(encode(photo(100, 100), "PNG"), max_pixels=10_000).size == (100, 100)


@pytest.mark.parametrize("side", [10_000, 30_000])
def test_a_decompression_bomb_is_refused_by_its_pixels(side: int) -> None:
    assert "pixels" in refusal(png_header(side, side))


def test_no_warning_of_a_decoder_stops_a_program_whose_warnings_are_errors() -> None:
    program = (
        "from oriel_vision.decode import UndecodablePicture, decode\n"
        "try:\n"
        f"    decode({png_header(10_000, 10_000)!r}, max_pixels=10)\n"
        "except UndecodablePicture as refused:\n"
        "    print(refused)\n"
    )
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    assert "at most 10 are allowed" in said.stdout
    assert not said.stderr


def test_samples_without_a_known_range_are_refused_with_advice() -> None:
    floats = Image.fromarray(np.ones((4, 4), np.float32))
    assert "8 or 16" in refusal(encode(floats, "TIFF"))


def test_the_caller_s_warning_filters_are_left_as_they_were() -> None:
    before = list(warnings.filters)
    refusal(b"nothing")
    assert list(warnings.filters) == before


@given(st.binary(max_size=400))
def test_random_bytes_are_refused(data: bytes) -> None:
    refusal(data)


@given(
    encoding=st.sampled_from(FORMATS),
    at=st.floats(0, 1, exclude_max=True),
    junk=st.binary(min_size=1, max_size=12),
)
def test_damaged_pictures_are_decoded_or_refused(encoding: str, at: float, junk: bytes) -> None:
    data = bytearray(SAMPLES[encoding])
    place = int(at * len(data))
    data[place : place + len(junk)] = junk
    decode_or_refuse(bytes(data))


@given(encoding=st.sampled_from(FORMATS), kept=st.floats(0, 1))
def test_shortened_pictures_are_decoded_or_refused(encoding: str, kept: float) -> None:
    data = SAMPLES[encoding]
    decode_or_refuse(data[: int(kept * len(data))])
