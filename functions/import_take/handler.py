"""Entry point of the Take step."""

from typing import Any

from oriel.settings import Settings

from functions.import_take.deps import build
from functions.import_take.step import run

_TAKE = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Take the files of a batch in; errors are named for the machine's Retry."""
    return run(event, _TAKE)
