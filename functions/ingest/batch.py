"""Takes a batch of queue messages in: each fails alone, the embeddings are made together."""

from collections.abc import Mapping, Sequence
from typing import Any

from oriel.domain.upload import Upload
from oriel.observability import logger
from oriel.services.ingest import Ingest, Seen

from functions.ingest.notification import uploads_in


def run(event: Mapping[str, Any], ingest: Ingest) -> dict[str, Any]:
    """Return SQS's partial batch response: the messages that shall come again."""
    failed: set[str] = set()
    seen: list[tuple[str, Seen]] = []
    for record in event["Records"]:
        message_id = record["messageId"]
        try:
            for upload in uploads_in(record["body"]):
                looked = _look(ingest, upload, message_id, failed)
                seen += [(message_id, looked)] if looked else []
        except (ValueError, KeyError, TypeError, AttributeError):
            logger.exception("message is no s3 notification", message_id=message_id)
            failed.add(message_id)
    _finish(ingest, seen, failed)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in sorted(failed)]}


def _look(ingest: Ingest, upload: Upload, message_id: str, failed: set[str]) -> Seen | None:
    try:
        return ingest.look(upload)
    except Exception:  # noqa: BLE001 - one bad upload must not hold up the others
        _log_failure(upload)
        failed.add(message_id)
        return None


def _finish(ingest: Ingest, seen: Sequence[tuple[str, Seen]], failed: set[str]) -> None:
    if not seen:
        return
    vectors = ingest.embed([one for _, one in seen])
    for (message_id, one), vector in zip(seen, vectors, strict=True):
        try:
            ingest.finish(one, vector)
        except Exception:  # noqa: BLE001 - one bad upload must not hold up the others
            _log_failure(one.upload)
            failed.add(message_id)
        else:
            logger.info("image ingested", extra=_facts(one.upload))


def _log_failure(upload: Upload) -> None:
    logger.exception("image not ingested", extra=_facts(upload))


def _facts(upload: Upload) -> dict[str, str]:
    return {"workspace_id": upload.workspace_id, "image_id": upload.image_id}
