"""First step of a training: checks, snapshot, and everything that later steps need to know."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from oriel.domain.augmentation import ChosenAugmentation, choose
from oriel.domain.clock import Clock
from oriel.domain.model import ModelLabel, TrainMode
from oriel.domain.snapshot import (
    Snapshot,
    manifest,
    manifest_key,
    snapshot_key,
    take_snapshot,
    to_json,
)
from oriel.domain.split import Side
from oriel.domain.task import TaskType
from oriel.domain.training import TrainingRun
from oriel.domain.training_report import report_images, report_on, report_prefix
from oriel.image_ports import ImageStore
from oriel.ports import Blobs, TaskStore
from oriel.services.copies import CopySearch
from oriel.services.requirements import asked_labels, check_examples
from oriel.services.training_reports import TrainingReports
from oriel.services.training_set import TrainingSet, gather
from oriel.training_ports import ModelStore
from oriel.values import dataclass


class HoldOut(Protocol):
    """Draws the groups that a network's training validates with, exactly as its job does."""

    def __call__(
        self, train: Iterable[tuple[str, frozenset[int]]], contrasted: Iterable[int], seed: int, /
    ) -> Collection[str]:
        """Return groups, given the group and the columns of each training picture."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is ready: the keys are in the datasets bucket."""

    run: TrainingRun
    snapshot_key: str
    manifest_key: str
    train_count: int
    test_count: int
    left_out: Mapping[str, int]
    augmentation: ChosenAugmentation


@dataclass(frozen=True, slots=True)
class Prepare:
    """Takes the snapshot of a task; again for the same pictures it writes the same objects.

    `images_bucket` is the name of the bucket that the manifest points into.
    """

    tasks: TaskStore
    images: ImageStore
    models: ModelStore
    copies: CopySearch
    reports: TrainingReports
    hold_out: HoldOut
    datasets: Blobs
    images_bucket: str
    minimum_per_label: int
    clock: Clock

    def __call__(self, run: TrainingRun) -> Prepared:
        """Leave all in place; raises InvalidInput, ImagesStillProcessing or NotFound."""
        task = self.tasks.get(run.workspace_id, run.task_id)
        labels = self.tasks.labels(run.workspace_id, run.task_id)
        found = gather(self.images, task, labels, self.clock())
        check_examples(task.type, labels, found.examples, self.minimum_per_label)
        columns = [ModelLabel(label.id, label.answer_name) for label in asked_labels(labels)]
        copies = self.copies.among(run.workspace_id, found.examples)
        snapshot = take_snapshot(task, columns, found.examples, copies)
        key, listing = self._store(snapshot)
        self.models.mark_started(run.workspace_id, run.model_id, key)
        names = [column.name for column in columns]
        augmentation = choose(task.training.augmentation, task.name, names)
        self._report(run, snapshot, found, augmentation)
        train, test = len(snapshot.side(Side.TRAIN)), len(snapshot.side(Side.TEST))
        return Prepared(run, key, listing, train, test, found.left_out, augmentation)

    def _report(
        self,
        run: TrainingRun,
        snapshot: Snapshot,
        found: TrainingSet,
        augmentation: ChosenAugmentation,
    ) -> None:
        held_out: Collection[str] = ()
        if run.options.mode is TrainMode.FULL:
            train = [(item.group, frozenset(item.columns)) for item in snapshot.side(Side.TRAIN)]
            tags = snapshot.task_type is TaskType.MULTI_LABEL
            contrasted = range(len(snapshot.labels)) if tags else ()
            held_out = self.hold_out(train, contrasted, run.options.seed)
        images = report_images(snapshot, found.skipped, held_out)
        prefix = report_prefix(run.workspace_id, run.task_id, run.model_id)
        report = report_on(run.options, snapshot, images, augmentation)
        self.reports.write(prefix, report, images)

    def _store(self, snapshot: Snapshot) -> tuple[str, str]:
        workspace_id = snapshot.workspace_id
        document = to_json(snapshot)
        key = snapshot_key(workspace_id, snapshot.task_id, document)
        self.datasets.put(key, document, "application/json")
        prefix = f"s3://{self.images_bucket}/ws/{workspace_id}/images/"
        listing = manifest(prefix, snapshot)
        listing_key = manifest_key(workspace_id, snapshot.task_id, listing)
        self.datasets.put(listing_key, listing, "application/json")
        return key, listing_key
