"""Run a program in a process group of its own that ends with whoever started this.

`python guard.py PROGRAM ARGUMENT...` ends with the program's status. When its starter dies, by
whatever signal, or when it is told to stop, the program's whole group is killed: a package manager
or a compiler started by `poe up` must not go on by itself. It imports nothing of the project.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from typing import NoReturn

POLL_SECONDS = 0.25
GRACE_SECONDS = 3.0


def main() -> int:
    """Run the program named by the arguments."""
    starter = os.getppid()
    process = subprocess.Popen(sys.argv[1:], start_new_session=True)

    def stop(*_signal: object) -> NoReturn:
        end_group(process)
        os._exit(128 + signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    threading.Thread(target=_watch, args=(starter, process), daemon=True).start()
    status = process.wait()
    end_group(process)
    return status if status >= 0 else 128 - status


def _watch(starter: int, process: subprocess.Popen[bytes]) -> None:
    while os.getppid() == starter:
        time.sleep(POLL_SECONDS)
    end_group(process)
    os._exit(1)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Ask the group to end, then make it."""
    deadline = time.monotonic() + GRACE_SECONDS
    try:
        os.killpg(process.pid, signal.SIGTERM)
        while time.monotonic() < deadline:
            process.poll()
            os.killpg(process.pid, 0)
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


if __name__ == "__main__":
    sys.exit(main())
