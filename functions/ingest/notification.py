"""Reads the S3 notifications that arrive through the queue."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import unquote_plus

from oriel.domain.imports import SentArchive, archive_at
from oriel.domain.upload import Waiting, waiting_at
from oriel.observability import logger

Sent: TypeAlias = Waiting | SentArchive


def uploads_in(body: str) -> tuple[Sent, ...]:
    """Return the uploads that a queue message tells of, each once.

    S3's test event tells of none, and a key that names no upload, such as a file of a manifest, is
    passed over. Raises ValueError or KeyError for a body that is no S3 notification.
    """
    notification = json.loads(body)
    if notification.get("Event") == "s3:TestEvent":
        return ()
    return tuple(dict.fromkeys(_uploads(notification["Records"])))


def _uploads(records: list[Mapping[str, Any]]) -> Iterator[Sent]:
    for record in records:
        key = unquote_plus(record["s3"]["object"]["key"])
        upload = waiting_at(key) or archive_at(key)
        if upload is None:
            logger.info("object is no upload", event_name=record.get("eventName"))
        else:
            yield upload
