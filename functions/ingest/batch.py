"""Takes a batch of queue messages in: each fails alone, the embeddings are made together.

A picture that costs more time than there is ends the whole invocation, and its neighbours come
again with it. So new messages go first, those that come again one by one after them, and what
cannot be done in time is given back.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from oriel.domain.imports import SentArchive
from oriel.domain.upload import Arrival
from oriel.observability import logger
from oriel.services.arrivals import Arrivals
from oriel.services.import_arrivals import ArchiveArrivals
from oriel.services.ingest import Ingest, Seen
from oriel.values import dataclass

from functions.ingest.notification import Sent, uploads_in

MARGIN_MS = 20_000
"""No picture is begun with less time left: enough to decode, embed and store the largest."""

Message: TypeAlias = Mapping[str, Any]


class _OutOfTime(Exception):
    """The rest of the batch has to come again."""


@dataclass(frozen=True, slots=True)
class Intake:
    """What takes uploads in: those that have an image, and those that only were promised one.

    Of an archive nothing is read here: its import is started.
    """

    ingest: Ingest
    arrivals: Arrivals
    archives: ArchiveArrivals


def run(
    event: Mapping[str, Any], intake: Intake, remaining_ms: Callable[[], int]
) -> dict[str, Any]:
    """Return SQS's partial batch response: the messages that shall come again."""
    failed: set[str] = set()
    for group in _groups(event["Records"]):
        _take(group, intake, remaining_ms, failed)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in sorted(failed)]}


def _groups(messages: Sequence[Message]) -> list[list[Message]]:
    """Return the new messages together, then each of the others by how often it came.

    Those that came equally often change direction from one delivery to the next: whichever of
    them ends the invocation, its neighbours on both sides have had their turn after two.
    """
    again = [message for message in messages if _deliveries(message) > 1]
    again.sort(key=lambda message: str(message["messageId"]))
    forwards = [message for message in again if _deliveries(message) % 2]
    backwards = [message for message in reversed(again) if not _deliveries(message) % 2]
    new = [message for message in messages if _deliveries(message) == 1]
    turns = sorted([*forwards, *backwards], key=_deliveries)
    return [new, *([message] for message in turns)]


def _deliveries(message: Message) -> int:
    return int(message["attributes"]["ApproximateReceiveCount"])


def _take(
    messages: Sequence[Message],
    intake: Intake,
    remaining_ms: Callable[[], int],
    failed: set[str],
) -> None:
    seen: list[tuple[str, Seen]] = []
    for message in messages:
        message_id = message["messageId"]
        try:
            for upload in uploads_in(message["body"]):
                _check_time(remaining_ms())
                looked = _look(intake, upload, message_id, failed)
                seen += [(message_id, looked)] if looked else []
        except _OutOfTime:
            logger.warning("no time left for message", message_id=message_id)
            failed.add(message_id)
        except (ValueError, KeyError, TypeError, AttributeError):
            logger.exception("message is no s3 notification", message_id=message_id)
            failed.add(message_id)
    _finish(intake.ingest, seen, failed)


def _check_time(remaining_ms: int) -> None:
    if remaining_ms < MARGIN_MS:
        raise _OutOfTime


def _look(intake: Intake, upload: Sent, message_id: str, failed: set[str]) -> Seen | None:
    try:
        if isinstance(upload, Arrival):
            # The image made of it is an upload of its own, and brings a message of its own.
            intake.arrivals.take(upload)
            return None
        if isinstance(upload, SentArchive):
            intake.archives.start(upload)
            return None
        return intake.ingest.look(upload)
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


def _log_failure(upload: Sent) -> None:
    logger.exception("upload not taken in", extra=_facts(upload))


def _facts(upload: Sent) -> dict[str, str]:
    if isinstance(upload, SentArchive):
        return {"workspace_id": upload.workspace_id, "import_id": upload.import_id}
    return {"workspace_id": upload.workspace_id, "image_id": upload.image_id}
