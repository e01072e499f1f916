"""Tells how far trainings are."""

from oriel.domain.clock import Clock
from oriel.domain.errors import NotFound, PayloadTooLarge
from oriel.domain.model import Model
from oriel.domain.progress import (
    MAX_BYTES,
    Phase,
    Progress,
    progress_key,
    progress_without_job,
    read_progress,
)
from oriel.domain.task import TrainStatus
from oriel.ports import Blobs
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class TrainingProgress:
    """Reads what jobs leave in the models bucket while they run."""

    artifacts: Blobs
    clock: Clock

    def of(self, model: Model) -> Progress | None:
        """Tell how far the model's training is; None where none runs.

        At most one model of a task is in training, so a listing reads at most one object.
        """
        known = progress_without_job(model)
        if known is not None or model.train_status is not TrainStatus.IN_TRAINING:
            return known
        try:
            content = self.artifacts.get(progress_key(model.id), MAX_BYTES)
        except (NotFound, PayloadTooLarge):
            return Progress(Phase.STARTING)
        return read_progress(content, self.clock())
