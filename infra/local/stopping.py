"""Turn every way of being told to stop into one exception, so that contexts clean up."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.parent_watch import die_with_parent

# uv and poe wait for their command; when one of them is killed, the command has lost its reason.
WRAPPERS = ("UV_RUN_RECURSION_DEPTH", "POE_ROOT", "POE_ACTIVE")


class Stopped(KeyboardInterrupt):
    """SIGINT, SIGTERM or SIGHUP came, or the wrapper that started this is gone."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise Stopped inside the block once; later signals do not disturb the cleaning up."""
    asked = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        if not asked.is_set():
            asked.set()
            raise Stopped

    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, stop) for number in watched}
    if any(name in os.environ for name in WRAPPERS):
        die_with_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
