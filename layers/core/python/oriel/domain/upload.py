"""Objects of the images bucket that wait for ingest."""

from typing import TypeAlias

from oriel.domain.ids import is_id
from oriel.domain.image import original_key
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """The object that holds an image's original."""

    workspace_id: str
    image_id: str

    @property
    def key(self) -> str:
        """The object's key."""
        return original_key(self.workspace_id, self.image_id)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The object that a caller sent straight to S3: nothing about it is trusted yet.

    The image that is made of it gets the upload's id.
    """

    workspace_id: str
    image_id: str

    @property
    def key(self) -> str:
        """The object's key."""
        return incoming_key(self.workspace_id, self.image_id)


Waiting: TypeAlias = Upload | Arrival


def waiting_at(key: str) -> Waiting | None:
    """Read an object key; None where it names nothing that ingest takes in."""
    match key.split("/"):
        case ["ws", workspace_id, "images", image_id] if is_id(workspace_id) and is_id(image_id):
            return Upload(workspace_id, image_id)
        case ["ws", workspace_id, "incoming", upload_id] if is_id(workspace_id) and is_id(
            upload_id
        ):
            return Arrival(workspace_id, upload_id)
        case _:
            return None


def incoming_key(workspace_id: str, upload_id: str) -> str:
    """Name the place of quarantine of an upload; what an import brings lies below it."""
    return f"ws/{workspace_id}/incoming/{upload_id}"
