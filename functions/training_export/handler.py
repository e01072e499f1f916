"""Entry point of the Export step."""

from typing import Any

from oriel.settings import Settings

from functions.training_export.deps import build
from functions.training_export.step import run

_EXPORT = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Make a published model a file that runs without oriel."""
    return run(event, _EXPORT)
