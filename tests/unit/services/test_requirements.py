"""What the counts of labels show before a training begins; Prepare's tests show the rest."""

import pytest
from oriel.domain.errors import TooFewImages
from oriel.domain.label import Label
from oriel.domain.task import TaskType
from oriel.services.requirements import check_counts

from tests.functional.core.things import Maker

TAGS, VALUE = TaskType.MULTI_LABEL, TaskType.REGRESSION


def label(name: str, images: int, *, negative: bool = False) -> Label:
    return Maker().label(
        name, images_count=images, negative_for_task="the-task" if negative else None
    )


def refusal(task_type: TaskType, *labels: Label) -> str:
    with pytest.raises(TooFewImages) as refused:
        check_counts(task_type, labels, 20)
    return str(refused.value)


def test_two_classes_of_enough_images_are_enough() -> None:
    check_counts(TaskType.MULTI_CLASS, [label("bolt", 20), label("nut", 20)], 20)


def test_one_tag_is_enough_where_images_without_it_are_there() -> None:
    check_counts(TAGS, [label("rusty", 20), label("parts", 20, negative=True)], 20)


def test_tags_are_without_each_other() -> None:
    check_counts(TAGS, [label("a", 20), label("b", 20), label("none", 0, negative=True)], 20)


def test_the_negative_label_itself_may_have_no_image() -> None:
    check_counts(TAGS, [label("a", 50), label("b", 30), label("none", 0, negative=True)], 20)


def test_each_tag_that_is_short_is_named() -> None:
    said = refusal(TAGS, label("rusty", 3), label("bent", 25), label("parts", 40, negative=True))
    assert said == "Each tag needs at least 20 images: 'rusty' has 3 and needs 17 more"


def test_a_tag_without_images_that_lack_it_names_the_negative_label() -> None:
    said = refusal(TAGS, label("rusty", 200), label("parts", 4, negative=True))
    assert said == (
        "A tag is learned from at least 20 images with it and 20 without it: 'rusty' needs 16 more "
        "without it. Pictures that have no tag of the task carry its negative label 'parts'"
    )


def test_a_tagging_task_without_tags_says_so() -> None:
    assert "at least one tag" in refusal(TAGS, label("parts", 50, negative=True))


def test_a_regression_needs_twice_the_images() -> None:
    check_counts(VALUE, [label("weight", 40)], 20)
    said = refusal(VALUE, label("weight", 31))
    assert said == "Each label needs at least 40 images: 'weight' has 31 and needs 9 more"


@pytest.mark.parametrize("count", [0, 2])
def test_a_regression_has_exactly_one_label(count: int) -> None:
    said = refusal(VALUE, *[label(f"value {number}", 50) for number in range(count)])
    assert said == (
        f"A regression task needs exactly one value label to be trained; this one has {count}"
    )
