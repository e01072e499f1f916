from dataclasses import dataclass, field, replace

from oriel.domain.errors import Conflict, NotFound
from oriel.domain.promise import UploadPromise, UploadState


@dataclass
class MemoryUploadStore:
    promises: dict[tuple[str, str], UploadPromise] = field(default_factory=dict)

    def create(self, promise: UploadPromise) -> None:
        key = (promise.workspace_id, promise.id)
        if key in self.promises:
            raise Conflict("The upload exists already")
        self.promises[key] = promise

    def get(self, workspace_id: str, upload_id: str) -> UploadPromise:
        try:
            return self.promises[workspace_id, upload_id]
        except KeyError:
            raise NotFound("There is no upload with this id") from None

    def settle(
        self, workspace_id: str, upload_id: str, state: UploadState, rejection: str | None = None
    ) -> None:
        promise = self.promises.get((workspace_id, upload_id))
        if promise is not None and promise.state is UploadState.WAITING:
            self.promises[workspace_id, upload_id] = replace(
                promise, state=state, rejection=rejection
            )
