"""Things that the training tests are about."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from oriel.domain.example import Example
from oriel.domain.image import Image, ImageStatus
from oriel.domain.label import Label, LabelType
from oriel.domain.model import ModelLabel
from oriel.domain.snapshot import Snapshot, take_snapshot
from oriel.domain.task import Task, TaskType

WORKSPACE = "11111111-1111-4111-8111-111111111111"
TASK = "22222222-2222-4222-8222-222222222222"
MODEL = "33333333-3333-4333-8333-333333333333"
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LABELS = (ModelLabel("boots", "Boots"), ModelLabel("shirts", "Shirts"))
NAMES = {label.id: label.name for label in LABELS}


def label(label_id: str, name: str) -> Label:
    return Label(label_id, WORKSPACE, name, LabelType.CATEGORY, NOW)


def image(
    name: str,
    *,
    perceptual_hash: str | None = None,
    test_image: bool = False,
    status: ImageStatus = ImageStatus.READY,
    created: datetime = NOW,
) -> Image:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return Image(
        id=name,
        workspace_id=WORKSPACE,
        created=created,
        content_type="image/png",
        size_bytes=1,
        sha256=sha256,
        width=28,
        height=28,
        status=status,
        test_image=test_image,
        perceptual_hash=perceptual_hash or sha256[:16],
    )


def copies(examples: Sequence[Example]) -> dict[str, list[str]]:
    """Take pictures that look the same for copies of each other."""
    return {
        one.image.id: [
            other.image.id
            for other in examples
            if other.image.perceptual_hash == one.image.perceptual_hash
            and (other.image.created, other.image.id) < (one.image.created, one.image.id)
        ]
        for one in examples
    }


def task(task_type: TaskType = TaskType.MULTI_CLASS) -> Task:
    return Task(TASK, WORKSPACE, "Wardrobe", task_type, NOW)


def example(shown: Image, *label_ids: str, value: float | None = None) -> Example:
    return Example(shown, frozenset(label_ids), value)


def pictures(label_id: str, count: int, start: int = 0) -> list[Example]:
    names = (f"{label_id}-{number}" for number in range(start, start + count))
    return [example(image(name), label_id) for name in names]


def snapshot(count: int = 30) -> Snapshot:
    both = pictures("boots", count) + pictures("shirts", count)
    return take_snapshot(task(), LABELS, both)
