"""What the services need of the outside world for trainings and their models (see ports.py)."""

from datetime import datetime
from typing import Protocol

from oriel.domain.export import Export
from oriel.domain.model import Model
from oriel.domain.page import Page, PageRequest
from oriel.domain.training import TrainingRun


class ModelStore(Protocol):
    """Models and the production version that they set."""

    def get(self, workspace_id: str, model_id: str) -> Model:
        """Return the model; raises NotFound."""

    def find_version(self, workspace_id: str, task_id: str, version: int) -> Model | None:
        """Return the published model of this version, None where there is none."""

    def list(self, workspace_id: str, task_id: str, page: PageRequest) -> Page[Model]:
        """Return one page of the task's models, oldest first."""

    def mark_started(self, workspace_id: str, model_id: str, snapshot_key: str) -> None:
        """Note that the training has its snapshot: model and task are IN_TRAINING.

        Raises NotFound; Conflict where the model no longer holds the task's training lock.
        """

    def set_evaluated(self, model: Model) -> None:
        """Store artifact, accuracy and metrics of a model that is still in training.

        Raises NotFound; Conflict where it was published or failed.
        """

    def set_exported(self, workspace_id: str, model_id: str, export: Export) -> None:
        """Note what became of a published model's export.

        Raises NotFound, also for a model that was not published or whose task is deleted.
        """

    def entomb(self, workspace_id: str, model_id: str) -> None:
        """Leave of a deleted task's model what bills name: whose it was, its version and times.

        It can be read by its id and is in no listing. Again changes nothing.
        """

    def publish(self, workspace_id: str, model_id: str, at: datetime) -> Model:
        """Give the model the next version and free the lock, all or nothing.

        The task's policy decides whether it becomes the production version, in the same write.
        Again for a published model it changes nothing. Raises NotFound; Conflict where the model
        does not hold the training lock or has not been evaluated.
        """

    def mark_failed(self, workspace_id: str, model_id: str, reason: str, at: datetime) -> None:
        """Set FAILED with the reason and free the lock; production stays. Published models stay.

        Again for a failed model it changes nothing. Raises NotFound.
        """


class TrainingMachine(Protocol):
    """The state machine that trains."""

    def start(self, run: TrainingRun) -> None:
        """Start the run; starting the same model again changes nothing."""

    def is_running(self, model_id: str) -> bool:
        """Tell whether the run of this model exists and has not ended."""

    def stop(self, model_id: str) -> None:
        """End the run of this model and its job; one that does not run is no error."""
