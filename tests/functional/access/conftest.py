"""The authorizer and bootstrap functions on a table of the emulator."""

import importlib
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from infra.local.emulator import CREDENTIALS, REGION, Emulator

Handler = Callable[[Any, Any], Any]


@pytest.fixture(scope="session")
def table(emulator: Emulator) -> str:
    name = f"access-{uuid.uuid4()}"
    emulator.client("dynamodb").create_table(
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
    return name


@pytest.fixture
def handler_of(
    monkeypatch: pytest.MonkeyPatch, emulator: Emulator, table: str
) -> Callable[[str], Handler]:
    """Load a function's entry point as Lambda does: with its environment in place."""
    environment = {
        **CREDENTIALS,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "CORE_TABLE": table,
        "NO_PROXY": "*",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def load(function: str) -> Handler:
        module = importlib.reload(importlib.import_module(f"functions.{function}.handler"))
        handler: Handler = module.handler
        return handler

    return load
