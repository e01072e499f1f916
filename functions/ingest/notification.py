"""Reads the S3 notifications that arrive through the queue."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from oriel.domain.upload import Upload, upload_of
from oriel.observability import logger


def uploads_in(body: str) -> tuple[Upload, ...]:
    """Return the uploads that a queue message tells of, each once.

    S3's test event tells of none, and a key that names no upload is logged and dropped. Raises
    ValueError or KeyError for a body that is no S3 notification.
    """
    notification = json.loads(body)
    if notification.get("Event") == "s3:TestEvent":
        return ()
    return tuple(dict.fromkeys(_uploads(notification["Records"])))


def _uploads(records: list[Mapping[str, Any]]) -> Iterator[Upload]:
    for record in records:
        upload = upload_of(unquote_plus(record["s3"]["object"]["key"]))
        if upload is None:
            logger.warning("object is no upload", event_name=record.get("eventName"))
        else:
            yield upload
