"""The snapshot: what the right answer to each picture is, and what the picture is for."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import TrainingImpossible
from example import Example
from oriel_vision.holdout import held_out_groups

FORMAT = 2
MIN_LABELS = 2
CLASSES, TAGS, VALUE = "multi_class", "multi_label", "regression"


@dataclass(frozen=True, slots=True)
class Dataset:
    """`fingerprint` changes with the snapshot; the test side chooses nothing."""

    task_type: str
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
    _check(document["task_type"], labels, train)
    contrasted = range(len(labels)) if document["task_type"] == TAGS else ()
    held_out = held_out_groups(((one.group, one.columns) for one in train), contrasted, seed)
    if not held_out:
        raise TrainingImpossible(
            "Every label has only copies of one picture: add different pictures"
        )
    return Dataset(
        task_type=document["task_type"],
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
        Example(
            image_id=item["image_id"],
            columns=frozenset(item.get("columns", ())),
            value=item.get("value"),
            group=item["group"],
            path=folder / item["image_id"],
        )
        for item in items
        if item["split"] == side
    )
    return tuple(example for example in chosen if example.path.is_file())


def _check(task_type: str, labels: Sequence[str], train: Sequence[Example]) -> None:
    if task_type not in {CLASSES, TAGS, VALUE}:
        raise TrainingImpossible(f"Tasks of the type '{task_type}' cannot be trained here")
    if not train:
        raise TrainingImpossible("No training picture is left: add pictures, then train again")
    if task_type == VALUE:
        return
    if task_type == CLASSES and len(labels) < MIN_LABELS:
        raise TrainingImpossible(
            f"The task has {len(labels)} label with pictures, but training needs at least "
            f"{MIN_LABELS}: add labels and pictures of them"
        )
    for column, name in enumerate(labels):
        having = sum(column in example.columns for example in train)
        if not having:
            raise TrainingImpossible(f"Label '{name}' has no training picture: add pictures to it")
        if task_type == TAGS and having == len(train):
            raise TrainingImpossible(
                f"Every training picture has label '{name}': add pictures without it"
            )
