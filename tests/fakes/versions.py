from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from oriel.domain.activation import chosen
from oriel.domain.errors import Conflict, NotTrained
from oriel.domain.model import Model, check_deletable

from tests.fakes.core import MemoryCore


class MemoryVersionStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def activate(
        self, workspace_id: str, task_id: str, version: int, user_id: str, at: datetime
    ) -> None:
        with self._core.lock:
            task = self._core.task(workspace_id, task_id)
            if version not in self.artifact_keys(workspace_id, task_id):
                raise NotTrained(f"The task has no version {version}")
            self._core.tasks[task_id] = replace(
                task,
                production_version=version,
                production_since=at,
                production_set_by=user_id,
                production_reason=chosen(version),
            )

    def artifact_keys(self, workspace_id: str, task_id: str) -> Mapping[int, str]:
        return {
            model.version: model.artifact.key
            for model in self._core.models.values()
            if (model.workspace_id, model.task_id) == (workspace_id, task_id)
            and model.id not in self._core.hidden_models
            and model.version is not None
            and model.artifact is not None
        }

    def hide(self, workspace_id: str, model_id: str) -> Model:
        with self._core.lock:
            model = self._core.any_model(workspace_id, model_id)
            if model_id not in self._core.hidden_models:
                task = self._core.tasks.get(model.task_id)
                if task is None or task.id in self._core.hidden_tasks:
                    raise Conflict("The model's task is deleted")
                check_deletable(model, task)
                self._core.hidden_models.add(model_id)
            return model

    def remove(self, workspace_id: str, model_id: str) -> None:
        with self._core.lock:
            model = self._core.models.get(model_id)
            if model is None or model.workspace_id != workspace_id:
                return
            if model_id not in self._core.hidden_models:
                raise Conflict("The model is not hidden")
            del self._core.models[model_id]
            self._core.hidden_models.discard(model_id)
