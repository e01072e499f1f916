"""Running other people's programs."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.local.commands import GUARD, TimedOut, explain, run
from infra.local.failures import NoNetwork, NoSpace, ToolFailed

DEADLINE_SECONDS = 10.0
PRINTS_CHILD = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(600)\n"
)


def wait_until_gone(process_id: int) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while is_running(process_id):
        assert time.monotonic() < deadline, f"process {process_id} still runs"
        time.sleep(0.02)


def is_running(process_id: int) -> bool:
    status = Path(f"/proc/{process_id}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_what_a_program_prints_is_returned() -> None:
    seen: list[str] = []
    printed = run(
        [sys.executable, "-c", "print('one'); print('two')"],
        what="Printing",
        timeout_seconds=30,
        on_line=seen.append,
    )
    assert printed == "one\ntwo"
    assert seen == ["one", "two"]


def test_a_failing_program_shows_its_last_lines() -> None:
    with pytest.raises(ToolFailed, match=r"(?s)Building failed:.*\| no such option"):
        run(
            [sys.executable, "-c", "import sys; sys.exit('no such option')"],
            what="Building",
            timeout_seconds=30,
        )


def test_a_late_program_ends_with_its_children() -> None:
    seen: list[str] = []
    with pytest.raises(TimedOut, match="longer than 1 s"):
        run(
            [sys.executable, "-c", PRINTS_CHILD],
            what="Waiting",
            timeout_seconds=1,
            on_line=seen.append,
        )
    wait_until_gone(int(seen[0]))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_program_ends_with_whoever_started_it(number: signal.Signals) -> None:
    starter = (
        "import signal, sys; from infra.local.commands import run\n"
        # What runs in the background was started with it ignored, and so are its children.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"run([sys.executable, '-c', {PRINTS_CHILD!r}], what='x', timeout_seconds=600,\n"
        "    on_line=lambda line: print(line, flush=True))\n"
    )
    command = [sys.executable, "-c", starter]
    with subprocess.Popen(
        command, cwd=GUARD.parents[2], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        os.kill(process.pid, number)
        process.wait(timeout=DEADLINE_SECONDS)
        wait_until_gone(child)


def test_the_guard_passes_on_the_programs_status() -> None:
    finished = subprocess.run(
        [sys.executable, GUARD, sys.executable, "-c", "raise SystemExit(7)"], check=False
    )
    assert finished.returncode == 7


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("OSError: [Errno 28] No space left on device", NoSpace),
        ("npm error code ENOTFOUND", NoNetwork),
        ("error: dns error: failed to lookup address information", NoNetwork),
        ("error: no such package", ToolFailed),
    ],
)
def test_the_cause_of_a_failure_is_read_from_its_output(line: str, kind: type[Exception]) -> None:
    assert type(explain("Installing", [line])) is kind
