"""A fresh world for each test."""

import pytest

from tests.functional.inference.world import World


@pytest.fixture
def world() -> World:
    return World()
