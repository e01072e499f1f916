"""End with the process that started this one, however that one ended.

Plain Python without imports of the project: its text is also put before the program that the
emulator runs for each function, and before a training script.
"""

import os
import signal
import threading
import time
from collections.abc import Callable


def die_with_parent(end: Callable[[], None] | None = None, poll_seconds: float = 0.5) -> None:
    """Call `end` once the parent is gone; without it, kill this process."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(poll_seconds)
        if end is None:
            os.kill(os.getpid(), signal.SIGKILL)
        else:
            end()

    threading.Thread(target=watch, daemon=True, name="parent-watch").start()
