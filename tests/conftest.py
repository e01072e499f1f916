"""Fixtures that several suites share."""

from collections.abc import Iterator

import pytest

from infra.local.emulator import Emulator, running_emulator
from infra.local.folders import StateFolder
from infra.local.ports import choose_port
from infra.local.stack import Stack, running_stack


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """AWS on this machine with nothing deployed; tests name what they make uniquely."""
    state = StateFolder.at(tmp_path_factory.mktemp("emulator"))
    with running_emulator(state, choose_port(None, state.port)) as running:
        yield running


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The real stacks, deployed once; tests make workspaces or tasks of their own."""
    with running_stack(tmp_path_factory.mktemp("stack")) as stack:
        yield stack
