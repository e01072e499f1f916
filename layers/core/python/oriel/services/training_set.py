"""Gathers the pictures that a task can learn from."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta

from oriel.domain.errors import ImagesStillProcessing
from oriel.domain.example import Example
from oriel.domain.image import Image, ImageStatus, LabelledImage
from oriel.domain.label import Label
from oriel.domain.page import MAX_PAGE_SIZE, PageRequest
from oriel.domain.task import Task, TaskType
from oriel.image_ports import ImageStore
from oriel.values import dataclass

INGEST_PATIENCE = timedelta(minutes=15)
"""A picture that is still PENDING after this is stuck, and no training waits for it."""


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The usable pictures with their answers, and for which reason each other was skipped."""

    examples: tuple[Example, ...]
    skipped: Mapping[str, str]

    @property
    def left_out(self) -> Mapping[str, int]:
        """How many were skipped for which reason."""
        return dict(Counter(self.skipped.values()))


@dataclass(slots=True)
class _Found:
    """A picture and what it carries of the task's labels, with the values."""

    image: Image
    carried: dict[str, float | None] = field(default_factory=dict)


def gather(images: ImageStore, task: Task, labels: Sequence[Label], now: datetime) -> TrainingSet:
    """Read the pictures of all labels of a task that give its question one clear answer.

    Left out are rejected pictures; those with two classes, which teach nothing about either; those
    with a tag and the negative label, which contradict each other; and those whose value was never
    entered. Raises ImagesStillProcessing while recent uploads are being ingested.
    """
    negative = {label.id for label in labels if label.negative_for_task is not None}
    examples: list[Example] = []
    skipped: dict[str, str] = {}
    for found in _read(images, task.workspace_id, labels):
        excuse = _unclear(task.type, found, negative) or _unusable(found.image, now)
        if excuse is None:
            examples.append(_example(task.type, found, negative))
        else:
            skipped[found.image.id] = excuse
    gathered = TrainingSet(tuple(examples), skipped)
    _check_settled(gathered.left_out)
    return gathered


def _read(images: ImageStore, workspace_id: str, labels: Sequence[Label]) -> Iterator[_Found]:
    """Yield each picture once, with all labels of the task that it carries."""
    by_id: dict[str, _Found] = {}
    for label in labels:
        for link in _carriers(images, workspace_id, label.id):
            found = by_id.setdefault(link.image.id, _Found(link.image))
            found.carried[label.id] = link.value
    yield from by_id.values()


def _carriers(images: ImageStore, workspace_id: str, label_id: str) -> Iterator[LabelledImage]:
    cursor = None
    while True:
        page = images.carriers(workspace_id, label_id, PageRequest(MAX_PAGE_SIZE, cursor))
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _unclear(task_type: TaskType, found: _Found, negative: set[str]) -> str | None:
    """Say why a picture's labels are no answer, None where they are."""
    if task_type is TaskType.MULTI_CLASS and len(found.carried) > 1:
        return "two_labels"
    if task_type is TaskType.MULTI_LABEL and 0 < len(negative & found.carried.keys()) < len(
        found.carried
    ):
        return "tag_and_negative"
    if task_type is TaskType.REGRESSION and None in found.carried.values():
        return "no_value"
    return None


def _unusable(image: Image, now: datetime) -> str | None:
    """Say why a picture itself cannot be used, None where it can."""
    if image.status is ImageStatus.PENDING:
        return "processing" if now - image.created < INGEST_PATIENCE else "never_ingested"
    return "rejected" if image.status is ImageStatus.REJECTED else None


def _example(task_type: TaskType, found: _Found, negative: set[str]) -> Example:
    carried = frozenset(found.carried.keys() - negative)
    if task_type is not TaskType.REGRESSION:
        return Example(found.image, carried)
    (value,) = found.carried.values()
    return Example(found.image, carried, value)


def _check_settled(left_out: Mapping[str, int]) -> None:
    waiting = left_out.get("processing", 0)
    if waiting:
        raise ImagesStillProcessing(
            f"Pictures still being processed: {waiting}. Train again in a minute"
        )
