"""Looks at the rows of the table themselves."""

from tests.functional.core.conftest import Table
from tests.functional.core.scenes import items_below


def only_a_trace_is_left(table: Table, workspace_id: str, image_id: str) -> bool:
    """Tell whether an image is gone but for the note that its id is used up, which expires."""
    [trace] = items_below(table, f"WS#{workspace_id}#IMAGE#{image_id}")
    known = {"pk", "sk", "gsi1pk", "gsi1sk", "id", "workspace_id", "deleting", "gone", "expires_at"}
    return set(trace) == known
