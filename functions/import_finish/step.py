"""What goes into the Finish step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from typing import Any

from oriel.observability import logger
from oriel.services.import_finish import FinishImport


def run(event: Mapping[str, Any], finish: FinishImport) -> dict[str, Any]:
    """End an import; an `error` is what the machine caught."""
    error = event.get("error")
    ended = finish(event["workspace_id"], event["import_id"], error)
    facts: dict[str, object] = {
        "workspace_id": ended.workspace_id,
        "import_id": ended.id,
        "state": ended.state.value,
        "done": ended.done,
        "failed": ended.failed,
        "skipped": ended.skipped,
    }
    if error is not None:
        facts |= {"error_code": error["Error"], "reason": ended.failure}
    logger.info("import ended", extra=facts)
    return {"state": ended.state.value}
