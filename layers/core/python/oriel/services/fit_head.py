"""Makes an instant model: a head solved on the embeddings that ingest stored."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Generic, Protocol, TypeVar

from oriel.domain.errors import TrainingFailed
from oriel.domain.model import Artifact, ArtifactKind, artifact_key
from oriel.domain.risk import RiskCoverage
from oriel.domain.snapshot import Snapshot, SnapshotItem
from oriel.domain.split import Side
from oriel.domain.task import TaskType
from oriel.ports import Blobs
from oriel.services.stored_embeddings import StoredEmbeddings, read_snapshot
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class SolvedHead:
    """The file of a head and the temperature that calibrates it.

    `risk` is measured on pictures that were left out; None where answers are not right or wrong.
    """

    data: bytes
    temperature: float
    risk: RiskCoverage | None = None


class Shelf(Protocol):
    """Where embeddings are laid down, in an order, until a head is solved on them all."""

    def add(self, vectors: Sequence[bytes]) -> None:
        """Lay down further embeddings, which are little-endian float16."""


S = TypeVar("S", bound=Shelf)


class HeadSolver(Protocol[S]):
    """Solves heads on embeddings that lie on a shelf of its own."""

    @property
    def input_size(self) -> int:
        """The side of the backbone's square input in pixels."""

    def shelf(self) -> AbstractContextManager[S]:
        """Make an empty shelf; outside the context nothing is left of it."""

    def classes(self, shelf: S, targets: Sequence[int], count: int) -> SolvedHead:
        """Fit `count` columns to embeddings of one column each."""

    def tags(self, shelf: S, carried: Sequence[Sequence[int]], count: int) -> SolvedHead:
        """Fit `count` columns to embeddings of any columns each."""

    def values(self, shelf: S, values: Sequence[float]) -> SolvedHead:
        """Fit one column to embeddings of a value each."""


@dataclass(frozen=True, slots=True)
class FitHead(Generic[S]):
    """Solves and stores the head of a snapshot; again it gives the same file."""

    datasets: Blobs
    artifacts: Blobs
    stored: StoredEmbeddings
    solver: HeadSolver[S]

    def __call__(self, workspace_id: str, snapshot_key: str) -> Artifact:
        """Return the stored artifact; raises TrainingFailed where needed pictures are gone."""
        snapshot = read_snapshot(self.datasets, snapshot_key)
        with self.solver.shelf() as shelf:
            items = self._lay_down(workspace_id, snapshot, shelf)
            _check_left(snapshot, items)
            head = self._solve(snapshot, items, shelf)
        sha256 = hashlib.sha256(head.data).hexdigest()
        artifact = Artifact(
            kind=ArtifactKind.HEAD,
            key=artifact_key(workspace_id, snapshot.task_id, sha256, "npy"),
            sha256=sha256,
            size_bytes=len(head.data),
            backbone=self.stored.backbone,
            input_size=self.solver.input_size,
            temperature=head.temperature,
            labels=snapshot.labels,
            task_type=snapshot.task_type,
            risk=head.risk,
        )
        self.artifacts.put(artifact.key, head.data, "application/octet-stream")
        return artifact

    def _lay_down(self, workspace_id: str, snapshot: Snapshot, shelf: S) -> list[SnapshotItem]:
        """Return the training pictures that still exist, in the order of their embeddings."""
        items: list[SnapshotItem] = []
        for part in self.stored.parts(workspace_id, snapshot.side(Side.TRAIN)):
            items += part.items
            shelf.add(part.vectors)
        return items

    def _solve(self, snapshot: Snapshot, items: Sequence[SnapshotItem], shelf: S) -> SolvedHead:
        count = len(snapshot.labels)
        if snapshot.task_type is TaskType.REGRESSION:
            return self.solver.values(shelf, [item.number for item in items])
        if snapshot.task_type is TaskType.MULTI_LABEL:
            return self.solver.tags(shelf, [item.columns for item in items], count)
        return self.solver.classes(shelf, [item.column for item in items], count)


def _check_left(snapshot: Snapshot, items: Sequence[SnapshotItem]) -> None:
    """Raise TrainingFailed where the answer to a label cannot be learned any more."""
    if not items:
        raise TrainingFailed("All training pictures were deleted meanwhile")
    if snapshot.task_type is TaskType.REGRESSION:
        return
    carried = Counter(column for item in items for column in item.columns)
    for column, label in enumerate(snapshot.labels):
        if not carried[column]:
            raise TrainingFailed(
                f"All training pictures of label '{label.name}' were deleted meanwhile"
            )
        if snapshot.task_type is TaskType.MULTI_LABEL and carried[column] == len(items):
            raise TrainingFailed(
                f"All training pictures without label '{label.name}' were deleted meanwhile"
            )
