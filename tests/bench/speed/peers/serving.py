"""A server as a process of its own: started, waited for until it answers, and ended."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.local.commands import GUARD
from infra.local.failures import ToolFailed
from tests.bench.speed.peers.calling import Call, CallFailed, ask, connect

START_SECONDS = 120.0
STOP_SECONDS = 15.0
POLL_SECONDS = 0.2
LOG_LINES = 25


@dataclass(frozen=True, slots=True)
class Program:
    """What to run; it keeps its files in `folder`, which also takes its log."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    folder: Path

    @property
    def log(self) -> Path:
        """Where all that it says goes."""
        return self.folder / f"{self.name}.log"


@contextmanager
def serving(program: Program, port: int, first: Call) -> Iterator[int]:
    """Run a program until the block ends; yield the id of the process that all of it is below.

    The block begins as soon as the program answers the first call. Raises ToolFailed with the end
    of its log where it never does.
    """
    process = _start(program)
    try:
        _wait(process, program, port, first)
        yield process.pid
    finally:
        # The guard ends everything that the program has started.
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(program: Program) -> "subprocess.Popen[bytes]":
    program.folder.mkdir(parents=True, exist_ok=True)
    with program.log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-S", "-P", GUARD, *program.command],
            cwd=program.folder,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _wait(process: "subprocess.Popen[bytes]", program: Program, port: int, first: Call) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        problem = _problem(port, first)
        if problem is None:
            return
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            what = "ended at its start" if ended else f"did not answer ({problem})"
            raise ToolFailed(f"{program.name} {what}:\n{_tail(program.log)}")
        time.sleep(POLL_SECONDS)


def _problem(port: int, first: Call) -> str | None:
    """Return why there is no answer yet."""
    connection = connect(port)
    try:
        ask(connection, first)
    except (OSError, http.client.HTTPException, CallFailed) as reason:
        return str(reason)
    finally:
        connection.close()
    return None


def _tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    return "\n".join(f"     | {line}" for line in lines)
