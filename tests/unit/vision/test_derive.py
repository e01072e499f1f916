import io

import numpy as np
import pytest
from oriel_vision.decode import decode
from oriel_vision.derive import served_copy, thumbnail
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.unit.vision.pictures import MAX_PIXELS, encode, oriented, photo, quarters

SECRET = "52.5200 N 13.4050 E"


def served(data: bytes) -> tuple[bytes, str, str] | None:
    copy = served_copy(data, decode(data, max_pixels=MAX_PIXELS))
    return None if copy is None else (copy.data, copy.content_type, copy.extension)


def with_note() -> PngInfo:
    note = PngInfo()
    note.add_text("Comment", SECRET)
    return note


def exif_with_secret() -> Image.Exif:
    exif = oriented(6)
    exif[0x010E] = SECRET
    return exif


@pytest.mark.parametrize(
    "data",
    [
        encode(photo(300, 200), "JPEG"),
        encode(photo(300, 200), "JPEG", progressive=True, restart_marker_rows=1),
        encode(photo(300, 200).convert("L"), "JPEG", dpi=(72, 72)),
        encode(photo(300, 200), "PNG"),
        encode(quarters().quantize(4), "PNG", transparency=0),
    ],
    ids=["jpeg", "progressive jpeg", "grey jpeg", "png", "palette png"],
)
def test_a_file_that_is_nothing_but_a_picture_is_served_as_it_is(data: bytes) -> None:
    assert served(data) is None


PRIVATE = {
    "jpeg exif": encode(quarters(), "JPEG", exif=exif_with_secret()),
    "jpeg comment": encode(quarters(), "JPEG", comment=SECRET.encode()),
    "jpeg xmp": encode(quarters(), "JPEG", xmp=SECRET.encode()),
    "jpeg profile": encode(quarters(), "JPEG", icc_profile=SECRET.encode()),
    "jpeg appendix": encode(quarters(), "JPEG") + SECRET.encode(),
    "second jpeg": encode(quarters(), "JPEG") + encode(quarters(), "JPEG"),
    "png text": encode(quarters(), "PNG", pnginfo=with_note()),
    "png exif": encode(quarters(), "PNG", exif=exif_with_secret()),
    "png appendix": encode(quarters(), "PNG") + SECRET.encode(),
    "cmyk jpeg": encode(quarters().convert("CMYK"), "JPEG"),
    "webp": encode(quarters(), "WEBP", exif=exif_with_secret()),
    "avif": encode(quarters(), "AVIF", exif=exif_with_secret()),
    "gif": encode(quarters(), "GIF", comment=SECRET.encode()),
    "tiff": encode(quarters(), "TIFF", description=SECRET),
    "bmp": encode(quarters(), "BMP"),
}


@pytest.mark.parametrize("kind", PRIVATE)
def test_what_else_a_file_holds_is_not_served(kind: str) -> None:
    copy = served(PRIVATE[kind])
    assert copy is not None
    data, content_type, extension = copy
    assert (content_type, extension) == ("image/png", "png")
    assert SECRET.encode() not in data
    assert served(data) is None


@pytest.mark.parametrize("kind", ["jpeg exif", "png exif", "webp", "avif"])
def test_a_turned_picture_is_served_upright(kind: str) -> None:
    copy = served(PRIVATE[kind])
    assert copy is not None
    shown = Image.open(io.BytesIO(copy[0]))
    assert shown.size == (40, 60)
    assert not shown.getexif()


def test_a_small_picture_is_served_without_loss() -> None:
    copy = served(encode(photo(300, 200), "BMP"))
    assert copy is not None
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(copy[0]))), np.asarray(photo(300, 200)))


def test_a_large_picture_is_served_as_a_jpeg() -> None:
    copy = served(encode(photo(1000, 800), "BMP"))
    assert copy is not None
    data, content_type, extension = copy
    assert (content_type, extension) == ("image/jpeg", "jpg")
    assert Image.open(io.BytesIO(data)).size == (1000, 800)
    assert served(data) is None


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1000, 500), (256, 128)),
        ((500, 1000), (128, 256)),
        ((28, 28), (28, 28)),
        ((5000, 2), (256, 1)),
    ],
)
def test_a_thumbnail_keeps_the_shape_and_is_never_enlarged(
    size: tuple[int, int], expected: tuple[int, int]
) -> None:
    small = Image.open(io.BytesIO(thumbnail(photo(*size))))
    assert (small.format, small.size) == ("JPEG", expected)


def test_a_thumbnail_holds_no_metadata() -> None:
    picture = decode(PRIVATE["jpeg exif"], max_pixels=MAX_PIXELS)
    assert SECRET.encode() not in thumbnail(picture)


@pytest.mark.parametrize("encoding", ["JPEG", "PNG"])
def test_a_file_cut_anywhere_is_never_taken_for_plain(encoding: str) -> None:
    data = encode(quarters(), encoding)
    shown = quarters()
    assert all(served_copy(data[:end], shown) is not None for end in range(len(data)))
