"""The versions of tasks: which one answers, and how one is deleted."""

from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, InvalidInput, NotFound, NotTrained
from oriel.domain.evaluation import evaluation_key
from oriel.domain.model import MAX_VERSION, Model, export_key
from oriel.domain.task import Task
from oriel.domain.training_report import report_prefix
from oriel.ports import Blobs, TaskStore
from oriel.services.training import Trainings
from oriel.training_ports import ModelStore
from oriel.values import dataclass
from oriel.version_ports import VersionStore


@dataclass(frozen=True, slots=True)
class Versions:
    """What can be done with published models; `artifacts` is the models bucket."""

    store: VersionStore
    models: ModelStore
    tasks: TaskStore
    trainings: Trainings
    artifacts: Blobs
    clock: Clock

    def activate(self, workspace_id: str, model_id: str, user_id: str) -> Model:
        """Let the task answer with this model; again changes nothing.

        Raises NotFound, and Conflict for a model that was not published.
        """
        model = self.models.get(workspace_id, model_id)
        if model.version is None:
            raise Conflict(
                f"The model is {model.train_status}; only a TRAINED model can be activated"
            )
        self._activate(self.tasks.get(workspace_id, model.task_id), model.version, user_id)
        return model

    def choose(self, workspace_id: str, task_id: str, version: int, user_id: str) -> None:
        """Let the task answer with this version; again changes nothing.

        Raises NotFound for an unknown task, InvalidInput where the version does not exist.
        """
        task = self.tasks.get(workspace_id, task_id)
        try:
            self._activate(task, version, user_id)
        except NotTrained:
            raise InvalidInput(f"production_version: the task has no version {version}") from None

    def delete(self, workspace_id: str, model_id: str) -> None:
        """Remove a model and what only it needs; a repeat after a crash goes on.

        Raises NotFound; Conflict for the production version and for a model in training.
        """
        model = self._hide(workspace_id, model_id)
        # The model goes last, as it is what a repeat goes by.
        self.artifacts.delete(self._objects_of(model))
        reports = report_prefix(model.workspace_id, model.task_id, model.id)
        while self.artifacts.delete_below(reports):
            pass
        self.store.remove(workspace_id, model_id)

    def _activate(self, task: Task, version: int, user_id: str) -> None:
        if task.production_version == version:
            return
        if not 0 < version <= MAX_VERSION:
            raise NotTrained(f"The task has no version {version}")
        self.store.activate(task.workspace_id, task.id, version, user_id, self.clock())

    def _hide(self, workspace_id: str, model_id: str) -> Model:
        try:
            return self.store.hide(workspace_id, model_id)
        except Conflict:
            # The training that seems to hold it may have ended without a result.
            model = self.models.get(workspace_id, model_id)
            task = self.tasks.get(workspace_id, model.task_id)
            if task.training_model_id != model_id:
                raise
            self.trainings.settle(task)
            return self.store.hide(workspace_id, model_id)

    def _objects_of(self, model: Model) -> list[str]:
        """Name the objects that nothing else needs.

        Files are named by their content, so that versions of a task may share one. A training that
        is under way may be about to, and is not seen yet: what it might share stays, and goes with
        the task.
        """
        where = (model.workspace_id, model.task_id, model.id)
        own = [evaluation_key(*where), export_key(*where)]
        if model.artifact is None:
            return own
        try:
            training = self.tasks.get(model.workspace_id, model.task_id).training_model_id
        except NotFound:
            training = None
        used = self.store.artifact_keys(model.workspace_id, model.task_id).values()
        if training is not None or model.artifact.key in used:
            return own
        return [*own, model.artifact.key]
