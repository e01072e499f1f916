"""What goes into the Take step and what comes out: the words of the state machine."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from oriel.domain.imports import Batch
from oriel.observability import logger
from oriel.services.import_take import TakeFiles


def run(event: Mapping[str, Any], take: TakeFiles) -> dict[str, Any]:
    """Take the files of a batch in.

    The result is a number: the machine gathers those of all batches, and 256 KB hold no more.
    """
    batch = Batch(
        workspace_id=event["workspace_id"],
        import_id=event["import_id"],
        offset=int(event["offset"]),
        length=int(event["length"]),
        etag=event["etag"],
    )
    taken = take(batch, one_by_one=event.get("one_by_one", False))
    counts = Counter(one.status.lower() for one in taken)
    facts = {"workspace_id": batch.workspace_id, "import_id": batch.import_id, **counts}
    logger.info("files imported", extra=facts)
    return {"files": len(taken)}
