"""What became of each picture of a training: what it was used for, or why it was not."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Any

from oriel.domain.augmentation import ChosenAugmentation
from oriel.domain.model import TrainMode, task_prefix
from oriel.domain.snapshot import Snapshot, SnapshotItem
from oriel.domain.split import Side
from oriel.domain.training import TrainingOptions
from oriel.values import dataclass

FORMAT = 1
ROWS_OF_PART = 5_000
"""Images of one object: a page is read from one or two of them, however many images there are."""

NOT_MEASURED = "not_measured"
REASONS: Mapping[str, str] = {
    "two_labels": "It carries two labels of the task, so it teaches nothing about either",
    "tag_and_negative": "It carries both a tag and the negative label, which contradict each other",
    "no_value": "Its value was never entered",
    "rejected": "Its picture could not be taken; the image says why",
    "never_ingested": "Its picture did not become ready; upload it again",
    NOT_MEASURED: "There are more test pictures than a model is measured on",
}


class Use(StrEnum):
    """What a picture was used for; reports list them in this order."""

    SKIPPED = "skipped"
    VALIDATION = "validation"
    TEST = "test"
    TRAIN = "train"


@dataclass(frozen=True, slots=True)
class ReportedImage:
    """An image with its use; `reason` is a key of REASONS where there is something to say."""

    image_id: str
    use: Use
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """What a report says of all pictures together; `options` are as the caller chose them.

    `near_duplicates` counts the pictures that were kept on one side with a copy of theirs.
    `augmentation` says of a full training what it does to pictures, and why it does nothing else.
    """

    mode: TrainMode
    options: Mapping[str, Any]
    used: Mapping[Use, int]
    skipped: Mapping[str, int]
    near_duplicates: int
    augmentation: Mapping[str, Any] = field(default_factory=dict)

    def to_document(self) -> dict[str, Any]:
        """Write it as JSON has it."""
        return {
            "format": FORMAT,
            "mode": self.mode.value,
            "options": dict(self.options),
            "used": {use.value: self.used.get(use, 0) for use in Use},
            "skipped": dict(self.skipped),
            "near_duplicates": self.near_duplicates,
            "augmentation": dict(self.augmentation),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "TrainingReport":
        """Read what `to_document` wrote; raises ValueError for another format."""
        if document.get("format") != FORMAT:
            raise ValueError(f"unknown report format {document.get('format')!r}")
        return cls(
            mode=TrainMode(document["mode"]),
            options=document["options"],
            used={Use(use): count for use, count in document["used"].items()},
            skipped=document["skipped"],
            near_duplicates=document["near_duplicates"],
            augmentation=document.get("augmentation", {}),
        )

    def span(self, use: Use | None) -> range:
        """Return where the images of a use, or all, lie in the list."""
        if use is None:
            return range(sum(self.used.values()))
        start = sum(self.used.get(earlier, 0) for earlier in list(Use)[: list(Use).index(use)])
        return range(start, start + self.used.get(use, 0))


def report_images(
    snapshot: Snapshot, skipped: Mapping[str, str], held_out: Collection[str]
) -> list[ReportedImage]:
    """List every picture; `held_out` are the groups that validate, `skipped` reasons by image."""
    measured = {item.image_id for item in snapshot.measured()}

    def used(item: SnapshotItem) -> ReportedImage:
        if item.split is Side.TEST:
            reason = None if item.image_id in measured else NOT_MEASURED
            return ReportedImage(item.image_id, Use.TEST, reason)
        use = Use.VALIDATION if item.group in held_out else Use.TRAIN
        return ReportedImage(item.image_id, use)

    left_out = (ReportedImage(one, Use.SKIPPED, reason) for one, reason in skipped.items())
    order = {use: place for place, use in enumerate(Use)}
    images = [*left_out, *map(used, snapshot.items)]
    return sorted(images, key=lambda one: (order[one.use], one.image_id))


def report_on(
    options: TrainingOptions,
    snapshot: Snapshot,
    images: Sequence[ReportedImage],
    augmentation: ChosenAugmentation,
) -> TrainingReport:
    """Sum up the list of a training's pictures."""
    return TrainingReport(
        mode=options.mode,
        options=options.to_document(),
        used=Counter(image.use for image in images),
        skipped=Counter(str(image.reason) for image in images if image.use is Use.SKIPPED),
        near_duplicates=snapshot.near_duplicates(),
        augmentation=augmentation.to_document() if options.mode is TrainMode.FULL else {},
    )


def csv_of(images: Iterable[ReportedImage]) -> bytes:
    """Write the list for spreadsheets; nothing in it has to be quoted."""
    rows = (f"{image.image_id},{image.use},{image.reason or ''}" for image in images)
    return "\r\n".join(["image,used_as,reason", *rows, ""]).encode()


def report_prefix(workspace_id: str, task_id: str, model_id: str) -> str:
    """Begin the keys of a report's objects in the models bucket."""
    return f"{task_prefix(workspace_id, task_id)}reports/{model_id}/"
