"""Entry point of the Plan step."""

from typing import Any

from oriel.settings import Settings

from functions.import_plan.deps import build
from functions.import_plan.step import run

_PLAN = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Plan an import; errors are named for the machine's Retry and Catch."""
    return run(event, _PLAN)
