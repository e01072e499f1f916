"""Times what is done in turn, so that a machine that slows down slows all of it."""

import gc
import time
from collections.abc import Callable, Sequence

LEAST_ROUNDS = 9


def interleaved(
    actions: Sequence[Callable[[], object]], seconds: float, least: int = LEAST_ROUNDS
) -> list[list[float]]:
    """Return the seconds of each action's runs, all of them run once in each round.

    Rounds go on for about so many seconds, `least` rounds at least. Every other round runs in the
    opposite order. The garbage of one action is not collected in the time of another.
    """
    for action in actions:
        action()
    took: list[list[float]] = [[] for _ in actions]
    ends = time.perf_counter() + seconds
    rounds = 0
    while rounds < least or time.perf_counter() < ends:
        order = range(len(actions)) if rounds % 2 == 0 else reversed(range(len(actions)))
        for number in order:
            gc.collect(0)
            begun = time.perf_counter()
            actions[number]()
            took[number].append(time.perf_counter() - begun)
        rounds += 1
    return took
