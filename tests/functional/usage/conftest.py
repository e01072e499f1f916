"""The usage table on the emulator."""

import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from oriel.adapters.dynamodb.holds import DynamoHoldStore
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.adapters.dynamodb.usage_totals import DynamoTotalsStore
from oriel.adapters.lean_aws.dynamodb import LeanDynamoDB
from oriel.hold_ports import HoldStore
from oriel.usage_ports import TotalsStore, UsageStore

from infra.local.emulator import Emulator
from tests.fakes.dynamodb.client import MemoryDynamoDB
from tests.fakes.holds import MemoryHoldStore
from tests.fakes.totals import MemoryTotalsStore
from tests.fakes.usage import MemoryUsageStore
from tests.functional.tables import create_table, lean_access


@pytest.fixture(scope="session")
def usage_table(emulator: Emulator) -> tuple[Any, str]:
    client = emulator.client("dynamodb")
    return client, create_table(client, "usage")


@pytest.fixture(scope="session")
def lean_usage_table(emulator: Emulator) -> str:
    return create_table(emulator.client("dynamodb"), "usage")


class _Lean(LeanDynamoDB):
    """As inference writes; totals are read by others, with boto3."""

    def __init__(self, emulator: Emulator, other: Any) -> None:
        super().__init__(lean_access(emulator))
        self.get_paginator = other.get_paginator


@dataclass(frozen=True)
class Stores:
    """One table's."""

    usage: UsageStore
    totals: TotalsStore
    holds: HoldStore


@pytest.fixture(params=["memory", "process", "dynamodb", "lean"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        usage = MemoryUsageStore()
        return Stores(usage, MemoryTotalsStore(usage), MemoryHoldStore(usage))
    if request.param == "process":
        return _in_table(MemoryDynamoDB(), "usage")
    client, name = request.getfixturevalue("usage_table")
    if request.param == "lean":
        # Some tests name their workspaces: each client has a table of its own.
        name = request.getfixturevalue("lean_usage_table")
        client = _Lean(request.getfixturevalue("emulator"), client)
    return _in_table(client, name)


def _in_table(client: Any, name: str) -> Stores:
    return Stores(
        DynamoUsageStore(client, name),
        DynamoTotalsStore(client, name),
        DynamoHoldStore(client, name),
    )


@pytest.fixture
def store(stores: Stores) -> UsageStore:
    return stores.usage


@pytest.fixture
def totals(stores: Stores) -> TotalsStore:
    return stores.totals


@pytest.fixture
def holds(stores: Stores) -> HoldStore:
    return stores.holds


@pytest.fixture
def workspace_id() -> str:
    return str(uuid.uuid4())
