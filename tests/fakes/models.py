from dataclasses import replace
from datetime import datetime

from oriel.domain.activation import decide
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.export import Export
from oriel.domain.model import Model
from oriel.domain.page import Page, PageRequest
from oriel.domain.task import Task, TrainStatus

from tests.fakes.core import MemoryCore, page_of

_OPEN = {TrainStatus.CREATED, TrainStatus.IN_TRAINING}


class MemoryModelStore:
    def __init__(self, core: MemoryCore) -> None:
        self._core = core

    def get(self, workspace_id: str, model_id: str) -> Model:
        return self._core.model(workspace_id, model_id)

    def find_version(self, workspace_id: str, task_id: str, version: int) -> Model | None:
        wanted = (workspace_id, task_id, version)
        for model in self._core.models.values():
            shown = model.id not in self._core.hidden_models and task_id in self._core.tasks
            if shown and (model.workspace_id, model.task_id, model.version) == wanted:
                return model
        return None

    def list(self, workspace_id: str, task_id: str, page: PageRequest) -> Page[Model]:
        return page_of(
            [
                model
                for model in self._core.models.values()
                if (model.workspace_id, model.task_id) == (workspace_id, task_id)
                and model.id not in self._core.entombed
                and model.id not in self._core.hidden_models
            ],
            page,
        )

    def mark_started(self, workspace_id: str, model_id: str, snapshot_key: str) -> None:
        with self._core.lock:
            model = self._open(workspace_id, model_id)
            task = self._held_by(model)
            if task is None:
                raise Conflict("The training of this model has ended")
            started = TrainStatus.IN_TRAINING
            self._core.models[model_id] = replace(
                model, train_status=started, snapshot_key=snapshot_key
            )
            self._core.tasks[task.id] = replace(task, last_train_status=started)

    def set_evaluated(self, model: Model) -> None:
        with self._core.lock:
            self._core.models[model.id] = replace(
                self._open(model.workspace_id, model.id),
                artifact=model.artifact,
                accuracy=model.accuracy,
                metrics=model.metrics,
            )

    def set_exported(self, workspace_id: str, model_id: str, export: Export) -> None:
        with self._core.lock:
            model = self.get(workspace_id, model_id)
            if model.version is None or model_id in self._core.entombed:
                raise NotFound("There is no published model with this id")
            self._core.models[model_id] = replace(model, export=export)

    def entomb(self, workspace_id: str, model_id: str) -> None:
        with self._core.lock:
            model = self.get(workspace_id, model_id)
            self._core.models[model_id] = replace(
                model, artifact=None, accuracy=None, metrics={}, snapshot_key=None, export=None
            )
            self._core.entombed.add(model_id)

    def publish(self, workspace_id: str, model_id: str, at: datetime) -> Model:
        with self._core.lock:
            model = self.get(workspace_id, model_id)
            if model.version is not None:
                return model
            self._core.task(workspace_id, model.task_id)
            task = self._held_by(model)
            if task is None:
                raise Conflict("The training of this model has ended")
            if model.artifact is None:
                raise Conflict("The model has not been evaluated")
            version = task.latest_version + 1
            decision = decide(task.activation, version, task.in_production, model.metrics)
            task = replace(
                task,
                latest_version=version,
                last_train_status=TrainStatus.TRAINED,
                training_model_id=None,
                production_reason=decision.reason,
            )
            if decision.activate:
                task = replace(
                    task, production_version=version, production_since=at, production_set_by=None
                )
            self._core.tasks[task.id] = task
            published = replace(
                model,
                version=version,
                train_status=TrainStatus.TRAINED,
                finished=at,
                production_reason=decision.reason,
            )
            self._core.models[model_id] = published
            return published

    def mark_failed(self, workspace_id: str, model_id: str, reason: str, at: datetime) -> None:
        with self._core.lock:
            model = self.get(workspace_id, model_id)
            if model.train_status not in _OPEN:
                return
            failed = TrainStatus.FAILED
            self._core.models[model_id] = replace(
                model, train_status=failed, failure=reason, finished=at
            )
            task = self._held_by(model)
            if task is not None:
                self._core.tasks[task.id] = replace(
                    task, last_train_status=failed, training_model_id=None
                )

    def _open(self, workspace_id: str, model_id: str) -> Model:
        model = self.get(workspace_id, model_id)
        if model.train_status not in _OPEN:
            raise Conflict("The training of this model has ended")
        return model

    def _held_by(self, model: Model) -> Task | None:
        task = self._core.tasks.get(model.task_id)
        return task if task is not None and task.training_model_id == model.id else None
