import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.errors import InvalidPicture
from oriel.domain.picture_header import PictureHeader, read_header
from PIL import Image

WRITTEN = {
    "jpeg": ("image/jpeg", {}),
    "progressive jpeg": ("image/jpeg", {"progressive": True}),
    "png": ("image/png", {}),
    "gif": ("image/gif", {}),
    "bmp": ("image/bmp", {}),
    "tiff": ("image/tiff", {}),
    "lossy webp": ("image/webp", {"quality": 50}),
    "lossless webp": ("image/webp", {"lossless": True}),
    "avif": ("image/avif", {}),
    "avif sequence": (
        "image/avif",
        {"save_all": True, "append_images": [Image.new("RGB", (37, 21))]},
    ),
}
MAGIC = [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\0", b"MM\0*"]
MAGIC += [b"RIFF\0\0\0\0WEBP" + kind for kind in (b"VP8 ", b"VP8L", b"VP8X")]
MAGIC += [b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf"]


def written(name: str, width: int = 37, height: int = 21, **options: object) -> bytes:
    kind, settings = WRITTEN[name]
    buffer = io.BytesIO()
    picture = Image.new("RGB", (width, height), (200, 100, 50))
    picture.save(buffer, kind.removeprefix("image/"), **settings, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


@pytest.mark.parametrize("name", WRITTEN)
def test_format_and_size_are_read_from_the_header(name: str) -> None:
    assert read_header(written(name)) == PictureHeader(WRITTEN[name][0], 37, 21)


@pytest.mark.parametrize("name", ["jpeg", "png", "lossy webp", "tiff", "avif"])
def test_metadata_in_front_does_not_hide_the_size(name: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a description " * 50
    data = written(name, exif=exif, icc_profile=b"profile" * 100)
    assert read_header(data) == PictureHeader(WRITTEN[name][0], 37, 21)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_header_that_is_cut_off_is_refused(name: str) -> None:
    data = written(name)
    for length in range(10):
        with pytest.raises(InvalidPicture):
            read_header(data[:length])


def avif_promising(width: int, height: int) -> bytes:
    data = written("avif")
    size = struct.pack(">II", 37, 21)
    assert data.count(size) == 1
    return data.replace(size, struct.pack(">II", width, height))


def test_an_avif_is_measured_by_what_it_promises() -> None:
    assert read_header(avif_promising(8000, 5000)).height == 5000
    with pytest.raises(InvalidPicture, match="40 megapixels"):
        read_header(avif_promising(8000, 5001))
    with pytest.raises(InvalidPicture, match="no pixels"):
        read_header(avif_promising(0, 5))


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_heic_is_refused_with_advice(brand: bytes) -> None:
    data = written("avif").replace(b"avif", brand)
    with pytest.raises(InvalidPicture, match=r"HEIC .*convert the picture to JPEG"):
        read_header(data)


@given(at=st.integers(0, 330), junk=st.binary(min_size=1, max_size=8))
def test_a_damaged_avif_does_no_more_than_be_refused(at: int, junk: bytes) -> None:
    data = bytearray(written("avif"))
    data[at : at + len(junk)] = junk
    try:
        header = read_header(bytes(data))
    except InvalidPicture:
        return
    assert 0 < header.width * header.height <= 40_000_000


def test_an_avif_of_endless_boxes_ends() -> None:
    ftyp = written("avif")[:32]
    with pytest.raises(InvalidPicture, match="damaged"):
        read_header(ftyp + b"\0\0\0\x08free" * 1_000_000)


def test_a_bitmap_stored_from_the_top_has_a_positive_height() -> None:
    data = bytearray(written("bmp"))
    data[22:26] = (-21).to_bytes(4, "little", signed=True)
    assert read_header(bytes(data)).height == 21


def test_a_big_endian_tiff_is_read() -> None:
    entries = bytes.fromhex("0100 0003 00000001 00250000 0101 0004 00000001 00000015")
    data = b"MM\0*" + bytes.fromhex("00000008 0002") + entries
    assert read_header(data) == PictureHeader("image/tiff", 37, 21)


@pytest.mark.parametrize("name", ["png", "gif", "bmp"])
def test_a_picture_without_pixels_is_refused(name: str) -> None:
    data = bytearray(written(name))
    width = {"png": slice(16, 20), "gif": slice(6, 8), "bmp": slice(18, 22)}[name]
    data[width] = bytes(width.stop - width.start)
    with pytest.raises(InvalidPicture):
        read_header(bytes(data))


def test_40_megapixels_are_accepted_and_one_row_more_is_not() -> None:
    data = bytearray(written("png"))
    data[16:24] = (8000).to_bytes(4, "big") + (5000).to_bytes(4, "big")
    assert read_header(bytes(data)).height == 5000
    data[20:24] = (5001).to_bytes(4, "big")
    with pytest.raises(InvalidPicture, match="40 megapixels"):
        read_header(bytes(data))


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"%PDF-1.7", b"<svg/>", b"PK\3\4", b"II+\0", b"RIFF1234WAVE"]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidPicture, match="JPEG"):
        read_header(data)


@given(st.sampled_from(MAGIC), st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(magic: bytes, rest: bytes) -> None:
    try:
        header = read_header(magic + rest)
    except InvalidPicture:
        return
    assert 0 < header.width * header.height <= 40_000_000


def test_a_tiff_directory_of_many_entries_ends() -> None:
    data = b"II*\0" + (8).to_bytes(4, "little") + b"\xff\xff" + bytes(12 * 0xFFFF)
    with pytest.raises(InvalidPicture):
        read_header(data)
