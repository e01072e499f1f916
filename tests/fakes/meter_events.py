"""The events that the meter gets."""

from collections.abc import Iterable
from typing import Any

from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.usage_items import fact_to_item
from oriel.adapters.outbox import to_message
from oriel.domain.usage import UsageFact
from oriel.services.metering import Deferred


def stream_record(number: int, image: dict[str, Any], event_name: str = "INSERT") -> dict[str, Any]:
    keys = {name: image[name] for name in ("pk", "sk")}
    return {
        "eventSource": "aws:dynamodb",
        "eventName": event_name,
        "dynamodb": {"SequenceNumber": str(number), "Keys": keys, "NewImage": image},
    }


def stream_event(facts: Iterable[UsageFact]) -> dict[str, Any]:
    images = (encode(fact_to_item(fact)) for fact in facts)
    return {"Records": [stream_record(number, image) for number, image in enumerate(images)]}


def queue_event(entries: Iterable[Deferred]) -> dict[str, Any]:
    return {
        "Records": [
            {"eventSource": "aws:sqs", "messageId": str(number), "body": to_message(entry)}
            for number, entry in enumerate(entries)
        ]
    }
