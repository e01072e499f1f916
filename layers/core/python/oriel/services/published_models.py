"""Which model answers: the production version, or the one that was asked for.

Answers are remembered, so that a busy task costs a table read or so a second, however many ask.
The task is the pointer to the version in production. It is believed for less than a second, so that
every running instance has switched within a second of an activation. No request meets a gap: it is
answered by the version that it found, and that one goes on answering. The production version cannot
be deleted, and a published model never changes: so what is known of it is kept for longer, for as
long as the task says that it is production. The deletion of any other version takes a few seconds
to reach every instance.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from oriel.domain.errors import Forbidden, NotFound, NotTrained
from oriel.domain.ids import is_id
from oriel.domain.model import MAX_VERSION, Model
from oriel.domain.task import Task
from oriel.domain.traffic import Traffic, TrafficMode
from oriel.services.remembered import Remembered
from oriel.values import dataclass

if TYPE_CHECKING:
    # Not read by a cold start, which would build their classes for nothing (ADR 23).
    from oriel.ports import TaskStore
    from oriel.training_ports import ModelStore

TASK_SECONDS = 0.9
"""Leaves a tenth of the second that a switch may take for the request that reads the task again."""
VERSION_SECONDS = 3.0
"""Of a version that is not production: it may be deleted at any time."""
MODEL_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """A task's model, and the trial that is under way where nobody asked for the version."""

    task: Task
    model: Model
    trial: Traffic | None = None

    @property
    def trial_is_shadow(self) -> bool:
        """Whether another model is to answer the same pictures unheard."""
        return self.trial is not None and self.trial.mode is TrafficMode.SHADOW


class PublishedModels:
    """Finds the model for a task and version."""

    def __init__(
        self, tasks: "TaskStore", models: "ModelStore", now: Callable[[], float] = time.monotonic
    ) -> None:
        self._tasks = tasks
        self._models = models
        self._known_tasks = Remembered[Task](TASK_SECONDS, now)
        self._known_models = Remembered[Model](MODEL_SECONDS, now)
        self._known_versions = Remembered[Model](VERSION_SECONDS, now)

    def resolve(self, workspace_id: str, task_id: str, version: int | None) -> Model:
        """Return the model of `version`, of the production version where that is None.

        Raises NotFound for an unknown task; NotTrained where the task has no such model.
        """
        return self.choose(workspace_id, task_id, version).model

    def choose(
        self, workspace_id: str, task_id: str, version: int | None, sticky_id: str = ""
    ) -> Chosen:
        """Return the model that answers who has this id, and the trial that had a say in it.

        Raises as `resolve` does.
        """
        task = self.task(workspace_id, task_id)
        if task.latest_version == 0:
            raise NotTrained("The task has not been trained yet")
        if version is not None:
            return Chosen(task, self._model(task, version))
        if task.in_production is None:
            raise NotTrained(
                "No version of the task is in production: activate one "
                "(POST /recognition/v2/model/<id>/activate), or name the version"
            )
        production, trial = self._model(task, task.in_production), task.trial
        if trial is None:
            return Chosen(task, production)
        reached = trial.reaches_candidate(task.id, sticky_id)
        if trial.mode is TrafficMode.SHADOW:
            return Chosen(task, production, trial if reached else None)
        if not reached:
            return Chosen(task, production, trial)
        try:
            return Chosen(task, self._model(task, trial.candidate_version), trial)
        except NotTrained:
            # It was deleted in the moment in which its trial began: nothing is left to try.
            return Chosen(task, production)

    def keeping_task(self, workspace_id: str, task_id: str) -> Task:
        """Return a task that lets classified pictures be kept; raises NotFound and Forbidden."""
        task = self.task(workspace_id, task_id)
        if not task.store_images:
            # It may have been switched on a moment ago.
            task = self._read_task(workspace_id, task_id)
        if not task.store_images:
            raise Forbidden(
                "Pictures of this task may not be stored: set its store_images to true "
                f"(PATCH /recognition/v2/task/{task.id}), or send no store_images"
            )
        return task

    def task(self, workspace_id: str, task_id: str) -> Task:
        """Return the task; raises NotFound."""
        known = self._known_tasks.get(workspace_id, task_id)
        return self._read_task(workspace_id, task_id) if known is None else known

    def _read_task(self, workspace_id: str, task_id: str) -> Task:
        if not is_id(task_id):
            raise NotFound("There is no task with this id")
        task = self._tasks.get(workspace_id, task_id)
        # An untrained task is asked for again each time: its first version is live at once.
        if task.latest_version == 0:
            return task
        return self._known_tasks.put(task, workspace_id, task_id)

    def _model(self, task: Task, version: int) -> Model:
        if not 0 < version <= MAX_VERSION:
            raise NotTrained("The task has no such version")
        key = (task.workspace_id, task.id, version)
        production = version == task.production_version
        remembered = self._known_models if production else self._known_versions
        known = remembered.get(*key)
        if known is not None:
            return known
        model = self._models.find_version(*key)
        if model is None:
            raise NotTrained(f"The task has no version {version}")
        return remembered.put(model, *key)
