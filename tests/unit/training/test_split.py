import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.errors import TooFewImages
from oriel.domain.example import Example
from oriel.domain.split import Side, group_of, split

from tests.unit.training.samples import NAMES, example, image, pictures

SEEDS = st.integers(min_value=0, max_value=10**9)


def sides(found: list[Example]) -> dict[str, Side]:
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
        of_label = {answer[one.image.id] for one in found if label_id in one.label_ids}
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
        example(image(f"copy-{number}", perceptual_hash="cafe"), label_id)
        for number in range(copies)
        for label_id in NAMES
    ]
    answer = sides(originals + same)
    assert len({answer[one.image.id] for one in same}) == 1


@given(SEEDS)
def test_a_test_image_and_its_copies_never_train(seed: int) -> None:
    marked = example(image("marked", perceptual_hash="cafe", test_image=True), "boots")
    copy = example(image("copy", perceptual_hash="cafe"), "boots")
    answer = sides([marked, copy, *pictures("boots", 20, seed)])
    assert answer["marked"] is Side.TEST
    assert answer["copy"] is Side.TEST


def test_a_label_with_copies_of_one_picture_only_cannot_be_split() -> None:
    same = [
        example(image(f"copy-{number}", perceptual_hash="cafe"), "boots") for number in range(30)
    ]
    with pytest.raises(TooFewImages, match="'Boots' needs at least two different pictures"):
        split(same + pictures("shirts", 30), NAMES)


def test_a_label_with_nothing_but_test_images_cannot_be_trained() -> None:
    marked = [example(image(f"t-{n}", test_image=True), "boots") for n in range(30)]
    with pytest.raises(TooFewImages, match="'Boots'"):
        split(marked + pictures("shirts", 30), NAMES)


TAGS = {"a": "Round", "b": "Red", "c": "Soft"}
TAGGED = st.lists(
    st.tuples(st.sets(st.sampled_from(sorted(TAGS))), st.integers(0, 30), st.booleans()),
    min_size=1,
    max_size=60,
)


def tagged(drawn: list[tuple[set[str], int, bool]], seed: int = 0) -> list[Example]:
    """Pictures with these tags; those of one number are copies of each other."""
    return [
        example(
            image(f"{seed}-{place}", perceptual_hash=f"{seed}-{number}", test_image=test), *tags
        )
        for place, (tags, number, test) in enumerate(drawn)
    ]


def split_or_none(found: list[Example]) -> dict[str, Side]:
    try:
        return split(found, TAGS, contrast=True)
    except TooFewImages:
        return {}


@given(TAGGED)
def test_tags_are_there_and_missing_on_both_sides_or_the_split_is_refused(
    drawn: list[tuple[set[str], int, bool]],
) -> None:
    found = tagged(drawn)
    groups = split_or_none(found)
    for side in Side if groups else ():
        of_side = [one for one in found if groups[group_of(one.image)] is side]
        for tag in {tag for one in found for tag in one.label_ids}:
            assert any(tag in one.label_ids for one in of_side)
        for tag in TAGS:
            assert any(tag not in one.label_ids for one in of_side)
    for one in found:
        if groups and one.image.test_image:
            assert groups[group_of(one.image)] is Side.TEST


@given(SEEDS, st.integers(20, 60))
def test_twenty_different_pictures_with_and_without_each_tag_can_always_be_split(
    seed: int, count: int
) -> None:
    with_all = [(set(TAGS), number, False) for number in range(count)]
    without = [(set[str](), count + number, False) for number in range(20)]
    groups = split(tagged(with_all + without, seed), TAGS, contrast=True)
    assert set(groups.values()) == {Side.TRAIN, Side.TEST}


def test_a_tag_that_every_different_picture_has_is_refused_by_its_name() -> None:
    found = tagged([({"a"}, number, False) for number in range(30)] + [(set(), 40, False)])
    with pytest.raises(TooFewImages, match="'Round' needs at least two different pictures without"):
        split(found, {"a": "Round"}, contrast=True)


@given(SEEDS, st.integers(2, 60))
def test_values_are_split_by_their_pictures_alone(seed: int, count: int) -> None:
    shown = [image(f"{seed}-{number}") for number in range(count)]
    one = split([example(each, "a", value=1.5) for each in shown], TAGS)
    other = split([example(each, "a", value=float(n)) for n, each in enumerate(shown)], TAGS)
    assert one == other
    assert set(one.values()) == {Side.TRAIN, Side.TEST}
