"""The snapshot: which picture has which label, and what it is for."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import TrainingImpossible

FORMAT = 1
MIN_LABELS = 2
VALIDATION_SHARE = 0.15
"""Of the training side's groups of equal pictures; chooses the epoch and the temperature."""


@dataclass(frozen=True, slots=True)
class Example:
    """A picture with the column of its label; equal pictures have one `group`."""

    image_id: str
    label: int
    group: str
    path: Path


@dataclass(frozen=True, slots=True)
class Dataset:
    """`fingerprint` changes with the snapshot; the test side chooses nothing."""

    labels: tuple[str, ...]
    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    test: tuple[Example, ...]
    fingerprint: str


def read_dataset(snapshot_folder: Path, images_folder: Path, seed: int) -> Dataset:
    """Read the snapshot and look which pictures are there; raises TrainingImpossible."""
    data = _only_file(snapshot_folder).read_bytes()
    document = json.loads(data)
    if document.get("format") != FORMAT:
        raise TrainingImpossible("The dataset snapshot has a format that this training cannot read")
    labels = tuple(label["name"] for label in document["labels"])
    train = _examples(document["items"], "train", images_folder)
    _check(labels, train)
    held_out = _held_out_groups(train, seed)
    return Dataset(
        labels=labels,
        train=tuple(one for one in train if one.group not in held_out),
        validation=tuple(one for one in train if one.group in held_out),
        test=_examples(document["items"], "test", images_folder),
        fingerprint=hashlib.sha256(data).hexdigest(),
    )


def _only_file(folder: Path) -> Path:
    files = [path for path in folder.iterdir() if path.is_file()]
    if len(files) != 1:
        raise TrainingImpossible(f"The snapshot channel has {len(files)} files instead of one")
    return files[0]


def _examples(items: Iterable[Any], side: str, folder: Path) -> tuple[Example, ...]:
    """Leave out the pictures that were deleted since the snapshot was taken."""
    chosen = (
        Example(item["image_id"], item["label"], item["group"], folder / item["image_id"])
        for item in items
        if item["split"] == side
    )
    return tuple(example for example in chosen if example.path.is_file())


def _check(labels: Sequence[str], train: Sequence[Example]) -> None:
    if len(labels) < MIN_LABELS:
        raise TrainingImpossible(
            f"The task has {len(labels)} label with pictures, but training needs at least "
            f"{MIN_LABELS}: add labels and pictures of them"
        )
    present = {example.label for example in train}
    for column, name in enumerate(labels):
        if column not in present:
            raise TrainingImpossible(f"Label '{name}' has no training picture: add pictures to it")


def _held_out_groups(train: Sequence[Example], seed: int) -> set[str]:
    """Draw groups label by label, so that each label keeps one; raises TrainingImpossible."""
    labels_of: defaultdict[str, set[int]] = defaultdict(set)
    for example in train:
        labels_of[example.group].add(example.label)
    groups_of: defaultdict[int, list[str]] = defaultdict(list)
    for group, labels in labels_of.items():
        for label in labels:
            groups_of[label].append(group)
    held_out: set[str] = set()
    for groups in groups_of.values():
        # A group of several labels always trains: held out, it could leave a label with nothing.
        own = sorted((g for g in groups if len(labels_of[g]) == 1), key=lambda g: _draw(seed, g))
        wanted = max(1, round(VALIDATION_SHARE * len(groups)))
        held_out.update(own[: min(wanted, len(groups) - 1)])
    if not held_out:
        raise TrainingImpossible(
            "Every label has only copies of one picture: add different pictures"
        )
    return held_out


def _draw(seed: int, group: str) -> str:
    return hashlib.sha256(f"validation:{seed}:{group}".encode()).hexdigest()
