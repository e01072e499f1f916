"""Dataset snapshots: what exactly a model was made from, immutable and named by content."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from oriel.domain.example import Example
from oriel.domain.groups import NO_COPIES, Copies
from oriel.domain.model import ModelLabel, task_prefix
from oriel.domain.split import Side, split
from oriel.domain.task import Task, TaskType
from oriel.values import dataclass

FORMAT = 2
MAX_MEASURED = 5_000
"""Test pictures that a model is measured on: photographs of 12 megapixels take a network about
0.1 s each of a function's 900 s. The accuracy is known to within 1.4 percent then (95 %)."""


@dataclass(frozen=True, slots=True)
class SnapshotItem:
    """One picture and its answer: a `value`, or the labels it carries as `columns`.

    Columns are indexes into the snapshot's labels, in rising order: one of a class, any number of
    tags, none for the value of a regression.
    """

    image_id: str
    split: Side
    sha256: str
    group: str
    columns: tuple[int, ...] = ()
    value: float | None = None

    @property
    def column(self) -> int:
        """The one column of a picture that belongs to a class."""
        (column,) = self.columns
        return column

    @property
    def number(self) -> float:
        """The value of a picture that has one."""
        if self.value is None:
            raise ValueError(f"image {self.image_id} has no value")
        return self.value


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The pictures of a training by image id, and the labels in the order of a model's columns."""

    workspace_id: str
    task_id: str
    task_type: TaskType
    labels: tuple[ModelLabel, ...]
    items: tuple[SnapshotItem, ...]

    def side(self, side: Side) -> tuple[SnapshotItem, ...]:
        """Return the pictures of one side."""
        return tuple(item for item in self.items if item.split is side)

    def measured(self, most: int = MAX_MEASURED) -> tuple[SnapshotItem, ...]:
        """Return the test pictures to measure on: those of the smallest hashes where many.

        The content decides alone, so the same pictures are chosen again in a later snapshot.
        """
        chosen = sorted(self.side(Side.TEST), key=lambda item: (item.sha256, item.image_id))[:most]
        return tuple(sorted(chosen, key=lambda item: item.image_id))

    def not_measured(self, chosen: Sequence[SnapshotItem]) -> int:
        """Count the test pictures that were not chosen."""
        return len(self.side(Side.TEST)) - len(chosen)

    def near_duplicates(self) -> int:
        """Count the pictures that lie on one side because a copy of theirs does."""
        sizes = Counter(item.group for item in self.items)
        return sum(size for size in sizes.values() if size > 1)

    def test_hash(self, items: Iterable[SnapshotItem] | None = None) -> str:
        """Hash what a model is measured on; only figures of the same test hash are comparable.

        `items` says what was really measured where that is less than the whole test side.
        """
        measured = self.side(Side.TEST) if items is None else items
        lines = sorted(self._answered(item) for item in measured)
        if self.task_type is not TaskType.MULTI_CLASS:
            # A tag that no picture carries is a question all the same.
            lines = [*sorted(label.id for label in self.labels), *lines]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def _answered(self, item: SnapshotItem) -> str:
        answer = sorted(self.labels[column].id for column in item.columns)
        if item.value is not None:
            answer = [repr(item.value)]
        return " ".join([item.sha256, *answer])


def take_snapshot(
    task: Task,
    labels: Sequence[ModelLabel],
    examples: Sequence[Example],
    copies: Copies = NO_COPIES,
) -> Snapshot:
    """Split the pictures and write down the result; raises TooFewImages as `split` does."""
    names = {label.id: label.name for label in labels}
    groups = split(examples, names, copies, contrast=task.type is TaskType.MULTI_LABEL)
    columns = {label.id: column for column, label in enumerate(labels)}
    items = (
        SnapshotItem(
            image_id=example.image.id,
            split=groups[example.image.id].side,
            sha256=example.image.sha256,
            group=groups[example.image.id].name,
            columns=_columns(example, columns),
            value=example.value,
        )
        for example in examples
    )
    ordered = tuple(sorted(items, key=lambda item: item.image_id))
    return Snapshot(task.workspace_id, task.id, task.type, tuple(labels), ordered)


def _columns(example: Example, columns: Mapping[str, int]) -> tuple[int, ...]:
    if example.value is not None:
        return ()
    return tuple(sorted(columns[label_id] for label_id in example.label_ids))


def to_json(snapshot: Snapshot) -> bytes:
    """Write canonical JSON: the same snapshot always gives the same bytes.

    An item has either `columns` or a `value`.
    """
    document = {
        "format": FORMAT,
        "test_hash": snapshot.test_hash(),
        "workspace_id": snapshot.workspace_id,
        "task_id": snapshot.task_id,
        "task_type": snapshot.task_type.value,
        "labels": [asdict(label) for label in snapshot.labels],
        "items": [_written(item) for item in snapshot.items],
    }
    return canonical_json(document)


def _written(item: SnapshotItem) -> dict[str, Any]:
    written = asdict(item)
    del written["columns" if item.value is not None else "value"]
    return written


def from_json(data: bytes) -> Snapshot:
    """Read what `to_json` wrote; raises ValueError for another format."""
    document = json.loads(data)
    if document.get("format") != FORMAT:
        raise ValueError(f"unknown snapshot format {document.get('format')!r}")
    return Snapshot(
        workspace_id=document["workspace_id"],
        task_id=document["task_id"],
        task_type=TaskType(document["task_type"]),
        labels=tuple(ModelLabel(**label) for label in document["labels"]),
        items=tuple(_item(item) for item in document["items"]),
    )


def _item(item: dict[str, Any]) -> SnapshotItem:
    columns = tuple(item.get("columns", ()))
    return SnapshotItem(**{**item, "split": Side(item["split"]), "columns": columns})


def manifest(images_prefix_uri: str, snapshot: Snapshot) -> bytes:
    """List the pictures as a SageMaker manifest: a prefix, then one name below it a picture."""
    entries = [{"prefix": images_prefix_uri}, *(item.image_id for item in snapshot.items)]
    return canonical_json(entries)


def canonical_json(document: Any) -> bytes:
    """Write JSON in one way only: sorted keys, no blanks, UTF-8."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def snapshot_key(workspace_id: str, task_id: str, data: bytes) -> str:
    """Name a snapshot in the datasets bucket by its content."""
    return f"{task_prefix(workspace_id, task_id)}snapshots/{hashlib.sha256(data).hexdigest()}.json"


def manifest_key(workspace_id: str, task_id: str, data: bytes) -> str:
    """Name a manifest in the datasets bucket by its content."""
    return f"{task_prefix(workspace_id, task_id)}manifests/{hashlib.sha256(data).hexdigest()}.json"
