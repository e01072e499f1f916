"""One process runs a state folder at a time."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local.failures import AlreadyRunning, LocalFailure
from infra.local.folders import StateFolder
from infra.local.lock import Running, held, holder, say_running, stop_holder
from infra.repository import ROOT

HOLD = """
import signal, sys
from pathlib import Path
from infra.local.folders import StateFolder
from infra.local.lock import Running, held, say_running
if sys.argv[2] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
state = StateFolder.at(Path(sys.argv[1]))
with held(state):
    say_running(state, Running.here("http://localhost:1/"))
    print("held", flush=True)
    signal.pause()
"""


@contextmanager
def another_holder(folder: Path, temper: str = "mild") -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(folder), temper]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_second_holder_hears_who_holds_the_folder_and_where(tmp_path: Path) -> None:
    with another_holder(tmp_path) as process:
        says = f"process {process.pid}, at http://localhost:1/"
        with pytest.raises(AlreadyRunning, match=says), held(StateFolder.at(tmp_path)):
            pytest.fail("held twice")


def test_a_holder_that_is_not_up_yet_is_still_starting(tmp_path: Path) -> None:
    state = StateFolder.at(tmp_path)
    with (
        held(state),
        pytest.raises(AlreadyRunning, match="and still starting"),
        held(state),
    ):
        pytest.fail("held twice")


def test_another_folder_can_be_held_beside_it(tmp_path: Path) -> None:
    with held(StateFolder.at(tmp_path / "one")), held(StateFolder.at(tmp_path / "two")):
        assert holder(StateFolder.at(tmp_path / "two")) == Running(os.getpid())


def test_a_killed_holder_leaves_the_folder_free(tmp_path: Path) -> None:
    state = StateFolder.at(tmp_path)
    with another_holder(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert state.running.exists()
        with held(state):
            assert holder(state) == Running(os.getpid())


def test_stopping_asks_the_holder_and_waits_for_it(tmp_path: Path) -> None:
    with another_holder(tmp_path) as process:
        assert stop_holder(StateFolder.at(tmp_path), timeout_seconds=10)
        assert process.wait(timeout=1) == -signal.SIGTERM


def test_stopping_where_nothing_runs_says_so(tmp_path: Path) -> None:
    state = StateFolder.at(tmp_path)
    say_running(state, Running(1, "http://localhost:1/"))
    assert not stop_holder(state, timeout_seconds=1)


def test_a_holder_that_does_not_stop_is_named(tmp_path: Path) -> None:
    with (
        another_holder(tmp_path, "stubborn") as process,
        pytest.raises(LocalFailure, match=f"Process {process.pid} did not stop"),
    ):
        stop_holder(StateFolder.at(tmp_path), timeout_seconds=0.3)
