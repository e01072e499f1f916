"""Stores of one usage table whose next write fails as ordered, before or after it happened."""

from typing import Any, Protocol

from botocore.exceptions import ReadTimeoutError
from oriel.adapters.dynamodb.holds import DynamoHoldStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.domain.usage import RequestKey
from oriel.hold_ports import HoldStore
from oriel.usage_ports import UsageStore

from tests.fakes.holds import MemoryHoldStore
from tests.fakes.usage import FaultyUsageStore, MemoryUsageStore
from tests.functional.usage.faulty_client import FaultyClient


class Breakable(Protocol):
    @property
    def usage(self) -> UsageStore: ...

    @property
    def holds(self) -> HoldStore: ...

    def order(self, *faults: str | None) -> None:
        """Let the next writes fail so, and those after them not."""

    def facts(self, workspace_id: str, key: RequestKey) -> int:
        """Return how many facts the key has."""


class BreakableMemory:
    def __init__(self) -> None:
        self.table = MemoryUsageStore()
        self.usage = FaultyUsageStore(self.table)
        self.holds = MemoryHoldStore(self.table)

    def order(self, *faults: str | None) -> None:
        # One table: whatever writes next meets the next fault.
        self.usage.faults = self.holds.faults = [*faults]

    def facts(self, workspace_id: str, key: RequestKey) -> int:
        made = self.table.committed
        return sum(fact.identity[:2] == (workspace_id, key) for fact in made)


class BreakableTable:
    def __init__(self, client: Any, name: str) -> None:
        self._client, self._name = FaultyClient(client), name
        self.usage = DynamoUsageStore(self._client, name)  # type: ignore[arg-type]
        self.holds = DynamoHoldStore(self._client, name)  # type: ignore[arg-type]

    def order(self, *faults: str | None) -> None:
        lost = ReadTimeoutError(endpoint_url="x")
        self._client.before = [lost if fault == "before" else None for fault in faults]
        # What fails before it happens never comes to what is after it.
        self._client.after = [
            lost if fault == "after" else None for fault in faults if fault != "before"
        ]

    def facts(self, workspace_id: str, key: RequestKey) -> int:
        found = self._client.query(
            TableName=self._name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :fact)",
            ExpressionAttributeValues={
                ":pk": {"S": f"WS#{workspace_id}#REQ#{key}"},
                ":fact": {"S": "FACT#"},
            },
        )
        return int(found["Count"])
