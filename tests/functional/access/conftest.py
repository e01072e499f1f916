"""The authorizer and bootstrap functions on a table of the emulator."""

import importlib
from collections.abc import Callable
from typing import Any

import pytest

from infra.local.emulator import CREDENTIALS, REGION, Emulator
from tests.functional.tables import create_table

Handler = Callable[[Any, Any], Any]


@pytest.fixture(scope="session")
def table(emulator: Emulator) -> str:
    return create_table(emulator.client("dynamodb"), "access")


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
