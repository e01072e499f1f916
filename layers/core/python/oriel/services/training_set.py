"""Gathers the pictures that a task can learn from."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from oriel.domain.errors import ImagesStillProcessing, TooFewImages
from oriel.domain.image import ImageStatus, LabelledImage
from oriel.domain.label import Label
from oriel.domain.page import MAX_PAGE_SIZE, PageRequest
from oriel.domain.training import MIN_LABELS
from oriel.ports import ImageStore

INGEST_PATIENCE = timedelta(minutes=15)
"""A picture that is still PENDING after this is stuck, and no training waits for it."""


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """The usable pictures, each with its one label, and how many were left out for which reason."""

    pictures: tuple[LabelledImage, ...]
    left_out: Mapping[str, int]


def gather(
    images: ImageStore, workspace_id: str, labels: Sequence[Label], now: datetime
) -> TrainingSet:
    """Read the pictures of all labels of a task with one answer a picture.

    A picture that carries two of the labels teaches nothing about either and is left out, as are
    rejected ones. Raises ImagesStillProcessing while recent uploads are being ingested.
    """
    carried: defaultdict[str, list[LabelledImage]] = defaultdict(list)
    for label in labels:
        for carrier in _carriers(images, workspace_id, label.id):
            carried[carrier.image.id].append(carrier)
    pictures, left_out = [], Counter[str]()
    for found in carried.values():
        excuse = _excuse(found, now)
        if excuse is None:
            pictures.append(found[0])
        else:
            left_out[excuse] += 1
    _check_settled(left_out)
    return TrainingSet(tuple(pictures), dict(left_out))


def check_enough(pictures: Sequence[LabelledImage], labels: Sequence[Label], minimum: int) -> None:
    """Raise TooFewImages, naming every label that has less than `minimum` usable pictures."""
    if len(labels) < MIN_LABELS:
        raise TooFewImages(f"A task needs at least {MIN_LABELS} labels; this one has {len(labels)}")
    counts = Counter(picture.label_id for picture in pictures)
    short = [
        f"'{label.name}' is {minimum - counts[label.id]} short"
        for label in labels
        if counts[label.id] < minimum
    ]
    if short:
        raise TooFewImages(
            f"Each label needs at least {minimum} usable pictures: {', '.join(short)}"
        )


def _carriers(images: ImageStore, workspace_id: str, label_id: str) -> Iterator[LabelledImage]:
    cursor = None
    while True:
        page = images.carriers(workspace_id, label_id, PageRequest(MAX_PAGE_SIZE, cursor))
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def _excuse(found: Sequence[LabelledImage], now: datetime) -> str | None:
    """Say why a picture cannot be used, None where it can."""
    image = found[0].image
    if len(found) > 1:
        return "two_labels"
    if image.status is ImageStatus.PENDING:
        return "processing" if now - image.created < INGEST_PATIENCE else "never_ingested"
    return "rejected" if image.status is ImageStatus.REJECTED else None


def _check_settled(left_out: Mapping[str, int]) -> None:
    waiting = left_out.get("processing", 0)
    if waiting:
        raise ImagesStillProcessing(
            f"Pictures still being processed: {waiting}. Train again in a minute"
        )
