"""Programs that only wait for another one."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from infra.local.wrappers import command_of, parent_of, wrapper_links
from infra.repository import ROOT

WRAPPER = """import subprocess, sys
process = subprocess.Popen(sys.argv[1:])
sys.exit(process.wait())
"""
WATCHER = """
import os, sys, threading
from infra.local.wrappers import watch_wrappers, wrapper_links
done = threading.Event()
watch_wrappers(done.set)
print(len(wrapper_links(os.getpid())), flush=True)
assert done.wait(20)
print("gone", flush=True)
"""


@contextmanager
def watcher(folder: Path, *names: str) -> Iterator["subprocess.Popen[str]"]:
    """A watcher inside scripts of these names, the first one outermost."""
    command = [sys.executable, "-c", WATCHER]
    for name in reversed(names):
        script = folder / name
        script.write_text(WRAPPER)
        command = [sys.executable, str(script), *command]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as outermost:
        yield outermost
        with suppress(ProcessLookupError):
            os.killpg(outermost.pid, signal.SIGKILL)


def test_the_outermost_wrapper_is_missed_when_it_is_killed(tmp_path: Path) -> None:
    with watcher(tmp_path, "uv", "poe") as outermost:
        assert outermost.stdout
        assert outermost.stdout.readline() == "2\n"
        outermost.kill()
        assert outermost.stdout.readline() == "gone\n"


def test_other_parents_are_no_wrappers(tmp_path: Path) -> None:
    with watcher(tmp_path, "bash") as shell:
        assert shell.stdout
        assert shell.stdout.readline() == "0\n"


def test_a_process_knows_its_parent_and_command() -> None:
    assert parent_of(os.getpid()) == os.getppid()
    assert command_of(os.getpid())
    assert parent_of(2**22 + 1) is None
    assert wrapper_links(2**22 + 1) == {}
