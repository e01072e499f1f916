from collections.abc import Mapping, Sequence

from tests.fakes.core import MemoryCore


class MemoryEmbeddingStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def put(self, workspace_id: str, image_id: str, backbone: str, vector: bytes) -> None:
        self._core.embeddings[workspace_id, image_id, backbone] = vector

    def delete(self, workspace_id: str, image_id: str, backbone: str) -> None:
        self._core.embeddings.pop((workspace_id, image_id, backbone), None)

    def get_many(
        self, workspace_id: str, image_ids: Sequence[str], backbone: str
    ) -> Mapping[str, bytes]:
        found = {
            image_id: self._core.embeddings.get((workspace_id, image_id, backbone))
            for image_id in image_ids
        }
        return {image_id: vector for image_id, vector in found.items() if vector is not None}
