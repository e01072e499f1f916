"""What goes into the Publish step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from typing import Any

from oriel.domain.clock import Clock
from oriel.observability import logger
from oriel.training_ports import ModelStore


def run(event: Mapping[str, Any], models: ModelStore, clock: Clock) -> dict[str, Any]:
    """Make the model the task's next and production version; again it changes nothing."""
    model = models.publish(event["workspace_id"], event["model_id"], clock())
    logger.info("model published", model_id=model.id, model_version=model.version)
    return {"version": model.version}
