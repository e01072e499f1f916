import pytest
from oriel_vision.brightness import brightness
from PIL import Image

from tests.unit.vision.pictures import photo, quarters


@pytest.mark.parametrize(("color", "expected"), [("black", 0), ("white", 255), ("#646464", 100)])
def test_one_color_is_as_bright_as_it_is(color: str, expected: float) -> None:
    assert brightness(Image.new("RGB", (7, 5), color)) == expected


def test_green_counts_more_than_red_and_blue() -> None:
    # 0.299, 0.587 and 0.114 of 255, and a white quarter.
    assert brightness(quarters()) == pytest.approx((76 + 150 + 29 + 255) / 4, abs=0.1)


def test_scaling_hardly_changes_it() -> None:
    assert brightness(photo(300, 200)) == pytest.approx(brightness(photo(75, 50)), abs=2)
