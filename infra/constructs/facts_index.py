"""The usage table's index of facts."""

FACTS_INDEX = "facts"
"""Of the usage table: facts by workspace and day, without the mark of having been counted."""
FACT_ATTRIBUTES = (
    "workspace_id",
    "request_key",
    "record_index",
    "task_id",
    "model_version",
    "units",
    "occurred",
    "task_index",
    "token_id",
    "price_version",
)
