"""Makes an instant model: a head solved on the embeddings that ingest stored."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from oriel.domain.errors import TrainingFailed
from oriel.domain.model import Artifact, ArtifactKind, artifact_key
from oriel.domain.snapshot import Snapshot, SnapshotItem
from oriel.domain.split import Side
from oriel.ports import Blobs
from oriel.services.stored_embeddings import StoredEmbeddings, read_snapshot


@dataclass(frozen=True, slots=True)
class SolvedHead:
    """The file of a head and the temperature that calibrates it."""

    data: bytes
    temperature: float


class HeadSolver(Protocol):
    """Solves heads."""

    @property
    def input_size(self) -> int:
        """The side of the backbone's square input in pixels."""

    def solve(self, vectors: Sequence[bytes], targets: Sequence[int], classes: int) -> SolvedHead:
        """Fit `classes` columns to embeddings (little-endian float16) of the given columns."""


@dataclass(frozen=True, slots=True)
class FitHead:
    """Solves and stores the head of a snapshot; again it gives the same file."""

    datasets: Blobs
    artifacts: Blobs
    stored: StoredEmbeddings
    solver: HeadSolver

    def __call__(self, workspace_id: str, snapshot_key: str) -> Artifact:
        """Return the stored artifact; raises TrainingFailed where pictures of a label are gone."""
        snapshot = read_snapshot(self.datasets, snapshot_key)
        embedded = self.stored.of(workspace_id, snapshot.side(Side.TRAIN))
        _check_labels(snapshot, embedded.items)
        targets = [item.label for item in embedded.items]
        head = self.solver.solve(embedded.vectors, targets, len(snapshot.labels))
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
        )
        self.artifacts.put(artifact.key, head.data, "application/octet-stream")
        return artifact


def _check_labels(snapshot: Snapshot, items: Sequence[SnapshotItem]) -> None:
    left = {item.label for item in items}
    for column, label in enumerate(snapshot.labels):
        if column not in left:
            raise TrainingFailed(
                f"All training pictures of label '{label.name}' were deleted meanwhile"
            )
