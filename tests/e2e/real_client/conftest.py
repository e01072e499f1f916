"""The real client, pointed at a deployment by ORIEL_URL and ORIEL_TOKEN; pictures in a folder."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from recorder import Recorder
from ximilar.client.recognition import RecognitionClient

DEADLINE_SECONDS = 60.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Look for what was left out when all else has run."""
    items.sort(key=lambda item: item.path.stem == "test_completeness")


@pytest.fixture(scope="session")
def recorder() -> Iterator[Recorder]:
    """All that the client did in this run; written to ORIEL_CLIENT_REPORT where that is set."""
    recorder = Recorder()
    recorder.listen()
    yield recorder
    recorder.stop()
    report = os.environ.get("ORIEL_CLIENT_REPORT")
    if report:
        Path(report).write_text(json.dumps(recorder.returned, indent=1, sort_keys=True))


@pytest.fixture(scope="session")
def url() -> str:
    return os.environ["ORIEL_URL"]


@pytest.fixture(scope="session")
def token() -> str:
    return os.environ["ORIEL_TOKEN"]


@pytest.fixture(scope="session")
def client(recorder: Recorder, url: str, token: str) -> RecognitionClient:
    del recorder  # it only has to listen before the client speaks
    # Only an address with the word localhost keeps the client from asking its vendor first.
    service = "custom-recognition" if "localhost" in url else None
    return RecognitionClient(token, endpoint=url, resource_name=service)


@pytest.fixture(scope="session")
def pictures() -> list[Path]:
    """Real pictures, each named `<what is on it>-<number>.png`, in turns."""
    found = sorted(Path(os.environ["ORIEL_PICTURES"]).glob("*.png"), key=_number)
    assert found
    return found


def what_is_on(picture: Path) -> str:
    return picture.stem.rpartition("-")[0]


def _number(picture: Path) -> tuple[int, str]:
    label, _, number = picture.stem.rpartition("-")
    return int(number), label


def eventually(ask: Callable[[], Any], seconds: float = DEADLINE_SECONDS) -> Any:
    """Ask until the answer is truthy."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
        time.sleep(0.2)
    return answer
