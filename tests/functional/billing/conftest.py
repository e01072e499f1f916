"""Billing accounts in memory and on DynamoDB."""

import uuid
from typing import Any

import pytest
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.billing_ports import AccountStore

from infra.local.emulator import Emulator
from tests.fakes.billing import MemoryAccountStore
from tests.functional.tables import create_table


@pytest.fixture(scope="session")
def billing_table(emulator: Emulator) -> tuple[Any, str]:
    client = emulator.client("dynamodb")
    return client, create_table(client, "usage")


@pytest.fixture(params=["memory", "dynamodb"])
def accounts(request: pytest.FixtureRequest) -> AccountStore:
    if request.param == "memory":
        return MemoryAccountStore()
    return DynamoAccountStore(*request.getfixturevalue("billing_table"))


@pytest.fixture
def workspace_id() -> str:
    return str(uuid.uuid4())
