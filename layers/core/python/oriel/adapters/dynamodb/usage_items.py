"""Usage facts and totals as items of the usage table, and where they lie.

A request key is one partition: its facts, and where a caller chose it its `REPLY`. A workspace's
totals are another.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

from oriel.adapters.dynamodb.attributes import Item, decode
from oriel.adapters.dynamodb.keys import Key
from oriel.domain.billing.periods import day_of
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.usage import RequestKey, UsageFact, UsageTotal

REPLY = "REPLY"
FACT_PREFIX = "FACT#"
FACTS = "facts"
"""The index that lists facts by day. It lacks the mark of having been counted, so that marking
writes nothing there."""
_DAY_CHARACTERS = 10
FACT_SHARDS = 8
"""A partition takes 1,000 writes a second: a workspace has eight a day."""


def fact_from_stream(image: Mapping[str, Any]) -> UsageFact:
    """Read a fact as the table's stream has it; raises KeyError, TypeError or ValueError."""
    return fact_from_item(decode(image))


def fact_from_item(item: Item) -> UsageFact:
    """Read a fact; raises KeyError, TypeError or ValueError."""
    return UsageFact(
        workspace_id=item["workspace_id"],
        request_key=RequestKey(item["request_key"]),
        record_index=int(item["record_index"]),
        task_id=item["task_id"],
        model_version=int(item["model_version"]),
        units=int(item["units"]),
        occurred=from_iso(item["occurred"]),
        # Facts of before a request could ask several tasks do not say which of them it was.
        task_index=int(item.get("task_index", 0)),
        token_id=item.get("token_id", ""),
        price_version=item.get("price_version", ""),
    )


def fact_to_item(fact: UsageFact) -> Item:
    """Write a fact, with its key."""
    occurred = to_iso(fact.occurred)
    # Both in UTC: a moment begins with its day.
    day = occurred[:_DAY_CHARACTERS]
    return {
        **fact_key(fact),
        f"{FACTS}pk": facts_partition(fact.workspace_id, day, shard_of(fact)),
        f"{FACTS}sk": f"{occurred}#{fact.id}",
        "workspace_id": fact.workspace_id,
        "request_key": fact.request_key,
        "record_index": fact.record_index,
        "task_id": fact.task_id,
        "model_version": fact.model_version,
        "units": fact.units,
        "occurred": occurred,
        "task_index": fact.task_index,
        "token_id": fact.token_id,
        "price_version": fact.price_version,
    }


def total_of(facts: Sequence[UsageFact]) -> UsageTotal:
    """Return the total that facts of one day, task, version and token add up to."""
    some = facts[0]
    return UsageTotal(
        day=day_of_fact(some),
        task_id=some.task_id,
        model_version=some.model_version,
        units=sum(fact.units for fact in facts),
        token_id=some.token_id,
    )


def total_to_item(workspace_id: str, total: UsageTotal) -> Item:
    """Write a total, with its key."""
    return {
        **total_place(workspace_id, total),
        "day": total.day,
        "task_id": total.task_id,
        "model_version": total.model_version,
        "units": total.units,
        "token_id": total.token_id or None,
    }


def total_from_item(item: Item) -> UsageTotal:
    """Read a total."""
    return UsageTotal(
        day=item["day"],
        task_id=item["task_id"],
        model_version=item["model_version"],
        units=item["units"],
        token_id=item.get("token_id", ""),
    )


def request_partition(workspace_id: str, key: RequestKey) -> str:
    """Return the partition of what a request was answered and is billed by."""
    return f"WS#{workspace_id}#REQ#{key}"


def fact_key(fact: UsageFact) -> Key:
    """Return where a fact lies; that of a request's first task where those of one task always lay.

    So a fact that is counted while the code changes is found by the old and by the new.
    """
    pk = request_partition(fact.workspace_id, fact.request_key)
    task = f"#{fact.task_index:02d}" if fact.task_index else ""
    return {"pk": pk, "sk": f"{FACT_PREFIX}{fact.record_index:04d}{task}"}


def shard_of(fact: UsageFact) -> int:
    """Return which of a day's partitions of the index lists a fact."""
    return crc32(fact.request_key.encode()) % FACT_SHARDS


def facts_partition(workspace_id: str, day: str, shard: int) -> str:
    """Return the index's partition of some of the facts of a workspace's day."""
    return f"WS#{workspace_id}#{day}#{shard}"


def totals_partition(workspace_id: str) -> str:
    """Return the partition of a workspace's totals."""
    return f"WS#{workspace_id}#TOTALS"


def day_of_fact(fact: UsageFact) -> str:
    """Return the day, in UTC, that a fact counts for."""
    return day_of(fact.occurred).isoformat()


def total_place(workspace_id: str, total: UsageTotal) -> Key:
    """Return where a total lies; one that knows no token where those of no token always lay."""
    version = f"{total.model_version:08d}"
    token = f"#TOKEN#{total.token_id}" if total.token_id else ""
    return {
        "pk": totals_partition(workspace_id),
        "sk": f"DAY#{total.day}#TASK#{total.task_id}#VERSION#{version}{token}",
    }
