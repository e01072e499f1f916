"""Batches of queue messages, of which each is taken or comes again by itself."""

from collections.abc import Callable, Mapping
from typing import Any

from oriel.observability import logger


def take_each(
    event: Mapping[str, Any], take: Callable[[Mapping[str, Any]], object], complaint: str
) -> dict[str, Any]:
    """Take the messages one by one, and return SQS's partial batch response: what comes again.

    Each that fails is logged with `complaint`, and no other waits for it.
    """
    failed = []
    for record in event["Records"]:
        try:
            take(record)
        except Exception:  # noqa: BLE001 - the edge: logged, and the message comes again
            logger.exception(complaint, message_id=record["messageId"])
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
