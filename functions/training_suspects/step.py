"""What goes into the Suspects step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from typing import Any

from oriel.observability import logger
from oriel.services.find_suspects import FindSuspects
from oriel_vision.file_shelf import FileShelf


def run(event: Mapping[str, Any], find_suspects: FindSuspects[FileShelf]) -> dict[str, Any]:
    """Find and keep the suspects of a training; the result counts them."""
    names = ("workspace_id", "model_id", "snapshot_key")
    suspects = find_suspects(*(str(event[name]) for name in names))
    result = {"suspects": len(suspects.found)}
    logger.info("labels doubted", model_id=event["model_id"], extra=result)
    return result
