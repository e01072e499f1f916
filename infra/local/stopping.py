"""Turn every way of being told to stop into one exception, so that contexts clean up."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.wrappers import watch_wrappers


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
    watch_wrappers(lambda: os.kill(os.getpid(), signal.SIGTERM))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
