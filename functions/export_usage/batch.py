"""Begins rounds when the schedule says so, and tells of the workspaces that a queue brings.

A workspace that fails comes again a few times, then becomes a dead letter; the next round brings it
once more. No other one waits for it.
"""

from collections.abc import Mapping
from typing import Any

from oriel.adapters.batches import take_each
from oriel.adapters.export_queue import from_message
from oriel.observability import logger
from oriel.services.usage_export import ExportRound, UsageExport
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Exporter:
    """What is done with either kind of event."""

    round: ExportRound
    export: UsageExport


def run(event: Mapping[str, Any], exporter: Exporter) -> dict[str, Any]:
    """Return SQS's partial batch response: the messages that shall come again."""
    if "Records" not in event:
        logger.info("usage export begun", workspaces=exporter.round.begin())
        return {"batchItemFailures": []}

    def take(record: Mapping[str, Any]) -> None:
        _tell(record["body"], exporter.export)

    return take_each(event, take, "usage not exported")


def _tell(body: str, export: UsageExport) -> None:
    workspace_id, first = from_message(body)
    logger.info(
        "usage exported", workspace_id=workspace_id, units=export.export(workspace_id, first)
    )
