"""Begins trainings, one a task at a time.

The task's lock and the model appear in one transaction, then the machine is started. A lock whose
machine never started, or ended without freeing it, is found by the next training of the task: so no
lock stays for ever, at the price that a crash in between holds the task for `START_GRACE`.
"""

import json
from collections.abc import Sequence
from datetime import timedelta

from oriel.domain.clock import Clock
from oriel.domain.errors import AlreadyTraining, Conflict, InvalidInput, OrielError
from oriel.domain.ids import new_id
from oriel.domain.label import Label
from oriel.domain.model import Model
from oriel.domain.task import MAX_LABEL_NAMES_BYTES, Task
from oriel.domain.training import TrainingOptions, TrainingRun, check_options, check_type
from oriel.domain.training_capacity import ONE_MACHINE, TrainingCapacity
from oriel.ports import TaskStore
from oriel.services.requirements import check_counts
from oriel.training_ports import ModelStore, TrainingMachine
from oriel.values import dataclass

START_GRACE = timedelta(minutes=1)
"""Longer than any request lives: a younger lock may belong to one that is about to start."""


@dataclass(frozen=True, slots=True)
class Trainings:
    """Begins trainings; `minimum_per_label` is how many images every label must have."""

    tasks: TaskStore
    models: ModelStore
    machine: TrainingMachine
    minimum_per_label: int
    clock: Clock
    capacity: TrainingCapacity = ONE_MACHINE

    def begin(self, workspace_id: str, task_id: str, options: TrainingOptions) -> Model:
        """Start a training and return its model.

        Raises NotFound, AlreadyTraining, TooFewImages, and InvalidInput for the options or names.
        """
        options = self._granted(options)
        task = self.tasks.get(workspace_id, task_id)
        check_type(options, task.type)
        self.settle(task)
        # Pictures that ingest has not seen count here; the machine's first step counts again.
        labels = self.tasks.labels(workspace_id, task_id)
        check_counts(task.type, labels, self.minimum_per_label)
        _check_names(labels)
        model = Model(new_id(), workspace_id, task_id, task.name, options.mode, self.clock())
        self.tasks.begin_training(task, model)
        self._start(model, options)
        return model

    def cancel(self, workspace_id: str, model_id: str, user_id: str) -> Model:
        """End a model's training and free its task; again, or for a failed model, changes nothing.

        The model is marked first: whatever its run still does, it is not published any more. A
        repeat stops a run that a crash, or a service out of reach, has left running.
        Raises NotFound, and Conflict for a model that was published.
        """
        self.models.mark_failed(
            workspace_id, model_id, f"Cancelled by user {user_id}", self.clock()
        )
        model = self.models.get(workspace_id, model_id)
        if model.version is not None:
            raise Conflict(
                f"The training has finished and the model is version {model.version}; "
                "delete it, or activate another version"
            )
        self.machine.stop(model_id)
        return model

    def settle(self, task: Task) -> None:
        """Free the lock of a training that is not running; raises AlreadyTraining if it is."""
        if task.training_model_id is None:
            return
        model = self.models.get(task.workspace_id, task.training_model_id)
        fresh = self.clock() - model.created < START_GRACE
        if fresh or self.machine.is_running(model.id):
            raise AlreadyTraining("A training of this task is under way; wait until it finishes")
        self._fail(model, "The training ended without a result; train again")

    def _granted(self, options: TrainingOptions) -> TrainingOptions:
        check_options(options)
        return self.capacity.granted(options)

    def _start(self, model: Model, options: TrainingOptions) -> None:
        run = TrainingRun(model.workspace_id, model.task_id, model.id, options)
        try:
            self.machine.start(run)
        except OrielError:
            # Should it have started all the same, its first step finds the lock gone and ends.
            self._fail(model, "The training could not be started; train again")
            raise

    def _fail(self, model: Model, reason: str) -> None:
        self.models.mark_failed(model.workspace_id, model.id, reason, self.clock())


def _check_names(labels: Sequence[Label]) -> None:
    names = [label.answer_name for label in labels]
    if len(json.dumps(names, ensure_ascii=False).encode()) > MAX_LABEL_NAMES_BYTES:
        raise InvalidInput(
            f"The names of a task's labels may take {MAX_LABEL_NAMES_BYTES} bytes together; "
            "use shorter ones"
        )
