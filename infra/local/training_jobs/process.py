"""The training script as a process of its own, with its children in one group."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

STARTER = Path(__file__).with_name("script_mode.py")
POLL_SECONDS = 0.2
# What SageMaker gives a script between SIGTERM and SIGKILL.
GRACE_SECONDS = 120.0


Running = subprocess.Popen[bytes]


def start(
    command: list[str],
    folder: Path,
    environment: Mapping[str, str],
    log: Path,
    launcher: Sequence[str] = (),
) -> Running:
    """Start `[interpreter, program, argument...]`; its output goes to the log file.

    A `launcher` is a module of the interpreter's that starts the script, perhaps several times.
    """
    interpreter, *script = command
    with log.open("wb") as output:
        return subprocess.Popen(
            [interpreter, *launcher, STARTER, *script],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def signal_group(process: Running, number: signal.Signals) -> None:
    """Signal the script and all it started."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def kill_group(process: Running) -> None:
    """End the script and all it started, at once."""
    signal_group(process, signal.SIGKILL)


def watch(
    process: Running,
    should_end: Callable[[], bool],
    must_end: Callable[[], bool],
    meanwhile: Callable[[], None],
    grace_seconds: float = GRACE_SECONDS,
) -> int:
    """Wait for the script's status; end it politely when it should, at once when it must.

    Args:
        process: the script.
        should_end: asked all the while; once true, SIGTERM, and SIGKILL after the grace.
        must_end: asked all the while; once true, SIGKILL.
        meanwhile: called now and then.
        grace_seconds: between the two signals.
    """
    kill_at: float | None = None
    while True:
        try:
            status = process.wait(timeout=POLL_SECONDS)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
            if kill_at is None and should_end():
                signal_group(process, signal.SIGTERM)
                kill_at = now + grace_seconds
            if must_end() or (kill_at is not None and now > kill_at):
                kill_group(process)
            meanwhile()
        else:
            kill_group(process)
            return status
