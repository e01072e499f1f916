"""Dataset snapshots: what exactly a model was made from, immutable and named by content."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from oriel.domain.image import LabelledImage
from oriel.domain.model import ModelLabel, task_prefix
from oriel.domain.split import Side, group_of, split

FORMAT = 1
MAX_MEASURED = 5_000
"""Test pictures that a model is measured on: photographs of 12 megapixels take a network about
0.1 s each of a function's 900 s. The accuracy is known to within 1.4 percent then (95 %)."""


@dataclass(frozen=True, slots=True)
class SnapshotItem:
    """One picture; `label` is an index into the snapshot's labels."""

    image_id: str
    label: int
    split: Side
    sha256: str
    group: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The pictures of a training by image id, and the labels in the order of a model's columns."""

    workspace_id: str
    task_id: str
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

    def test_hash(self, items: Iterable[SnapshotItem] | None = None) -> str:
        """Hash what a model is measured on; only figures of the same test hash are comparable.

        `items` says what was really measured where that is less than the whole test side.
        """
        measured = self.side(Side.TEST) if items is None else items
        lines = sorted(f"{item.sha256} {self.labels[item.label].id}" for item in measured)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def take_snapshot(
    workspace_id: str,
    task_id: str,
    labels: Sequence[ModelLabel],
    pictures: Sequence[LabelledImage],
) -> Snapshot:
    """Split the pictures and write down the result; raises TooFewImages as `split` does."""
    sides = split(pictures, {label.id: label.name for label in labels})
    columns = {label.id: column for column, label in enumerate(labels)}
    items = (
        SnapshotItem(
            image_id=picture.image.id,
            label=columns[picture.label_id],
            split=sides[group_of(picture.image)],
            sha256=picture.image.sha256,
            group=group_of(picture.image),
        )
        for picture in pictures
    )
    ordered = tuple(sorted(items, key=lambda item: item.image_id))
    return Snapshot(workspace_id, task_id, tuple(labels), ordered)


def to_json(snapshot: Snapshot) -> bytes:
    """Write canonical JSON: the same snapshot always gives the same bytes."""
    document = {"format": FORMAT, "test_hash": snapshot.test_hash(), **asdict(snapshot)}
    return canonical_json(document)


def from_json(data: bytes) -> Snapshot:
    """Read what `to_json` wrote; raises ValueError for another format."""
    document = json.loads(data)
    if document.get("format") != FORMAT:
        raise ValueError(f"unknown snapshot format {document.get('format')!r}")
    return Snapshot(
        workspace_id=document["workspace_id"],
        task_id=document["task_id"],
        labels=tuple(ModelLabel(**label) for label in document["labels"]),
        items=tuple(_item(item) for item in document["items"]),
    )


def _item(item: dict[str, Any]) -> SnapshotItem:
    return SnapshotItem(**{**item, "split": Side(item["split"])})


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
