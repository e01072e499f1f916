"""Progress on the standard error stream, so that the standard output holds results alone."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def note(text: str) -> None:
    """Say something at once."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Say what begins, and how long it took when it is done."""
    started = time.monotonic()
    note(f"   {text} ...")
    yield
    note(f"   {text}: {time.monotonic() - started:.1f} s")
