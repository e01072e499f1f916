"""The meter's two sources: the usage table's stream is counted, the outbox is committed.

Both answer with Lambda's partial batch response. Counting and committing change nothing the second
time, so a batch may come again, in whole or in part, in any order.
"""

from collections.abc import Mapping
from typing import Any

from oriel.adapters.dynamodb.usage_items import FACT_PREFIX, fact_from_stream
from oriel.adapters.outbox import from_message
from oriel.domain.errors import OrielError
from oriel.observability import logger
from oriel.services.allowance_alerts import AllowanceAlerts
from oriel.services.counting import Counting
from oriel.services.metering import commit_deferred
from oriel.usage_ports import UsageStore
from oriel.values import dataclass

QUEUE = "aws:sqs"


@dataclass(frozen=True, slots=True)
class Meter:
    """What the two sources are for."""

    usage: UsageStore
    counting: Counting
    alerts: AllowanceAlerts


def run(event: Mapping[str, Any], meter: Meter) -> dict[str, Any]:
    """Take a batch of either source; the reply names what shall come again."""
    records = event["Records"]
    from_queue = [record for record in records if record["eventSource"] == QUEUE]
    from_stream = [record for record in records if record["eventSource"] != QUEUE]
    failed = [*_commit_all(from_queue, meter.usage), *_count_all(from_stream, meter)]
    return {"batchItemFailures": [{"itemIdentifier": item} for item in failed]}


def _count_all(records: list[Mapping[str, Any]], meter: Meter) -> list[str]:
    """Count the facts; returns the sequence numbers of those that failed."""
    failed: list[str] = []
    arrived = []
    for record in filter(_is_new_fact, records):
        number = record["dynamodb"]["SequenceNumber"]
        try:
            arrived.append((number, fact_from_stream(record["dynamodb"]["NewImage"])))
        except (KeyError, TypeError, ValueError):
            logger.exception("stream record is no usage fact", sequence_number=number)
            failed.append(number)
    uncounted = meter.counting.count(arrived)
    for number, problem in uncounted.items():
        logger.warning("usage fact not counted yet", sequence_number=number, exc_info=problem)
    for workspace_id in {fact.workspace_id for _, fact in arrived}:
        _tell(workspace_id, meter.alerts)
    return [*failed, *uncounted]


def _tell(workspace_id: str, alerts: AllowanceAlerts) -> None:
    """Tell of allowances; what was counted is counted, whatever becomes of a message."""
    try:
        alerts.look(workspace_id)
    except OrielError:
        logger.exception("allowance not looked at", workspace_id=workspace_id)


def _is_new_fact(record: Mapping[str, Any]) -> bool:
    """Tell facts from what else happens in the table, where no filter stands before the meter."""
    sort_key: str = record["dynamodb"]["Keys"]["sk"]["S"]
    return record["eventName"] == "INSERT" and sort_key.startswith(FACT_PREFIX)


def _commit_all(records: list[Mapping[str, Any]], store: UsageStore) -> list[str]:
    """Commit what waited in the outbox; returns the ids of the messages that failed."""
    failed: list[str] = []
    for record in records:
        try:
            commit_deferred(store, from_message(record["body"]))
        except (OrielError, KeyError, TypeError, ValueError):
            logger.exception("deferred usage not committed", message_id=record["messageId"])
            failed.append(record["messageId"])
    return failed
