"""Looks at the rows of the table themselves."""

import re
from collections.abc import Iterable

from tests.functional.core.conftest import Table
from tests.functional.core.scenes import items_below

_KIND = re.compile("(?:^|(?<=#))[A-Z_]+(?=#|$)")

KINDS_OF_ROWS = {
    "FOUNDED META",
    "TOKEN META",
    "USER MEMBER",
    "WS CONTENT IMAGE",
    "WS CONTENT META",
    "WS COUNTS",
    "WS COUNTS ANNOTATIONS",
    "WS IMAGE EMBEDDING",
    "WS IMAGE EVENT",
    "WS IMAGE LABEL WS LABEL IMAGES",
    "WS IMAGE LABEL_PROPOSAL WS LABEL PROPOSALS",
    "WS IMAGE META WS HIDDEN IMAGES",
    "WS IMAGE META WS IMAGES",
    "WS IMAGE META WS TRACES",
    "WS IMAGE POINT",
    "WS IMAGE VERIFICATION",
    "WS IMPORT BEGUN",
    "WS IMPORT FILE WS IMPORT DONE",
    "WS IMPORT META WS IMPORTS",
    "WS LABEL FOLLOWUP",
    "WS LABEL META WS HIDDEN LABELS",
    "WS LABEL META WS LABELS",
    "WS MEMBER",
    "WS META",
    "WS MODEL META WS HIDDEN MODELS",
    "WS MODEL META WS TASK MODELS",
    "WS MODEL META WS TOMBS",
    "WS POINT META WS POINTS",
    "WS SWEEP META WS SWEEPS",
    "WS TASK ANSWER",
    "WS TASK LABEL WS LABEL TASKS",
    "WS TASK LEADER",
    "WS TASK META WS HIDDEN TASKS",
    "WS TASK META WS TASKS",
    "WS TASK TRIAL",
    "WS TASK VERSION",
    "WS TOKEN",
    "WS UPLOAD META WS UPLOADS",
    "WS VERIFICATION META WS VERIFICATIONS",
}
"""All that a workspace has (docs/adr/0002-core-table.md): a new kind belongs here too."""


def kinds_of(rows: Iterable[tuple[str, str, str]]) -> set[str]:
    """Name the kinds of rows and where they are listed: keys without ids, times and hashes."""
    return {" ".join(_KIND.findall("#".join(row))) for row in rows}


def only_a_trace_is_left(table: Table, workspace_id: str, image_id: str) -> bool:
    """Tell whether an image is gone but for the note that its id is used up, which expires."""
    [trace] = items_below(table, f"WS#{workspace_id}#IMAGE#{image_id}")
    known = {"pk", "sk", "gsi1pk", "gsi1sk", "id", "workspace_id", "deleting", "gone", "expires_at"}
    return set(trace) == known
