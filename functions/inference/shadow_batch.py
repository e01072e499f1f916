"""Lets a candidate answer what a batch of queue messages names."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oriel.adapters.shadow_queue import from_message
from oriel.observability import logger

if TYPE_CHECKING:
    from oriel.services.shadows import ShadowRunner


def run(event: Mapping[str, Any], shadows: "ShadowRunner") -> dict[str, Any]:
    """Return SQS's partial batch response: the messages that shall come again."""
    failed = []
    for record in event["Records"]:
        try:
            answered = shadows(from_message(record["body"]))
            logger.info("candidate answered unheard", records=answered)
        except Exception:  # noqa: BLE001 - the edge: logged, and the message comes again
            logger.exception("candidate did not answer", message_id=record["messageId"])
            failed.append(record["messageId"])
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
