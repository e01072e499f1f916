"""`poe up` and `poe down` as a person meets them: what is said, kept, refused and left behind."""

import json
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from infra.repository import ROOT
from tests.integration.probes import eventually

READY_SECONDS = 240.0
ANY_PORT = re.compile(r"http://localhost:(\d+)/\S+/$")


class Up:
    """A running `up`; both its streams are collected line by line."""

    def __init__(self, state: Path, *options: str) -> None:
        self.state = state
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "infra.local", "up", "--state", str(state), *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as lines:
            self.lines.extend(lines)

    def said(self, text: str) -> bool:
        return any(text in line for line in self.lines)

    def wait_for(self, text: str) -> None:
        def look() -> bool:
            assert self.process.poll() is None or self.said(text), "".join(self.lines)
            return self.said(text)

        eventually(look, READY_SECONDS)

    def ready(self) -> dict[str, Any]:
        self.wait_for("READY ")
        found = [line for line in self.lines if line.startswith("READY ")]
        assert len(found) == 1
        facts: dict[str, Any] = json.loads(found[0].removeprefix("READY "))
        return facts

    def ended(self) -> int:
        status = self.process.wait(timeout=60)
        self._reader.join(timeout=10)
        return status


@contextmanager
def up(state: Path, *options: str) -> Iterator[Up]:
    running = Up(state, *options)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.ended()


def call(facts: dict[str, Any], method: str, path: str, **options: Any) -> requests.Response:
    headers = {"Authorization": f"Token {facts['token']}"}
    return requests.request(method, facts["url"] + path, headers=headers, timeout=60, **options)


def processes_of(state: Path) -> list[str]:
    """Command lines of all living processes that have anything to do with a state folder."""
    mark, found = str(state).encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            about = command + (folder / "environ").read_bytes()
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            continue
        if mark in about and command and int(folder.name) != os.getpid():
            found.append(command.replace(b"\0", b" ").decode())
    return found


def local(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "infra.local", *arguments]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=READY_SECONDS
    )


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    with up(tmp_path_factory.mktemp("up")) as stack:
        stack.ready()
        yield stack


def test_the_token_is_kept_for_the_owner_alone(running: Up) -> None:
    kept = running.state / "workspace.json"
    assert json.loads(kept.read_text())["token"] == running.ready()["token"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(running.state.stat().st_mode) == 0o700


def test_a_second_up_says_where_the_first_one_answers(running: Up) -> None:
    refused = local("up", "--state", str(running.state))
    assert refused.returncode == 1
    assert "already running" in refused.stderr
    assert running.ready()["url"] in refused.stderr
    assert refused.stdout == ""


def test_a_taken_port_is_refused_before_anything_is_made(running: Up, tmp_path: Path) -> None:
    found = ANY_PORT.match(running.ready()["url"])
    assert found
    refused = local("up", "--state", str(tmp_path), "--port", found[1])
    assert refused.returncode == 2
    assert f"Port {found[1]} is in use" in refused.stderr
    assert "Deploying" not in refused.stderr


def test_only_this_machine_can_reach_the_stack(running: Up) -> None:
    found = ANY_PORT.match(running.ready()["url"])
    assert found
    listening = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
    port = f":{int(found[1]):04X}"
    local_ends = [line.split()[1] for line in listening.splitlines()[1:] if " 0A " in line]
    assert [end for end in local_ends if end.endswith(port)] == [f"0100007F{port}"]


def test_a_stack_keeps_its_data_over_a_restart_and_leaves_no_process(running: Up) -> None:
    """The last test of the shared stack: it is stopped, started again and killed."""
    facts, state = running.ready(), running.state
    body = {"name": "Bolts", "type": "multi_class"}
    made = call(facts, "POST", "recognition/v2/task", json=body)
    assert made.ok, made.text
    assert local("down", "--state", str(state)).returncode == 0
    assert running.ended() == 0
    assert processes_of(state) == []
    with up(state) as again:
        assert again.ready() == facts
        kept = call(facts, "GET", f"recognition/v2/task/{made.json()['id']}")
        assert kept.json()["name"] == "Bolts"
        again.process.send_signal(signal.SIGKILL)
        assert again.ended() == -signal.SIGKILL
    eventually(lambda: processes_of(state) == [], 40)


def test_down_where_nothing_runs_says_so(tmp_path: Path) -> None:
    nothing = local("down", "--state", str(tmp_path))
    assert nothing.returncode == 0
    assert "No stack is running" in nothing.stderr


@pytest.mark.parametrize(
    ("stage", "number"),
    [
        ("Bootstrapping", signal.SIGKILL),
        ("Deploying", signal.SIGKILL),
        ("Deploying", signal.SIGINT),
    ],
)
def test_killing_it_leaves_no_process(tmp_path: Path, stage: str, number: signal.Signals) -> None:
    with up(tmp_path) as killed:
        killed.wait_for(stage)
        killed.process.send_signal(number)
        assert killed.ended() != 0
    eventually(lambda: processes_of(tmp_path) == [], 40)


def test_a_wrapper_that_is_killed_takes_the_stack_with_it(tmp_path: Path) -> None:
    """`uv run poe up` is four processes; the outermost is what a person or a CI knows."""
    uv = shutil.which("uv")
    assert uv
    command = [uv, "run", "--no-sync", "poe", "up", "--state", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as wrapper:
        assert wrapper.stderr
        while "Deploying" not in wrapper.stderr.readline():
            assert wrapper.poll() is None
        wrapper.kill()
        eventually(lambda: processes_of(tmp_path) == [], 40)
