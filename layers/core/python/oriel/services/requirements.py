"""What a task needs before it can be trained, in words that say what is missing.

Asked twice: of the labels' counts before a training begins, which costs nothing, and of the
pictures that turn out to be usable.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from oriel.domain.errors import InvalidInput, TooFewImages
from oriel.domain.example import Example
from oriel.domain.label import Label
from oriel.domain.task import TaskType
from oriel.domain.training import MIN_LABELS

LARGEST_VALUE = 1e30
"""Models compute in single precision, which ends at 3e38."""
PICTURES_OF_A_VALUE = 2
"""Of a regression's only label there must be so many times the minimum for each label."""


def check_counts(task_type: TaskType, labels: Sequence[Label], minimum: int) -> None:
    """Raise TooFewImages where the labels' counts show already that there are too few."""
    asked = asked_labels(labels)
    _check_labels(task_type, labels)
    if task_type is TaskType.REGRESSION:
        minimum *= PICTURES_OF_A_VALUE
    short = [
        f"'{label.name}' has {label.images_count} and needs {minimum - label.images_count} more"
        for label in asked
        if label.images_count < minimum
    ]
    if short:
        what = "tag" if task_type is TaskType.MULTI_LABEL else "label"
        raise TooFewImages(f"Each {what} needs at least {minimum} images: {'; '.join(short)}")
    if task_type is TaskType.MULTI_LABEL:
        _check_others(labels, asked, minimum)


def check_examples(
    task_type: TaskType, labels: Sequence[Label], examples: Sequence[Example], minimum: int
) -> None:
    """Raise TooFewImages, naming each label that has too few usable pictures.

    Raises InvalidInput for values that no model can answer.
    """
    _check_labels(task_type, labels)
    if task_type is TaskType.REGRESSION:
        _check_values(labels[0], examples, PICTURES_OF_A_VALUE * minimum)
    elif task_type is TaskType.MULTI_LABEL:
        _check_tags(labels, examples, minimum)
    else:
        _check_classes(labels, examples, minimum)


def asked_labels(labels: Iterable[Label]) -> list[Label]:
    """Return the labels that a model answers with: all but a tagging task's negative one."""
    return [label for label in labels if label.negative_for_task is None]


def _check_labels(task_type: TaskType, labels: Sequence[Label]) -> None:
    if task_type is TaskType.REGRESSION:
        if len(labels) != 1:
            raise TooFewImages(
                "A regression task needs exactly one value label to be trained; this one has "
                f"{len(labels)}"
            )
    elif task_type is TaskType.MULTI_LABEL:
        if not asked_labels(labels):
            raise TooFewImages("A tagging task needs at least one tag to be trained; it has none")
    elif len(labels) < MIN_LABELS:
        raise TooFewImages(
            f"A task needs at least {MIN_LABELS} labels to be trained; this one has {len(labels)}"
        )


def _check_others(labels: Sequence[Label], tags: Sequence[Label], minimum: int) -> None:
    """Refuse a tag that hardly any picture of the task can be without."""
    images = sum(label.images_count for label in labels)
    short = [
        f"'{tag.name}' needs {minimum - (images - tag.images_count)} more without it"
        for tag in tags
        if images - tag.images_count < minimum
    ]
    if short:
        raise TooFewImages(
            f"A tag is learned from at least {minimum} images with it and {minimum} without it: "
            f"{'; '.join(short)}. {_negatives(labels)}"
        )


def _negatives(labels: Iterable[Label]) -> str:
    """Say how a picture without any tag becomes part of the task."""
    named = [f" '{label.name}'" for label in labels if label.negative_for_task is not None]
    return f"Pictures that have no tag of the task carry its negative label{''.join(named)}"


def _check_classes(labels: Sequence[Label], examples: Sequence[Example], minimum: int) -> None:
    counts = _counts(examples)
    short = [
        f"'{label.name}' is {minimum - counts[label.id]} short"
        for label in labels
        if counts[label.id] < minimum
    ]
    if short:
        raise TooFewImages(
            f"Each label needs at least {minimum} usable pictures: {', '.join(short)}"
        )


def _check_tags(labels: Sequence[Label], examples: Sequence[Example], minimum: int) -> None:
    counts = _counts(examples)
    short = []
    for tag in asked_labels(labels):
        having, lacking = counts[tag.id], len(examples) - counts[tag.id]
        if having < minimum:
            short.append(f"'{tag.name}' is {minimum - having} short with it")
        if lacking < minimum:
            short.append(f"'{tag.name}' is {minimum - lacking} short without it")
    if short:
        raise TooFewImages(
            f"Each tag needs at least {minimum} usable pictures with it and {minimum} without it: "
            f"{', '.join(short)}. {_negatives(labels)}"
        )


def _check_values(label: Label, examples: Sequence[Example], minimum: int) -> None:
    if len(examples) < minimum:
        raise TooFewImages(
            f"'{label.name}' needs at least {minimum} usable pictures with a value: "
            f"it has {len(examples)} and needs {minimum - len(examples)} more"
        )
    values = [example.value for example in examples if example.value is not None]
    if not all(-LARGEST_VALUE <= value <= LARGEST_VALUE for value in values):
        raise InvalidInput(
            f"The values of '{label.name}' must lie between -{LARGEST_VALUE:g} and "
            f"{LARGEST_VALUE:g}; use a larger unit"
        )
    if min(values) == max(values):
        raise TooFewImages(
            f"All pictures have the value {values[0]:g} for '{label.name}'; "
            "add pictures of other values"
        )


def _counts(examples: Iterable[Example]) -> Counter[str]:
    return Counter(label_id for example in examples for label_id in example.label_ids)
