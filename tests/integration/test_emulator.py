"""The emulator as a process."""

import os
import signal
import socket
from pathlib import Path

import pytest

from infra.local.emulator import Emulator, running_emulator
from infra.local.failures import PortTaken
from infra.local.folders import StateFolder
from tests.integration.job_probes import is_alive
from tests.integration.probes import emulator_at, eventually, make_function

SLEEPS = "import time\n\ndef handler(event, context):\n    time.sleep(600)\n"


def test_another_emulator_on_the_port_is_not_taken_for_ones_own(
    emulator: Emulator, tmp_path: Path
) -> None:
    with (
        pytest.raises(PortTaken, match=str(emulator.port)),
        running_emulator(StateFolder.at(tmp_path), emulator.port),
    ):
        pytest.fail("two emulators on one port")


def test_objects_and_items_survive_a_restart(tmp_path: Path) -> None:
    with emulator_at(tmp_path) as first:
        first.client("s3").create_bucket(Bucket="kept")
        first.client("s3").put_object(Bucket="kept", Key="a/b", Body=b"content")
        first.client("sqs").create_queue(QueueName="kept")
    with emulator_at(tmp_path) as second:
        found = second.client("s3").get_object(Bucket="kept", Key="a/b")["Body"].read()
        assert found == b"content"
        assert second.client("sqs").get_queue_url(QueueName="kept")["QueueUrl"]


def children_of(process_id: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = status.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(after_name[1]) == process_id:
            found.append(int(status.parent.name))
    return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_function_in_the_midst_of_a_call_ends_with_the_emulator(
    tmp_path: Path, number: signal.Signals
) -> None:
    with emulator_at(tmp_path) as running:
        name = make_function(running, SLEEPS)
        running.client("lambda").invoke(FunctionName=name, InvocationType="Event")
        workers = eventually(lambda: children_of(running.process.pid))
        os.kill(running.process.pid, number)
        running.process.wait(30)
        eventually(lambda: not any(map(is_alive, workers)))


def test_what_was_unpacked_is_gone_after_the_stop(tmp_path: Path) -> None:
    with emulator_at(tmp_path) as running:
        name = make_function(running, "def handler(event, context):\n    return 1\n")
        running.client("lambda").invoke(FunctionName=name)
        assert any((tmp_path / "tmp").iterdir())
    assert not any((tmp_path / "tmp").iterdir())


def test_a_port_that_was_taken_a_moment_ago_is_named(tmp_path: Path) -> None:
    state = StateFolder.at(tmp_path)
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        with (
            pytest.raises(PortTaken, match=str(port)),
            running_emulator(state, port),
        ):
            pytest.fail("bound twice")
