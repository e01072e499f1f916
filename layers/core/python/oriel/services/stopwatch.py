"""How long the stages of a request took."""

import time
from collections.abc import Callable, Mapping


class Stopwatch:
    """Adds up seconds by stage; one belongs to one request."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self._now = now
        self._started = now()
        self._seconds: dict[str, float] = {}

    def stage(self, name: str) -> "Stage":
        """Count the time inside a `with` block, also where it raises."""
        return Stage(self._seconds, name, self._now)

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


class Stage:
    """A stage under way. Not a generator: a request enters eight, each at three times the cost."""

    __slots__ = ("_begun", "_name", "_now", "_seconds")

    def __init__(self, seconds: dict[str, float], name: str, now: Callable[[], float]) -> None:
        self._seconds, self._name, self._now = seconds, name, now

    def __enter__(self) -> None:
        """Begin to count."""
        self._begun = self._now()

    def __exit__(self, *_: object) -> None:
        """Add what was counted."""
        seconds = self._seconds.get(self._name, 0.0)
        self._seconds[self._name] = seconds + self._now() - self._begun
