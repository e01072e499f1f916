"""Lets a candidate answer what a batch of queue messages names."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from oriel.adapters.batches import take_each
from oriel.adapters.shadow_queue import from_message
from oriel.observability import logger

if TYPE_CHECKING:
    from oriel.services.shadows import ShadowRunner


def run(event: Mapping[str, Any], shadows: "ShadowRunner") -> dict[str, Any]:
    """Return SQS's partial batch response: the messages that shall come again."""

    def take(record: Mapping[str, Any]) -> None:
        answered = shadows(from_message(record["body"]))
        logger.info("candidate answered unheard", records=answered)

    return take_each(event, take, "candidate did not answer")
