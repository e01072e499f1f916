"""Uploads: objects of the images bucket that wait for ingest."""

from dataclasses import dataclass

from oriel.domain.ids import is_id
from oriel.domain.image import original_key


@dataclass(frozen=True, slots=True)
class Upload:
    """The object that holds an image's original."""

    workspace_id: str
    image_id: str

    @property
    def key(self) -> str:
        """The object's key."""
        return original_key(self.workspace_id, self.image_id)


def upload_of(key: str) -> Upload | None:
    """Read an object key; None where it names no upload."""
    match key.split("/"):
        case ["ws", workspace_id, "images", image_id] if is_id(workspace_id) and is_id(image_id):
            return Upload(workspace_id, image_id)
        case _:
            return None
