"""How much of the time budget is left."""

import time


class Budget:
    """Seconds of wall clock, those of earlier runs of the same job included."""

    def __init__(self, seconds: float, started: float) -> None:
        """`started` is what `time.monotonic()` said when the process began."""
        self._seconds, self._started, self._earlier = seconds, started, 0.0

    def count_earlier(self, seconds: float) -> None:
        """Count what runs before an interruption took."""
        self._earlier = seconds

    def spent(self) -> float:
        """Seconds from the beginning of the first run."""
        return self._earlier + time.monotonic() - self._started

    def left(self) -> float:
        """Seconds; below zero when over."""
        return self._seconds - self.spent()
