"""What goes into the Plan step and what comes out: the words of the state machine."""

from collections.abc import Mapping
from typing import Any

from oriel.observability import logger
from oriel.services.import_plan import PlanImport


def run(event: Mapping[str, Any], plan: PlanImport) -> dict[str, Any]:
    """Plan an import; the result names the batches and holds none."""
    planned = plan(event["workspace_id"], event["import_id"])
    logger.info(
        "import planned",
        workspace_id=planned.workspace_id,
        import_id=planned.id,
        files=planned.total,
    )
    return {
        "workspace_id": planned.workspace_id,
        "import_id": planned.id,
        "batches_key": planned.batches_key,
    }
