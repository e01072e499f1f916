"""What can be had of a published model beside its answers: comparisons and the export."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from oriel.domain.clock import Clock
from oriel.domain.comparison import Comparison, compare
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.evaluation import evaluation_key
from oriel.domain.export import Export
from oriel.domain.model import Model, export_key
from oriel.domain.paired import paired
from oriel.domain.task import TaskType
from oriel.ports import Blobs
from oriel.services.model_card import MAX_EVALUATION_BYTES
from oriel.training_ports import ModelStore
from oriel.values import dataclass

LINK_SECONDS = 3600
EXPORT_PATIENCE = timedelta(minutes=30)
"""Longer than the step takes with all its repeats: what is not there then never will be."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two models of one task on the same test pictures; `difference` counts for `ours`."""

    ours: Model
    theirs: Model
    test_hash: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class ExportLink:
    """Where an export can be fetched until `expires`."""

    url: str
    expires: datetime
    export: Export


@dataclass(frozen=True, slots=True)
class ModelRecords:
    """Reads what trainings left; `artifacts` is the models bucket."""

    models: ModelStore
    artifacts: Blobs
    clock: Clock

    def compare(self, workspace_id: str, model_id: str, other_id: str) -> Compared:
        """Compare two models picture for picture.

        Raises NotFound, and Conflict with the reason where their figures are not comparable.
        """
        ours, theirs = (self.models.get(workspace_id, one) for one in (model_id, other_id))
        if ours.task_id != theirs.task_id:
            raise Conflict("The models belong to different tasks, which ask different questions")
        mine, other = self._evaluation(ours), self._evaluation(theirs)
        if mine["test_hash"] != other["test_hash"]:
            raise Conflict(_OTHER_PICTURES.format(len(mine["outcomes"]), len(other["outcomes"])))
        one, another, groups = paired(mine["outcomes"], other["outcomes"])
        binary = mine["task_type"] == TaskType.MULTI_CLASS
        comparison = compare(one, another, binary=binary, groups=groups)
        return Compared(ours, theirs, mine["test_hash"], comparison)

    def export_link(self, workspace_id: str, model_id: str) -> ExportLink:
        """Sign a URL of a model's export.

        Raises NotFound, and Conflict that says how to get one.
        """
        model = self.models.get(workspace_id, model_id)
        if model.export is None or model.export.failure is not None:
            raise Conflict(self._why_no_export(model))
        key = export_key(workspace_id, model.task_id, model_id)
        expires = self.clock() + timedelta(seconds=LINK_SECONDS)
        return ExportLink(self.artifacts.sign_get(key, LINK_SECONDS), expires, model.export)

    def _why_no_export(self, model: Model) -> str:
        if model.version is None or model.finished is None:
            return f"The model is {model.train_status}; only a TRAINED model is exported"
        if model.export is not None:
            return f"The model could not be exported: {model.export.failure}. {_TRAIN}"
        if self.clock() - model.finished < EXPORT_PATIENCE:
            return "The export is being made; ask again in a minute"
        return f"The model has no export. {_TRAIN}"

    def _evaluation(self, model: Model) -> Mapping[str, Any]:
        key = evaluation_key(model.workspace_id, model.task_id, model.id)
        try:
            document = json.loads(self.artifacts.get(key, MAX_EVALUATION_BYTES))
        except NotFound:
            raise Conflict(f"The model is {model.train_status} and has no evaluation") from None
        if not document.get("outcomes"):
            raise Conflict(
                "Of one of the models it is not known how single pictures came out: it was trained "
                "before that was kept. Train the task again"
            )
        return dict(document)


_TRAIN = "Train the task again: each new version has one"
_OTHER_PICTURES = (
    "The models were measured on different test pictures ({} and {}), or on other answers to them, "
    "so their figures do not say which is better. Train the task again: the evaluation of a new "
    "version runs the production version on the same pictures"
)
