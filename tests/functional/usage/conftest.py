"""The usage table on the emulator."""

import uuid
from typing import Any

import pytest
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.usage_ports import UsageStore

from infra.local.emulator import Emulator
from tests.fakes.usage import MemoryUsageStore
from tests.functional.tables import create_table


@pytest.fixture(scope="session")
def usage_table(emulator: Emulator) -> tuple[Any, str]:
    client = emulator.client("dynamodb")
    return client, create_table(client, "usage")


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> UsageStore:
    if request.param == "memory":
        return MemoryUsageStore()
    return DynamoUsageStore(*request.getfixturevalue("usage_table"))


@pytest.fixture
def workspace_id() -> str:
    return str(uuid.uuid4())
