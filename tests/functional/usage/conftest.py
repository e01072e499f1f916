"""The usage table on the emulator."""

import uuid
from typing import Any

import pytest
from oriel.adapters.dynamodb.usage import DynamoUsageStore
from oriel.ports import UsageStore

from infra.local.emulator import Emulator
from tests.fakes.usage import MemoryUsageStore


@pytest.fixture(scope="session")
def usage_table(emulator: Emulator) -> tuple[Any, str]:
    client, name = emulator.client("dynamodb"), f"usage-{uuid.uuid4()}"
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
    )
    return client, name


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> UsageStore:
    if request.param == "memory":
        return MemoryUsageStore()
    return DynamoUsageStore(*request.getfixturevalue("usage_table"))


@pytest.fixture
def workspace_id() -> str:
    return str(uuid.uuid4())
