"""Entry point of what closes periods: a schedule begins rounds, a queue ends them."""

from typing import Any, Protocol

from oriel.settings import Settings

from functions.close_periods.batch import run
from functions.close_periods.deps import build

_CLOSER = build(Settings.load())


class Context(Protocol):
    """What is used of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that this invocation has left."""


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Begin a night's round, or close the workspaces of a batch; those that failed come again."""
    return run(event, _CLOSER, context.get_remaining_time_in_millis)
