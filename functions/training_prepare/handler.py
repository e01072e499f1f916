"""Entry point of the Prepare step."""

from typing import Any

from oriel.settings import Settings

from functions.training_prepare.deps import build
from functions.training_prepare.step import run

_PREPARE, _PLACES, _CAPACITY = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Check the pictures and write the snapshot; errors are named for the machine's Retry."""
    return run(event, _PREPARE, _PLACES, _CAPACITY)
