"""Entry point of ingest: S3 tells a queue of each upload, the queue calls this."""

from typing import Any, Protocol

from oriel.settings import Settings

from functions.ingest.batch import run
from functions.ingest.deps import build

_INTAKE = build(Settings.load())


class Context(Protocol):
    """What is used of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that this invocation has left."""


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Take the uploads of a batch in; those that failed come again."""
    return run(event, _INTAKE, context.get_remaining_time_in_millis)
