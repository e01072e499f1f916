"""Begins rounds when the schedule says so, and looks at the workspaces that a queue brings.

Of each what dead requests hold is released, and periods that ended are closed.

A workspace that fails comes again a few times, then becomes a dead letter; the next night brings it
once more. No other one waits for it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from oriel.adapters.batches import take_each
from oriel.adapters.closing_queue import from_message
from oriel.observability import logger
from oriel.services.closing import Closed, Closing
from oriel.services.closing_round import ClosingRound
from oriel.services.ended_holds import EndedHolds
from oriel.values import dataclass

DRIFT = "billing_drift"
"""Logged as `error_code` where facts, ledger and totals do not agree: an alarm counts it."""

MARGIN_MS = 120_000
"""No day is compared with less time left: enough for a large one, and for the close itself."""


@dataclass(frozen=True, slots=True)
class Closer:
    """What is done with either kind of event."""

    round: ClosingRound
    holds: EndedHolds
    closing: Closing


def run(
    event: Mapping[str, Any], closer: Closer, remaining_ms: Callable[[], int]
) -> dict[str, Any]:
    """Return SQS's partial batch response: the messages that shall come again."""
    if "Records" not in event:
        logger.info("closing begun", workspaces=closer.round.begin())
        return {"batchItemFailures": []}

    def take(record: Mapping[str, Any]) -> None:
        _close(from_message(record["body"]), closer, remaining_ms)

    return take_each(event, take, "periods not closed")


def _close(workspace_id: str, closer: Closer, remaining_ms: Callable[[], int]) -> None:
    released = closer.holds.release(workspace_id)
    if released:
        logger.info("ended holds released", workspace_id=workspace_id, holds=released)
    closed = closer.closing.run(workspace_id, lambda: remaining_ms() > MARGIN_MS)
    _tell(workspace_id, closed)
    if not closed.done:
        closer.round.again(workspace_id)


def _tell(workspace_id: str, closed: Closed) -> None:
    logger.info(
        "periods looked at",
        workspace_id=workspace_id,
        done=closed.done,
        drafts=[invoice.period.key for invoice in closed.drafts],
        final=[invoice.number for invoice in closed.final],
    )
    because = [invoice.held_because for invoice in closed.held]
    for problem in dict.fromkeys([*closed.drifts, *because]):
        logger.error(
            "billing does not agree",
            error_code=DRIFT,
            workspace_id=workspace_id,
            problem=problem,
            held=[invoice.period.key for invoice in closed.held],
        )
