"""Reads the embeddings of a snapshot's pictures."""

from collections.abc import Iterator, Sequence

from oriel.domain.errors import NotFound, TrainingFailed
from oriel.domain.snapshot import Snapshot, SnapshotItem, from_json
from oriel.image_ports import EmbeddingStore, ImageStore
from oriel.ports import Blobs
from oriel.values import dataclass

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
        found = embedded(self.embeddings, workspace_id, items, self.backbone)
        there = {item.image_id for item in found.items}
        for item in items:
            if item.image_id not in there and self._exists(workspace_id, item.image_id):
                raise TrainingFailed(
                    f"Some pictures have no '{self.backbone}' embedding: they were uploaded while "
                    "the deployment used another backbone. Upload them again"
                )
        return found

    def parts(self, workspace_id: str, items: Sequence[SnapshotItem]) -> Iterator[Embedded]:
        """Yield what `of` returns, so many pictures at a time; raises as it does."""
        for part in readable_parts(items):
            yield self.of(workspace_id, part)

    def _exists(self, workspace_id: str, image_id: str) -> bool:
        try:
            self.images.get(workspace_id, image_id)
        except NotFound:
            return False
        return True


def embedded(
    embeddings: EmbeddingStore, workspace_id: str, items: Sequence[SnapshotItem], backbone: str
) -> Embedded:
    """Return those of the pictures that have an embedding of the backbone, in their order."""
    stored = embeddings.get_many(workspace_id, [item.image_id for item in items], backbone)
    there = tuple(item for item in items if item.image_id in stored)
    return Embedded(there, tuple(stored[item.image_id] for item in there))


def readable_parts(items: Sequence[SnapshotItem]) -> Iterator[Sequence[SnapshotItem]]:
    """Cut pictures into parts whose embeddings are in memory together."""
    for start in range(0, len(items), READ_AT_ONCE):
        yield items[start : start + READ_AT_ONCE]


def read_snapshot(datasets: Blobs, key: str) -> Snapshot:
    """Read a snapshot that `Prepare` wrote."""
    return from_json(datasets.get(key))
