"""Run a program to its end and turn its failure into words.

Nothing that was started here outlives this process.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from infra.local.failures import LocalFailure, MissingTool, NoNetwork, NoSpace, ToolFailed

GUARD = Path(__file__).with_name("guard.py")
TAIL_LINES = 25
_NO_SPACE = ("No space left on device", "ENOSPC", "Disk quota exceeded")
_NO_NETWORK = (
    "dns error",
    "Name or service not known",
    "Temporary failure in name resolution",
    "Could not connect",
    "Connection refused",
    "Network is unreachable",
    "tcp connect error",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "Max retries exceeded",
    "NewConnectionError",
    "operation timed out",
)


class TimedOut(ToolFailed):
    """A program took longer than it may."""


def run(  # noqa: PLR0913 - each is named where this is called
    command: Sequence[str | Path],
    *,
    what: str,
    timeout_seconds: float,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    on_line: Callable[[str], None] = lambda _line: None,
) -> str:
    """Run a program and return what it printed; raises a LocalFailure that shows its last lines."""
    try:
        process = subprocess.Popen(
            # -P and -S: the guard is plain Python and must not wait for anybody's site packages.
            [sys.executable, "-S", "-P", str(GUARD), *map(str, command)],
            cwd=folder,
            env=None if environment is None else dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except FileNotFoundError as error:
        raise MissingTool(f"{what}: {error.filename} is not on this machine.") from error
    lines, late = _read(process, timeout_seconds, on_line)
    if late:
        raise TimedOut(f"{what} took longer than {timeout_seconds:.0f} s.\n{_tail(lines)}")
    if process.returncode != 0:
        raise explain(what, lines)
    return "\n".join(lines)


def _read(
    process: subprocess.Popen[str], timeout_seconds: float, on_line: Callable[[str], None]
) -> tuple[list[str], bool]:
    late = threading.Event()

    def stop_late() -> None:
        late.set()
        _stop(process)

    timer = threading.Timer(timeout_seconds, stop_late)
    timer.daemon = True
    timer.start()
    lines: list[str] = []
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        with process.stdout:
            for line in process.stdout:
                lines.append(line.rstrip())
                on_line(lines[-1])
        process.wait()
    finally:
        timer.cancel()
        _stop(process)
    return lines, late.is_set()


def _stop(process: subprocess.Popen[str]) -> None:
    """End the guard, which ends its program's whole group; wait for it."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def explain(what: str, lines: Sequence[str]) -> LocalFailure:
    """The failure that a program's output tells of."""
    text = "\n".join(lines)
    if any(sign in text for sign in _NO_SPACE):
        return NoSpace(f"{what}: the disk is full.\n{_tail(lines, 3)}")
    if any(sign in text for sign in _NO_NETWORK):
        return NoNetwork(
            f"{what}: a package registry could not be reached. Check the network and any proxy "
            f"or mirror settings, then try again.\n{_tail(lines, 5)}"
        )
    return ToolFailed(f"{what} failed:\n{_tail(lines)}")


def _tail(lines: Sequence[str], count: int = TAIL_LINES) -> str:
    return "\n".join(f"     | {line}" for line in lines[-count:])
