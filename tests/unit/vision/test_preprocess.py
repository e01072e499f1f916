import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel_vision.preprocess import to_input
from PIL import Image


def row(*values: int) -> Image.Image:
    return Image.fromarray(np.array([[[v, 0, 255 - v] for v in values]], np.uint8))


def shrunk(samples: np.ndarray, size: int) -> np.ndarray:
    """Shrink the first axis by averages of twice the spacing, weighted by a triangle.

    Written out from its definition: the weight of a sample falls linearly from the new sample's
    centre to nothing one new spacing away.
    """
    spacing = len(samples) / size
    places = np.arange(len(samples)) + 0.5
    centres = (np.arange(size) + 0.5) * spacing
    weights = np.maximum(0, 1 - abs(places[None] - centres[:, None]) / spacing)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.tensordot(weights, samples, axes=1)


def test_a_picture_of_the_right_size_is_taken_pixel_by_pixel() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    assert np.array_equal(to_input(Image.fromarray(pixels), 24), pixels)


def test_enlarging_interpolates_between_pixel_centres() -> None:
    assert to_input(row(0, 200), 4)[0, :, 0].tolist() == [0, 50, 150, 200]


def test_shrinking_by_two_weighs_four_pixels_by_a_triangle() -> None:
    # 1/8, 3/8, 3/8, 1/8 in the middle; at the edges the missing pixel's weight is shared out.
    left = round((3 * 80 + 3 * 160 + 1 * 40) / 7)
    assert to_input(row(80, 160, 40, 0), 2)[0, 0, 0] == left


def test_a_picture_twice_and_thrice_as_large_follows_the_definition() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (48, 32, 3), dtype=np.uint8)
    down = shrunk(pixels.astype(float), 16)
    expected = np.swapaxes(shrunk(np.swapaxes(down, 0, 1), 16), 0, 1)
    assert abs(to_input(Image.fromarray(pixels), 16) - expected).max() <= 1


def test_a_much_larger_picture_is_averaged_in_whole_blocks_first() -> None:
    pixels = np.random.default_rng(2).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    blocks = pixels.reshape(32, 4, 32, 4, 3).mean(axis=(1, 3))
    down = shrunk(blocks, 16)
    expected = np.swapaxes(shrunk(np.swapaxes(down, 0, 1), 16), 0, 1)
    assert abs(to_input(Image.fromarray(pixels), 16) - expected).max() <= 1.5


def test_the_whole_of_a_wide_picture_is_squeezed_in() -> None:
    wide = Image.new("RGB", (90, 30), (255, 0, 0))
    wide.paste((0, 0, 255), (60, 0, 90, 30))
    square = to_input(wide, 30)
    assert square[15, 5].tolist() == [255, 0, 0]
    assert square[15, 25].tolist() == [0, 0, 255]


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1)])
def test_the_thinnest_pictures_fit_too(size: tuple[int, int]) -> None:
    square = to_input(Image.new("RGB", size, (9, 8, 7)), 224)
    assert square.shape == (224, 224, 3)
    assert (square == (9, 8, 7)).all()


@given(width=st.integers(1, 600), height=st.integers(1, 600), shade=st.integers(0, 255))
def test_one_colour_stays_that_colour(width: int, height: int, shade: int) -> None:
    square = to_input(Image.new("RGB", (width, height), (shade, 0, 255)), 32)
    assert square.dtype == np.uint8
    assert (square == (shade, 0, 255)).all()
