"""What goes into the Notify step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from typing import Any

from oriel.ports import ModelStore, Notifier


def run(event: Mapping[str, Any], models: ModelStore, notifier: Notifier) -> dict[str, Any]:
    """Announce how a training ended; a repeat announces it again."""
    notifier.training_finished(models.get(event["workspace_id"], event["model_id"]))
    return {"announced": True}
