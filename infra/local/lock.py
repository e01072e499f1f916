"""One process runs a state folder at a time.

The lock is the operating system's: it is gone with its holder, however that ended, so there is no
stale lock to clean up. The file beside it only tells others whom they would be waiting for.
"""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import IO

from infra.local.failures import AlreadyRunning, LocalFailure
from infra.local.folders import StateFolder

POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Running:
    """The process that holds a state folder."""

    process_id: int
    url: str | None = None

    @classmethod
    def here(cls, url: str | None = None) -> "Running":
        """This process."""
        return cls(os.getpid(), url)


@contextmanager
def held(state: StateFolder) -> Iterator[None]:
    """Hold the state folder; raises AlreadyRunning, which says who does."""
    with state.lock.open("a") as lock:
        if not _try(lock):
            raise AlreadyRunning(_describe(state))
        say_running(state, Running.here())
        try:
            yield
        finally:
            state.running.unlink(missing_ok=True)


def say_running(state: StateFolder, running: Running) -> None:
    """Tell others where the holder answers."""
    temporary = state.running.with_suffix(".new")
    temporary.write_text(json.dumps(asdict(running)))
    temporary.replace(state.running)


def holder(state: StateFolder) -> Running | None:
    """Who holds the state folder, if anybody does."""
    with state.lock.open("a") as lock:
        if _try(lock):
            return None
    return _read(state)


def stop_holder(state: StateFolder, timeout_seconds: float) -> bool:
    """Ask the holder to stop and wait for it; False when nobody holds the folder.

    Raises:
        LocalFailure: it did not stop in time.
    """
    running = holder(state)
    if running is None:
        return False
    if running.process_id:
        os.kill(running.process_id, signal.SIGTERM)
    deadline = time.monotonic() + timeout_seconds
    while holder(state) is not None:
        if time.monotonic() > deadline:
            raise LocalFailure(
                f"Process {running.process_id} did not stop within {timeout_seconds:.0f} s."
            )
        time.sleep(POLL_SECONDS)
    return True


def _try(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(state: StateFolder) -> Running:
    try:
        return Running(**json.loads(state.running.read_text()))
    except (OSError, ValueError, TypeError):
        return Running(process_id=0)


def _describe(state: StateFolder) -> str:
    running = _read(state)
    where = f"at {running.url}" if running.url else "and still starting"
    return (
        f"A stack is already running on {state.path} (process {running.process_id}, {where}). "
        f"Stop it with `uv run poe down --state {state.path}`, or name another folder."
    )
