"""Progress as lines of `name=value`, which SageMaker's metric definitions parse."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

import processes
from interruption import stop_if_asked
from progress_file import PROGRESS

SECONDS_BETWEEN_LINES = 5.0

Thing = TypeVar("Thing")


def say(**facts: object) -> None:
    """Print one line, of all processes only the first; floats with four decimals."""
    if not processes.is_first():
        return
    print(" ".join(f"{name}={_text(value)}" for name, value in facts.items()), flush=True)
    PROGRESS.note(facts)


def counted(phase: str, things: Iterable[Thing], total: int) -> Iterator[Thing]:
    """Pass things on; say every few seconds how many have passed, and leave when asked to."""
    said = time.monotonic()
    for count, thing in enumerate(things, start=1):
        stop_if_asked()
        yield thing
        if time.monotonic() - said > SECONDS_BETWEEN_LINES:
            say(phase=phase, done=count, of=total)
            said = time.monotonic()


def _text(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
