"""What goes into the Notify step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from typing import Any

from oriel.notification_ports import Notifier
from oriel.observability import logger
from oriel.training_ports import ModelStore


def run(event: Mapping[str, Any], models: ModelStore, notifier: Notifier) -> dict[str, Any]:
    """Announce how a training ended; a repeat announces it again."""
    model = models.get(event["workspace_id"], event["model_id"])
    notifier.training_finished(model)
    logger.info("training announced", model_id=model.id, train_status=model.train_status)
    return {"announced": True}
