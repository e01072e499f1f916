"""How long the stages of a request took."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager


class Stopwatch:
    """Adds up seconds by stage; one belongs to one request."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._started = now()
        self._seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time inside the block, also where it raises."""
        begun = self._now()
        try:
            yield
        finally:
            self.add(name, self._now() - begun)

    def moment(self) -> float:
        """Return the time of its clock in seconds; may be asked for in many threads."""
        return self._now()

    def add(self, name: str, seconds: float) -> None:
        """Count time that was measured elsewhere."""
        self._seconds[name] = self._seconds.get(name, 0.0) + seconds

    @property
    def stages(self) -> Mapping[str, float]:
        """Seconds by stage, in the order in which the stages were first entered."""
        return self._seconds

    @property
    def total_seconds(self) -> float:
        """Seconds since the stopwatch was made."""
        return self._now() - self._started
