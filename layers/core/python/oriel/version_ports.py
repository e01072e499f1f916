"""What the services need of the outside world for the versions of a task (see ports.py)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from oriel.domain.model import Model


class VersionStore(Protocol):
    """The published versions of tasks: which one is production, and how one is removed."""

    def activate(
        self, workspace_id: str, task_id: str, version: int, user_id: str, at: datetime
    ) -> None:
        """Make a published version the task's production version and note who did it and when.

        Raises NotFound for an unknown task, NotTrained where the version does not exist.
        """

    def artifact_keys(self, workspace_id: str, task_id: str) -> Mapping[int, str]:
        """Return the keys of the artifacts of all versions, strongly consistent."""

    def hide(self, workspace_id: str, model_id: str) -> Model:
        """Take a model and its version from all readers and return the model.

        Again changes nothing. Raises NotFound; Conflict for the production version and for a model
        in training.
        """

    def remove(self, workspace_id: str, model_id: str) -> None:
        """Remove a model that is hidden; one that is gone is no error."""
