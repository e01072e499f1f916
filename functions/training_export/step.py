"""What goes into the Export step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from typing import Any

from oriel.observability import logger
from oriel.services.export_model import ExportModel


def run(event: Mapping[str, Any], export_model: ExportModel) -> dict[str, Any]:
    """Export a published model; a repeat writes the same file again."""
    export = export_model(event["workspace_id"], event["model_id"])
    facts = {"size_bytes": export.size_bytes, "parity": export.parity, "failure": export.failure}
    log = logger.info if export.failure is None else logger.error
    log("model export ended", model_id=event["model_id"], extra=facts)
    return {"exported": export.failure is None}
