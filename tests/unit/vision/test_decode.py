import numpy as np
import pytest
from oriel_vision.decode import decode
from PIL import Image

from tests.unit.vision.pictures import MAX_PIXELS, encode, oriented, photo, quarters

TURNED_BACK = {
    1: lambda p: p,
    2: np.fliplr,
    3: lambda p: np.rot90(p, 2),
    4: np.flipud,
    5: lambda p: np.transpose(p, (1, 0, 2)),
    6: lambda p: np.rot90(p, 1),
    7: lambda p: np.rot90(np.transpose(p, (1, 0, 2)), 2),
    8: lambda p: np.rot90(p, 3),
}
"""How a camera stores an upright picture under each EXIF orientation."""


def pixels(data: bytes, target: int | None = None) -> np.ndarray:
    picture = decode(data, max_pixels=MAX_PIXELS, target=target)
    assert picture.mode == "RGB"
    return np.asarray(picture)


@pytest.mark.parametrize("encoding", ["PNG", "BMP", "TIFF"])
def test_a_lossless_picture_comes_back_as_it_was(encoding: str) -> None:
    assert np.array_equal(pixels(encode(quarters(), encoding)), np.asarray(quarters()))


def test_a_lossless_webp_comes_back_as_it_was() -> None:
    data = encode(quarters(), "WEBP", lossless=True)
    assert np.array_equal(pixels(data), np.asarray(quarters()))


def test_a_jpeg_comes_back_nearly_as_it_was() -> None:
    data = encode(photo(60, 40), "JPEG", quality=95, subsampling=0)
    difference = pixels(data).astype(int) - np.asarray(photo(60, 40))
    assert abs(difference).mean() < 3


def test_an_avif_comes_back_nearly_as_it_was() -> None:
    data = encode(photo(60, 40), "AVIF", quality=95, subsampling="4:4:4")
    difference = pixels(data).astype(int) - np.asarray(photo(60, 40))
    assert abs(difference).mean() < 3


def test_the_first_frame_of_an_avif_sequence_is_the_picture() -> None:
    frames = [Image.new("RGB", (8, 8), (0, 0, 255))] * 2
    data = encode(
        Image.new("RGB", (8, 8), (255, 0, 0)), "AVIF", save_all=True, append_images=frames
    )
    red, green, blue = pixels(data)[4, 4]
    assert red > 240
    assert max(green, blue) < 15


def test_half_transparent_black_becomes_grey_in_avif_too() -> None:
    shown = pixels(encode(Image.new("RGBA", (16, 16), (0, 0, 0, 128)), "AVIF"))
    assert abs(shown.astype(int) - 127).max() < 5


def test_an_adobe_jpeg_of_four_colours_says_how_they_were_turned() -> None:
    """YCCK: luminance and two colour differences of the inks, and black."""
    flat = encode(Image.new("CMYK", (16, 16), (128, 128, 128, 0)), "JPEG", quality=100)
    place = flat.index(b"\xff\xee\0\x0eAdobe")
    ycck = bytearray(flat)
    ycck[place + 15] = 2
    inks, turned = pixels(flat)[8, 8].astype(int), pixels(bytes(ycck))[8, 8].astype(int)
    # A grey ink is the same in both, as its colour differences are none.
    assert abs(inks - turned).max() < 4
    shifted = encode(Image.new("CMYK", (16, 16), (128, 128, 0, 0)), "JPEG", quality=100)
    ycck = bytearray(shifted)
    ycck[place + 15] = 2
    assert abs(pixels(shifted)[8, 8].astype(int) - pixels(bytes(ycck))[8, 8]).max() > 50


def test_a_grey_picture_gets_three_equal_channels() -> None:
    grey = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(16, 16))
    shown = pixels(encode(grey, "PNG"))
    assert np.array_equal(shown, np.stack([np.asarray(grey)] * 3, axis=-1))


def test_a_palette_is_looked_up() -> None:
    data = encode(quarters().quantize(4), "PNG")
    assert np.array_equal(pixels(data), np.asarray(quarters()))


def test_a_bilevel_picture_is_black_and_white() -> None:
    data = encode(Image.new("1", (4, 4), 1), "PNG")
    assert (pixels(data) == 255).all()


def test_the_first_frame_of_an_animation_is_the_picture() -> None:
    first, second = Image.new("RGB", (8, 8), (255, 0, 0)), Image.new("RGB", (8, 8), (0, 0, 255))
    for encoding in ("GIF", "PNG", "WEBP", "TIFF"):
        data = encode(first, encoding, save_all=True, append_images=[second])
        assert abs(pixels(data)[4, 4].astype(int) - (255, 0, 0)).max() < 3, encoding


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_becomes_white(mode: str) -> None:
    clear = Image.new(mode, (4, 4), 0)
    assert (pixels(encode(clear, "PNG")) == 255).all()


def test_half_transparent_black_becomes_grey() -> None:
    data = encode(Image.new("RGBA", (4, 4), (0, 0, 0, 128)), "PNG")
    assert pixels(data)[0, 0].tolist() == [127, 127, 127]


def test_a_transparent_palette_entry_becomes_white() -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([255, 0, 0, 0, 0, 255])
    picture.putdata([0, 1])
    for encoding in ("PNG", "GIF"):
        shown = pixels(encode(picture, encoding, transparency=0))
        assert shown.tolist() == [[[255, 255, 255], [0, 0, 255]]], encoding


def test_a_transparent_colour_key_becomes_white() -> None:
    data = encode(quarters(), "PNG", transparency=(255, 0, 0))
    assert pixels(data)[0, 0].tolist() == [255, 255, 255]


def test_sixteen_bits_are_scaled_and_not_cut_off() -> None:
    samples = np.array([[0, 257, 32768, 65535]], np.uint16)
    for encoding in ("PNG", "TIFF"):
        shown = pixels(encode(Image.fromarray(samples), encoding))
        assert shown[0, :, 0].tolist() == [0, 1, 128, 255], encoding


def test_cmyk_ink_becomes_light() -> None:
    paper = Image.new("CMYK", (8, 8), (0, 0, 0, 0))
    ink = Image.new("CMYK", (8, 8), (255, 255, 0, 0))
    for encoding in ("JPEG", "TIFF"):
        assert (pixels(encode(paper, encoding)) > 250).all(), encoding
        red, green, blue = pixels(encode(ink, encoding))[4, 4]
        assert max(red, green) < 5, encoding
        assert blue > 250, encoding


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_whatever_its_exif_says(encoding: str, orientation: int) -> None:
    stored = Image.fromarray(np.ascontiguousarray(TURNED_BACK[orientation](np.asarray(quarters()))))
    upright = pixels(encode(stored, encoding, exif=oriented(orientation)))
    assert upright.shape == (40, 60, 3)
    assert abs(upright.astype(int) - np.asarray(quarters())).mean() < 10


def test_a_photograph_with_broken_exif_is_taken_as_it_lies() -> None:
    data = encode(quarters(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert pixels(data).shape == (40, 60, 3)


def test_a_large_jpeg_is_decoded_small_but_large_enough() -> None:
    data = encode(photo(1600, 1200), "JPEG")
    height, width, _ = pixels(data, target=100).shape
    assert (width, height) == (400, 300)


def test_a_small_jpeg_keeps_its_size() -> None:
    assert pixels(encode(photo(60, 40), "JPEG"), target=224).shape == (40, 60, 3)


def test_orientation_holds_for_a_jpeg_that_is_decoded_small() -> None:
    data = encode(photo(1600, 1200), "JPEG", exif=oriented(6))
    height, width, _ = pixels(data, target=100).shape
    assert (width, height) == (300, 400)
