from collections.abc import Iterator

import pytest

from tests.functional.export.world import World, exporting


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of this machine's environment would not find a server of this process."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def world() -> Iterator[World]:
    with exporting() as made:
        yield made
