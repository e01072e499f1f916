"""Embeddings in the core table, beside the image they belong to."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.keys import image_key
from oriel.adapters.dynamodb.table import CoreTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoEmbeddingStore:
    """One item an image and backbone; a batch read gets exactly those that a snapshot names."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def put(self, workspace_id: str, image_id: str, backbone: str, vector: bytes) -> None:
        """Store or replace the embedding."""
        key = image_key(workspace_id, image_id, _sk(backbone))
        self._table.put({**key, "image_id": image_id, "vector": vector})

    def delete(self, workspace_id: str, image_id: str, backbone: str) -> None:
        """Remove the embedding; where there is none nothing changes."""
        self._table.remove([image_key(workspace_id, image_id, _sk(backbone))])

    def get_many(
        self, workspace_id: str, image_ids: Sequence[str], backbone: str
    ) -> Mapping[str, bytes]:
        """Return the embeddings that exist, by image id."""
        keys = (image_key(workspace_id, image_id, _sk(backbone)) for image_id in image_ids)
        return {item["image_id"]: item["vector"] for item in self._table.find_many(keys)}


def _sk(backbone: str) -> str:
    return f"EMBEDDING#{backbone}"
