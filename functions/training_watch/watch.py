"""Hears how runs of the training machine begin and end, and looks after those that cannot.

A run that is stopped, or takes longer than the machine may, never reaches its own MarkFailed step,
and a run that fails in that step does not either. EventBridge tells of every end, at least once.
"""

import json
from collections.abc import Mapping
from typing import Any

from oriel.domain.clock import Clock
from oriel.domain.errors import NotFound
from oriel.domain.failure import reason_of_end
from oriel.domain.model import Model
from oriel.notification_ports import Notifier
from oriel.observability import logger
from oriel.training_ports import ModelStore
from oriel.values import dataclass

BEGAN = "RUNNING"
FAILED = "FAILED"
"""The end of a run whose own steps have marked the model and told people, unless those failed."""


@dataclass(frozen=True, slots=True)
class Watch:
    """Hears of runs; what it is told is the detail of "Execution Status Change"."""

    models: ModelStore
    notifier: Notifier
    clock: Clock

    def hears(self, detail: Mapping[str, Any]) -> None:
        """Tell people that a run began, or take care of one that ended without success."""
        given = json.loads(detail["input"])
        try:
            model = self.models.get(given["workspace_id"], given["model_id"])
        except NotFound:
            return  # deleted since
        if detail["status"] == BEGAN:
            self.notifier.training_started(model)
        else:
            self._ended(model, detail)

    def _ended(self, before: Model, detail: Mapping[str, Any]) -> None:
        """Free the task of a run that did not end well, and tell people where it did not itself."""
        model = self._settle(before, detail)
        if detail["status"] != FAILED or model != before:
            self.notifier.training_finished(model)
        logger.warning(
            "training run ended early",
            model_id=model.id,
            run_status=detail["status"],
            train_status=model.train_status,
        )

    def _settle(self, model: Model, detail: Mapping[str, Any]) -> Model:
        where = (model.workspace_id, model.id)
        reason = reason_of_end(detail["status"], detail.get("error"))
        self.models.mark_failed(*where, reason, self.clock())
        return self.models.get(*where)
