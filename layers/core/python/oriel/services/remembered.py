"""What a process remembers for a while, so that it need not ask again."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

MAX_REMEMBERED = 1000

V = TypeVar("V")


class Remembered(Generic[V]):
    """Values by key that expire; the longest unused goes first when there are too many."""

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        self._seconds = seconds
        self._now = now
        self._lock = Lock()
        self._values: OrderedDict[tuple[object, ...], tuple[float, V]] = OrderedDict()

    def get(self, *key: object, late: float = 0.0) -> V | None:
        """Return a value that has not expired, or did so no more than `late` seconds ago."""
        with self._lock:
            expires, value = self._values.get(key, (0.0, None))
            if value is None or expires + late <= self._now():
                return None
            self._values.move_to_end(key)
            return value

    def put(self, value: V, *key: object) -> V:
        """Remember a value from now on, and return it."""
        with self._lock:
            self._values[key] = (self._now() + self._seconds, value)
            self._values.move_to_end(key)
            if len(self._values) > MAX_REMEMBERED:
                self._values.popitem(last=False)
        return value
