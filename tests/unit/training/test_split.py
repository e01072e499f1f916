import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.errors import TooFewImages
from oriel.domain.example import Example
from oriel.domain.groups import MOST_ALIKE, Copies, Group, Side
from oriel.domain.split import TEST_SHARE, split

from tests.unit.training.samples import NAMES, NOW, copies, example, image, pictures

SEEDS = st.integers(min_value=0, max_value=10**9)


def sides(found: list[Example], *, alike: Copies | None = None) -> dict[str, Side]:
    groups = split(found, NAMES, copies(found) if alike is None else alike)
    return {image_id: group.side for image_id, group in groups.items()}


def added_in_turn(found: list[Example]) -> list[Example]:
    """Let each picture be a minute younger than the one before."""
    return [
        replace(one, image=replace(one.image, created=NOW + timedelta(minutes=place)))
        for place, one in enumerate(found)
    ]


@given(SEEDS, st.integers(10, 200), st.integers(10, 200))
def test_about_a_fifth_of_each_label_is_for_testing(seed: int, boots: int, shirts: int) -> None:
    answer = sides(pictures("boots", boots, seed) + pictures("shirts", shirts, seed), alike={})
    for label, count in (("boots", boots), ("shirts", shirts)):
        tests = sum(side is Side.TEST for one, side in answer.items() if one.startswith(label))
        assert abs(tests - TEST_SHARE * count) <= 4 + 0.02 * count
        assert 1 <= tests < count


def test_a_small_split_is_closer_to_a_fifth_than_drawing_each_picture_alone_would_be() -> None:
    def squared_error(seed: int) -> float:
        answer = sides(pictures("boots", 50, 50 * seed), alike={})
        return (sum(side is Side.TEST for side in answer.values()) - 10) ** 2

    # Drawn alone the mean would be 50 * 0.2 * 0.8 = 8.
    assert sum(map(squared_error, range(100))) / 100 < 4


@given(SEEDS, st.integers(2, 40), st.integers(2, 40))
def test_every_label_has_a_picture_on_both_sides(seed: int, boots: int, shirts: int) -> None:
    found = pictures("boots", boots, seed) + pictures("shirts", shirts, seed)
    answer = sides(found)
    for label_id in NAMES:
        of_label = {answer[one.image.id] for one in found if label_id in one.label_ids}
        assert of_label == {Side.TRAIN, Side.TEST}


def shown(seed: int, count: int) -> tuple[list[Example], Copies]:
    """Pictures of both labels of which a third look like up to three earlier ones."""
    drawn = random.Random(seed)  # noqa: S311 - a test's own pictures
    found = added_in_turn(
        [example(image(f"{seed}-{n}"), drawn.choice(sorted(NAMES))) for n in range(count)]
    )
    names = [one.image.id for one in found]
    alike = {
        name: drawn.sample(names[:place], min(place, drawn.randrange(1, 4)))
        for place, name in enumerate(names)
        if drawn.random() < 1 / 3
    }
    return found, alike


@given(SEEDS, st.integers(60, 100), st.integers(1, 100))
def test_the_test_side_only_grows_when_pictures_are_added(
    seed: int, before: int, more: int
) -> None:
    found, alike = shown(seed, before + more)
    first, second = sides(found[:before], alike=alike), sides(found, alike=alike)
    for name, side in first.items():
        if side is Side.TEST:
            assert second[name] is Side.TEST


@given(SEEDS, st.integers(60, 100), st.integers(1, 100))
def test_without_copies_no_picture_changes_its_side_when_others_are_added(
    seed: int, before: int, more: int
) -> None:
    found, _ = shown(seed, before + more)
    first, second = sides(found[:before], alike={}), sides(found, alike={})
    assert first == {name: second[name] for name in first}


@given(SEEDS, st.integers(60, 150))
def test_a_group_lies_on_one_side_and_copies_are_in_one_group_until_it_is_full(
    seed: int, count: int
) -> None:
    found, alike = shown(seed, count)
    groups = split(found, NAMES, alike)
    sizes = Counter(id(group) for group in groups.values())
    assert max(sizes.values()) <= MOST_ALIKE
    for name, earlier in alike.items():
        for other in earlier:
            full = sizes[id(groups[name])] + sizes[id(groups[other])] > MOST_ALIKE
            assert groups[name] is groups[other] or full
    assert {name for group in groups.values() for name in group.members} == set(groups)


def test_a_picture_labelled_late_moves_hardly_any_other() -> None:
    found = added_in_turn([example(image(f"p-{n}"), "boots") for n in range(2000)])
    late = [one for place, one in enumerate(found) if place % 20 == 7]
    before = sides([one for one in found if one not in late], alike={})
    after = sides(found, alike={})
    moved = sum(after[name] is not side for name, side in before.items())
    # Drawing the split anew would move a third of 1,900.
    assert moved <= 19


@given(SEEDS, st.permutations(range(12)))
def test_the_order_of_pictures_does_not_matter(seed: int, order: list[int]) -> None:
    found = pictures("boots", 12, seed)
    assert sides([found[place] for place in order]) == sides(found)


@given(SEEDS, st.integers(3, 8))
def test_copies_of_a_picture_lie_on_one_side_whatever_their_label(seed: int, count: int) -> None:
    originals = pictures("boots", 25, seed) + pictures("shirts", 25, seed)
    same = [
        example(image(f"copy-{number}-{label_id}", perceptual_hash="cafe"), label_id)
        for number in range(count)
        for label_id in NAMES
    ]
    answer = sides(originals + same)
    assert len({answer[one.image.id] for one in same}) == 1


def test_equal_files_are_one_group_however_many() -> None:
    file = image("file")
    same = [example(replace(file, id=f"same-{n}"), "boots") for n in range(3 * MOST_ALIKE)]
    groups = split([*same, *pictures("boots", 30), *pictures("shirts", 30)], NAMES)
    assert len({id(groups[one.image.id]) for one in same}) == 1
    assert groups["same-0"].name == file.sha256


@given(SEEDS, st.integers(MOST_ALIKE + 1, 60), st.integers(MOST_ALIKE + 1, 60))
def test_labels_whose_pictures_all_look_alike_can_be_split_all_the_same(
    seed: int, boots: int, shirts: int
) -> None:
    """Pictures of a studio or of a camera that never moves, in whatever order they came."""
    drawn = random.Random(seed)  # noqa: S311 - a test's own pictures
    labels = ["boots"] * boots + ["shirts"] * shirts
    drawn.shuffle(labels)
    found = added_in_turn(
        [example(image(f"{label}-{seed}-{n}"), label) for n, label in enumerate(labels)]
    )
    earlier: dict[str, list[str]] = {label: [] for label in NAMES}
    alike: dict[str, list[str]] = {}
    for one, label in zip(found, labels, strict=True):
        before = earlier[label]
        alike[one.image.id] = drawn.sample(before, min(len(before), MOST_ALIKE))
        before.append(one.image.id)
    answer = sides(found, alike=alike)
    for label, ids in earlier.items():
        assert {answer[one] for one in ids} == {Side.TRAIN, Side.TEST}, label


@given(SEEDS)
def test_a_test_image_and_its_copies_never_train(seed: int) -> None:
    marked = example(image("marked", perceptual_hash="cafe", test_image=True), "boots")
    copy = example(image("copy", perceptual_hash="cafe"), "boots")
    answer = sides([marked, copy, *pictures("boots", 20, seed)])
    assert answer["marked"] is Side.TEST
    assert answer["copy"] is Side.TEST


@given(SEEDS)
def test_test_images_do_not_take_the_place_of_the_fifth_of_the_others(seed: int) -> None:
    marked = [example(image(f"t-{seed}-{n}", test_image=True), "boots") for n in range(50)]
    answer = sides([*marked, *pictures("boots", 50, seed)], alike={})
    tests = sum(answer[f"boots-{n}"] is Side.TEST for n in range(seed, seed + 50))
    assert 6 <= tests <= 14


def test_a_label_with_copies_of_one_picture_only_cannot_be_split() -> None:
    same = [
        example(image(f"copy-{number}", perceptual_hash="cafe"), "boots") for number in range(12)
    ]
    with pytest.raises(TooFewImages, match="copies of each other count as one"):
        sides(same + pictures("shirts", 30))


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


def split_tags(found: list[Example]) -> dict[str, Group]:
    return split(found, TAGS, copies(found), contrast=True)


def split_or_none(found: list[Example]) -> dict[str, Group]:
    try:
        return split_tags(found)
    except TooFewImages:
        return {}


@given(TAGGED)
def test_tags_are_there_and_missing_on_both_sides_or_the_split_is_refused(
    drawn: list[tuple[set[str], int, bool]],
) -> None:
    found = tagged(drawn)
    groups = split_or_none(found)
    for side in Side if groups else ():
        of_side = [one for one in found if groups[one.image.id].side is side]
        for tag in {tag for one in found for tag in one.label_ids}:
            assert any(tag in one.label_ids for one in of_side)
        for tag in TAGS:
            assert any(tag not in one.label_ids for one in of_side)
    for one in found:
        if groups and one.image.test_image:
            assert groups[one.image.id].side is Side.TEST


@given(SEEDS, st.integers(20, 60))
def test_twenty_different_pictures_with_and_without_each_tag_can_always_be_split(
    seed: int, count: int
) -> None:
    with_all = [(set(TAGS), number, False) for number in range(count)]
    without = [(set[str](), count + number, False) for number in range(20)]
    groups = split_tags(tagged(with_all + without, seed))
    assert {group.side for group in groups.values()} == {Side.TRAIN, Side.TEST}


def test_a_tag_that_every_different_picture_has_is_refused_by_its_name() -> None:
    found = tagged([({"a"}, number, False) for number in range(30)] + [(set(), 40, False)])
    with pytest.raises(TooFewImages, match="'Round' needs at least two different pictures without"):
        split(found, {"a": "Round"}, contrast=True)


@given(SEEDS, st.integers(2, 60))
def test_values_are_split_by_their_pictures_alone(seed: int, count: int) -> None:
    names = [image(f"{seed}-{number}") for number in range(count)]
    one = sides_of(split([example(each, "a", value=1.5) for each in names], TAGS))
    values = [example(each, "a", value=float(n)) for n, each in enumerate(names)]
    assert one == sides_of(split(values, TAGS))
    assert set(one.values()) == {Side.TRAIN, Side.TEST}


def sides_of(groups: dict[str, Group]) -> dict[str, Side]:
    return {image_id: group.side for image_id, group in groups.items()}
