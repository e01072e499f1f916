"""Looks which labels of a training's pictures may be wrong, and keeps them for people to see."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Generic, Protocol, TypeVar

from oriel.domain.errors import NotFound
from oriel.domain.snapshot import Snapshot, SnapshotItem, canonical_json
from oriel.domain.suspects import MOST_SUSPECTS, Suspect, Suspects, suspects_key
from oriel.domain.task import TaskType
from oriel.image_ports import EmbeddingStore
from oriel.ports import Blobs, TaskStore
from oriel.services.fit_head import Shelf
from oriel.services.stored_embeddings import embedded, read_snapshot, readable_parts
from oriel.training_ports import ModelStore
from oriel.values import dataclass


class NothingToDoubt(Exception):
    """What is left of the pictures cannot say anything about one another; says why."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One answer of the picture `row`; the meaning of the rest is as in Suspect."""

    row: int
    column: int
    score: float
    suggested: int
    suggested_score: float


S = TypeVar("S", bound=Shelf)


class Doubter(Protocol[S]):
    """Finds doubtful answers to embeddings on a shelf; all raise NothingToDoubt."""

    def shelf(self) -> AbstractContextManager[S]:
        """Make an empty shelf; outside the context nothing is left of it."""

    def classes(self, shelf: S, targets: Sequence[int], count: int, most: int) -> Sequence[Doubt]:
        """Doubt the column of each picture."""

    def tags(
        self, shelf: S, carried: Sequence[Sequence[int]], count: int, most: int
    ) -> Sequence[Doubt]:
        """Doubt the columns that pictures carry, and those that they do not."""

    def values(self, shelf: S, values: Sequence[float], most: int) -> Sequence[Doubt]:
        """Doubt the value of each picture."""


@dataclass(frozen=True, slots=True)
class FindSuspects(Generic[S]):
    """Writes the suspects of a snapshot; again it writes the same.

    Pictures without an embedding of the `backbone` are left out, as are those deleted meanwhile.
    """

    tasks: TaskStore
    models: ModelStore
    datasets: Blobs
    artifacts: Blobs
    embeddings: EmbeddingStore
    backbone: str
    doubter: Doubter[S]

    def __call__(self, workspace_id: str, model_id: str, snapshot_key: str) -> Suspects:
        """Return what was found."""
        snapshot = read_snapshot(self.datasets, snapshot_key)
        with self.doubter.shelf() as shelf:
            items = self._lay_down(snapshot, shelf)
            suspects = self._look(model_id, snapshot, items, shelf)
        self._keep(workspace_id, snapshot.task_id, suspects)
        return suspects

    def _lay_down(self, snapshot: Snapshot, shelf: S) -> list[SnapshotItem]:
        items: list[SnapshotItem] = []
        for part in readable_parts(snapshot.items):
            found = embedded(self.embeddings, snapshot.workspace_id, part, self.backbone)
            items += found.items
            shelf.add(found.vectors)
        return items

    def _look(
        self, model_id: str, snapshot: Snapshot, items: Sequence[SnapshotItem], shelf: S
    ) -> Suspects:
        labels = {label.id: label.name for label in snapshot.labels}
        doubts: Sequence[Doubt] = ()
        reason = None
        try:
            doubts = self._doubts(snapshot, items, shelf)
        except NothingToDoubt as nothing:
            reason = str(nothing)
        found = tuple(_suspect(snapshot, items[doubt.row], doubt) for doubt in doubts)
        return Suspects(model_id, snapshot.task_type, len(items), labels, found, reason)

    def _doubts(
        self, snapshot: Snapshot, items: Sequence[SnapshotItem], shelf: S
    ) -> Sequence[Doubt]:
        count, most = len(snapshot.labels), MOST_SUSPECTS
        if not items:
            raise NothingToDoubt("no picture is left")
        if snapshot.task_type is TaskType.REGRESSION:
            return self.doubter.values(shelf, [item.number for item in items], most)
        if snapshot.task_type is TaskType.MULTI_LABEL:
            return self.doubter.tags(shelf, [item.columns for item in items], count, most)
        return self.doubter.classes(shelf, [item.column for item in items], count, most)

    def _keep(self, workspace_id: str, task_id: str, suspects: Suspects) -> None:
        key = suspects_key(workspace_id, task_id)
        if self._is_outrun(workspace_id, suspects.model_id, key):
            return
        self.artifacts.put(key, canonical_json(suspects.to_document()), "application/json")
        try:
            self.tasks.get(workspace_id, task_id)
        except NotFound:
            # Its sweep may have been through already, and would not come again.
            self.artifacts.delete([key])

    def _is_outrun(self, workspace_id: str, model_id: str, key: str) -> bool:
        """Tell whether a later training of the task has been here first."""
        try:
            there = Suspects.from_document(json.loads(self.artifacts.get(key)))
            later = self.models.get(workspace_id, there.model_id)
        except NotFound:
            return False
        return later.created > self.models.get(workspace_id, model_id).created


def _suspect(snapshot: Snapshot, item: SnapshotItem, doubt: Doubt) -> Suspect:
    label_id = snapshot.labels[doubt.column].id
    if snapshot.task_type is TaskType.REGRESSION:
        return Suspect(
            image_id=item.image_id,
            label_id=label_id,
            carried=True,
            score=doubt.score,
            value=item.number,
            suggested_value=doubt.suggested_score,
        )
    carried = doubt.column in item.columns
    suggested = None
    if snapshot.task_type is TaskType.MULTI_CLASS:
        suggested = snapshot.labels[doubt.suggested].id
    return Suspect(item.image_id, label_id, carried, doubt.score, suggested, doubt.suggested_score)
