"""Entry point of what tells usage to Stripe: a schedule begins rounds, a queue ends them."""

from typing import Any

from oriel.settings import Settings

from functions.export_usage.batch import run
from functions.export_usage.deps import build

_EXPORTER = build(Settings.load())


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Begin a round, or tell of the workspaces of a batch; those that failed come again."""
    return run(event, _EXPORTER)
