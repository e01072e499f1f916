"""Fixtures that several suites share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from infra.local.emulator import Emulator, running_emulator
from infra.local.folders import StateFolder
from infra.local.ports import choose_port
from infra.local.stack import Stack, running_stack

# How long an example takes says how busy the machine is, and nothing about the code.
settings.register_profile("oriel", deadline=None)
settings.load_profile("oriel")


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """AWS on this machine with nothing deployed; tests name what they make uniquely."""
    state = StateFolder.at(tmp_path_factory.mktemp("emulator"))
    with running_emulator(state, choose_port(None, state.port)) as running:
        yield running


@pytest.fixture(scope="session")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The real stacks, deployed once; tests make workspaces or tasks of their own.

    Training scripts run in this interpreter: one that needs torch belongs into tests/job.
    """
    folder, python = tmp_path_factory.mktemp("stack"), Path(sys.executable)
    with running_stack(folder, job_python=python) as stack:
        yield stack
