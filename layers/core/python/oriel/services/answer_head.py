"""Answers the test pictures with a head, from their stored embeddings."""

from collections.abc import Sequence
from typing import Protocol

from oriel.domain.model import Artifact
from oriel.domain.snapshot import MAX_MEASURED, Snapshot
from oriel.ports import Blobs
from oriel.services.answers import Answers
from oriel.services.stored_embeddings import StoredEmbeddings
from oriel.values import dataclass


class HeadRunner(Protocol):
    """Runs heads."""

    def logits(self, head: bytes, vectors: Sequence[bytes]) -> Sequence[Sequence[float]]:
        """Return a row a vector (little-endian float16)."""


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """Runs a head that `FitHead` stored."""

    artifacts: Blobs
    stored: StoredEmbeddings
    runner: HeadRunner
    most: int = MAX_MEASURED

    def __call__(self, snapshot: Snapshot, artifact: Artifact) -> Answers:
        """Answer the test pictures that still exist, `most` at most."""
        chosen = snapshot.measured(self.most)
        embedded = self.stored.of(snapshot.workspace_id, chosen)
        logits = self.runner.logits(self.artifacts.get(artifact.key), embedded.vectors)
        return Answers(artifact, embedded.items, logits, snapshot.not_measured(chosen))
