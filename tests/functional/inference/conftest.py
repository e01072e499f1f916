"""A fresh world for each test, and one as it is deployed."""

import pytest

from infra.local.emulator import CREDENTIALS, REGION, Emulator
from tests.functional.inference.deployed import Deployment, deploy
from tests.functional.inference.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def deployment(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    return deploy(emulator)
