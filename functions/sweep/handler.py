"""Entry point of the sweeper: a queue's message says which deletion shall go on."""

from typing import Any, Protocol

from oriel.settings import Settings

from functions.sweep.batch import run
from functions.sweep.deps import build

_SWEEPER = build(Settings.load())


class Context(Protocol):
    """What is used of Lambda's context."""

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that this invocation has left."""


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Go on with the sweeps of a batch; those that failed come again."""
    return run(event, _SWEEPER, context.get_remaining_time_in_millis)
