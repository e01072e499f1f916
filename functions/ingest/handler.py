"""Entry point of ingest: S3 tells a queue of each upload, the queue calls this."""

from typing import Any

from oriel.settings import Settings

from functions.ingest.batch import run
from functions.ingest.deps import build

_INGEST = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the uploads of a batch in; those that failed come again."""
    return run(event, _INGEST)
