from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.image import Image
from oriel.domain.model import ModelLabel
from oriel.domain.snapshot import SnapshotItem
from oriel.domain.split import Side
from oriel.domain.traits import traits_of

from tests.unit.training.samples import LABELS, image


def seen(*images: Image) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    """Return each image's traits but its label, as a mapping."""
    items = [SnapshotItem(one.id, Side.TEST, one.sha256, one.id, (0,)) for one in images]
    found, many_valued = traits_of(items, LABELS, {one.id: one for one in images})
    return [{by: kind for by, kind in traits if by != "label"} for traits in found], many_valued


def noted(*notes: Mapping[str, Any]) -> tuple[list[dict[str, str]], tuple[str, ...]]:
    found, many = seen(
        *(replace(image(f"image-{place}"), meta_data=note) for place, note in enumerate(notes))
    )
    return [{by: kind for by, kind in one.items() if by != "size"} for one in found], many


@pytest.mark.parametrize(
    ("size", "kind"),
    [
        ((28, 5000), "shorter side below 64 px"),
        ((500, 256), "shorter side from 256 below 512 px"),
        ((4000, 3000), "shorter side from 2048 px"),
    ],
)
def test_the_shorter_side_is_the_size(size: tuple[int, int], kind: str) -> None:
    width, height = size
    (found,), _ = seen(replace(image("one"), width=width, height=height))
    assert found == {"size": kind}


@pytest.mark.parametrize(
    ("brightness", "kind"),
    [(0.0, "below 64"), (64.0, "from 64 below 128"), (255.0, "from 192")],
)
def test_brightness_comes_in_four_steps(brightness: float, kind: str) -> None:
    (found,), _ = seen(replace(image("one"), brightness=brightness))
    assert found["brightness"] == f"{kind} of 255"


def test_few_values_of_a_key_are_kinds_of_their_own() -> None:
    found, _ = noted({"shelf": 4, "lamp": True}, {"shelf": 2.5}, {"lamp": None, "x": [1], "y": {}})
    assert found == [
        {"meta_data.shelf": "4", "meta_data.lamp": "true"},
        {"meta_data.shelf": "2.5"},
        {},
    ]


def test_many_numbers_are_four_ranges_of_equal_count() -> None:
    found, many = noted(*({"age": age} for age in range(100)))
    kinds = [one["meta_data.age"] for one in found]
    assert [kinds.count(kind) for kind in dict.fromkeys(kinds)] == [25, 25, 25, 25]
    assert kinds[0] == "0 to 25"
    assert many == ()


def test_equal_numbers_lie_in_one_range() -> None:
    found, _ = noted(*({"age": max(0, age - 70)} for age in range(100)))
    assert len({one["meta_data.age"] for one in found[:71]}) == 1


def test_many_texts_are_no_kinds_and_are_named() -> None:
    found, many = noted(*({"serial": f"no {n}"} for n in range(21)))
    assert found == [{}] * 21
    assert many == ("serial",)


@pytest.mark.parametrize("huge", [10**400, -(10**400)], ids=["large", "small"])
def test_a_number_that_is_too_large_for_ranges_is_a_text(huge: int) -> None:
    found, many = noted(*({"age": n} for n in range(30)), {"age": huge})
    assert found == [{}] * 31
    assert many == ("age",)
    (few,), _ = noted({"age": huge})
    assert few == {"meta_data.age": str(huge)[:100]}


@pytest.mark.parametrize("meta_data", [[1, 2], "text", 4, None])
def test_meta_data_that_is_no_object_has_no_keys(meta_data: Any) -> None:
    assert noted(meta_data) == ([{}], ())


def test_long_texts_are_cut() -> None:
    (found,), _ = noted({"k" * 300: "v" * 300})
    assert found == {f"meta_data.{'k' * 100}": "v" * 100}


def test_an_image_that_is_gone_has_the_traits_of_its_item_alone() -> None:
    items = [SnapshotItem("gone", Side.TEST, "5ha", "gone", (1,))]
    assert traits_of(items, LABELS, {}) == ([frozenset({("label", "Shirts")})], ())


def test_labels_of_one_name_are_told_apart() -> None:
    labels = (ModelLabel("a", "Boots"), ModelLabel("b", "Boots"))
    items = [SnapshotItem("one", Side.TEST, "5ha", "one", (0, 1))]
    (found,), _ = traits_of(items, labels, {})
    assert found == {("label", "Boots (a)"), ("label", "Boots (b)")}


def test_values_are_cut_into_ranges() -> None:
    items = [SnapshotItem(str(n), Side.TEST, "5ha", str(n), value=float(n) / 10) for n in range(40)]
    found, _ = traits_of(items, LABELS[:1], {})
    assert found[0] == {("value", "0 to 1")}
    assert found[39] == {("value", "3 to 3.9")}
