"""What goes into the MarkFailed step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from typing import Any

from oriel.domain.clock import Clock
from oriel.domain.failure import reason_of
from oriel.observability import logger
from oriel.training_ports import ModelStore


def run(event: Mapping[str, Any], models: ModelStore, clock: Clock) -> dict[str, Any]:
    """Note on the model why its training failed, and free its task."""
    caught = event["error"]
    reason = reason_of(caught["Error"], caught["Cause"])
    models.mark_failed(event["workspace_id"], event["model_id"], reason, clock())
    logger.error(
        "training failed", model_id=event["model_id"], error_code=caught["Error"], reason=reason
    )
    return {"reason": reason}
