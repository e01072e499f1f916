"""Goes on with the sweeps that a batch of queue messages names."""

from collections.abc import Callable, Mapping
from typing import Any

from oriel.adapters.batches import take_each
from oriel.adapters.sweep_queue import from_message
from oriel.observability import logger
from oriel.services.sweeps import Sweeper

MARGIN_MS = 25_000
"""No slice is begun with less time left: enough for the longest, with retries."""

LAST_DELIVERY = 3
"""The queue's `max_receive_count`; what fails then becomes a dead letter."""


def run(
    event: Mapping[str, Any], sweeper: Sweeper, remaining_ms: Callable[[], int]
) -> dict[str, Any]:
    """Return SQS's partial batch response: the messages that shall come again."""

    def take(record: Mapping[str, Any]) -> None:
        _work(record, sweeper, lambda: remaining_ms() > MARGIN_MS)

    return take_each(event, take, "sweep did not go on")


def _work(record: Mapping[str, Any], sweeper: Sweeper, has_time: Callable[[], bool]) -> None:
    workspace_id, subject_id = from_message(record["body"])
    try:
        sweeper.work(workspace_id, subject_id, has_time)
    except Exception as problem:
        if int(record["attributes"]["ApproximateReceiveCount"]) >= LAST_DELIVERY:
            # Nobody will be woken for it again: let its listing say so.
            reason = f"{LAST_DELIVERY} attempts ended in a {type(problem).__name__}; see the log"
            sweeper.give_up(workspace_id, subject_id, reason)
        raise
    logger.info("sweep went on", workspace_id=workspace_id, subject_id=subject_id)
