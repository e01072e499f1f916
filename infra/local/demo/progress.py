"""Progress of a long step: a bar on a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.progress import track

T = TypeVar("T")

LINE_EVERY_SECONDS = 10.0


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)


def follow(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    """Yield the items while showing how many of `total` are done."""
    if sys.stdout.isatty():
        return iter(track(items, description=title, total=total))
    return _lines(items, title, total)


def _lines(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    started = printed = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - printed >= LINE_EVERY_SECONDS or done == total:
            printed = now
            rate = done / max(now - started, 1e-6)
            say(f"  {title}: {done:,} of {total:,} ({rate:.0f} a second)")
