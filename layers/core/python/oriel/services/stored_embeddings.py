"""Reads the embeddings of a snapshot's pictures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from oriel.domain.errors import NotFound, TrainingFailed
from oriel.domain.snapshot import Snapshot, SnapshotItem, from_json
from oriel.image_ports import EmbeddingStore, ImageStore
from oriel.ports import Blobs

READ_AT_ONCE = 1000
"""Embeddings of 2.5 KB each in memory, while many more pass through."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """Pictures with their embeddings (little-endian float16), in one order."""

    items: tuple[SnapshotItem, ...]
    vectors: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class StoredEmbeddings:
    """The embeddings of one backbone."""

    images: ImageStore
    embeddings: EmbeddingStore
    backbone: str

    def of(self, workspace_id: str, items: Sequence[SnapshotItem]) -> Embedded:
        """Leave out pictures that were deleted since the snapshot.

        Raises TrainingFailed where a picture is there and its embedding is not: it was ingested
        with another backbone.
        """
        ids = [item.image_id for item in items]
        stored = self.embeddings.get_many(workspace_id, ids, self.backbone)
        for image_id in ids:
            if image_id not in stored and self._exists(workspace_id, image_id):
                raise TrainingFailed(
                    f"Some pictures have no '{self.backbone}' embedding: they were uploaded while "
                    "the deployment used another backbone. Upload them again"
                )
        there = tuple(item for item in items if item.image_id in stored)
        return Embedded(there, tuple(stored[item.image_id] for item in there))

    def parts(self, workspace_id: str, items: Sequence[SnapshotItem]) -> Iterator[Embedded]:
        """Yield what `of` returns, so many pictures at a time; raises as it does."""
        for start in range(0, len(items), READ_AT_ONCE):
            yield self.of(workspace_id, items[start : start + READ_AT_ONCE])

    def _exists(self, workspace_id: str, image_id: str) -> bool:
        try:
            self.images.get(workspace_id, image_id)
        except NotFound:
            return False
        return True


def read_snapshot(datasets: Blobs, key: str) -> Snapshot:
    """Read a snapshot that `Prepare` wrote."""
    return from_json(datasets.get(key))
