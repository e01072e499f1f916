import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.errors import TooFewImages
from oriel.domain.image import LabelledImage
from oriel.domain.split import Side, group_of, split

from tests.unit.training.samples import NAMES, image, pictures

SEEDS = st.integers(min_value=0, max_value=10**9)


def sides(found: list[LabelledImage]) -> dict[str, Side]:
    groups = split(found, NAMES)
    return {one.image.id: groups[group_of(one.image)] for one in found}


def test_about_a_fifth_of_many_pictures_is_for_testing() -> None:
    answer = sides(pictures("boots", 3000))
    share = sum(side is Side.TEST for side in answer.values()) / len(answer)
    assert 0.17 < share < 0.23


@given(SEEDS, st.integers(2, 40), st.integers(2, 40))
def test_every_label_has_a_picture_on_both_sides(seed: int, boots: int, shirts: int) -> None:
    found = pictures("boots", boots, seed) + pictures("shirts", shirts, seed)
    answer = sides(found)
    for label_id in NAMES:
        of_label = {answer[one.image.id] for one in found if one.label_id == label_id}
        assert of_label == {Side.TRAIN, Side.TEST}


@given(SEEDS, st.integers(1, 30))
def test_pictures_of_a_large_set_keep_their_side_when_others_are_added(
    seed: int, more: int
) -> None:
    before = pictures("boots", 200, seed)
    after = before + pictures("boots", more, seed + 200)
    answer = sides(before)
    assert {name: side for name, side in sides(after).items() if name in answer} == answer


@given(SEEDS, st.permutations(range(12)))
def test_the_order_of_pictures_does_not_matter(seed: int, order: list[int]) -> None:
    found = pictures("boots", 12, seed)
    assert sides([found[place] for place in order]) == sides(found)


@given(SEEDS, st.integers(3, 20))
def test_copies_of_a_picture_lie_on_one_side_whatever_their_label(seed: int, copies: int) -> None:
    originals = pictures("boots", 25, seed) + pictures("shirts", 25, seed)
    same = [
        LabelledImage(image(f"copy-{number}", perceptual_hash="cafe"), label_id)
        for number in range(copies)
        for label_id in NAMES
    ]
    answer = sides(originals + same)
    assert len({answer[one.image.id] for one in same}) == 1


@given(SEEDS)
def test_a_test_image_and_its_copies_never_train(seed: int) -> None:
    marked = LabelledImage(image("marked", perceptual_hash="cafe", test_image=True), "boots")
    copy = LabelledImage(image("copy", perceptual_hash="cafe"), "boots")
    answer = sides([marked, copy, *pictures("boots", 20, seed)])
    assert answer["marked"] is Side.TEST
    assert answer["copy"] is Side.TEST


def test_a_label_with_copies_of_one_picture_only_cannot_be_split() -> None:
    same = [
        LabelledImage(image(f"copy-{number}", perceptual_hash="cafe"), "boots")
        for number in range(30)
    ]
    with pytest.raises(TooFewImages, match="'Boots' needs at least two different pictures"):
        split(same + pictures("shirts", 30), NAMES)


def test_a_label_with_nothing_but_test_images_cannot_be_trained() -> None:
    marked = [LabelledImage(image(f"t-{n}", test_image=True), "boots") for n in range(30)]
    with pytest.raises(TooFewImages, match="'Boots'"):
        split(marked + pictures("shirts", 30), NAMES)
