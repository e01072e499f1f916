"""A bounded cache of heavy things that are in use while others come and go.

The bound is in bytes. What is leased is never dropped, so that the cache can be over its bound for
as long as everything in it is in use; the bound is met again at the next release.
"""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import field
from threading import Lock
from typing import Generic, TypeVar

from oriel.values import dataclass

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Sized(Generic[V]):
    """A value and the bytes of memory that it takes."""

    value: V
    size_bytes: int


@dataclass(slots=True)
class Leased(Generic[V]):
    """What is kept under a key, and how often it is in use; `sized` once it is loaded."""

    loading: Future[Sized[V]] = field(default_factory=Future)
    sized: Sized[V] | None = None
    leases: int = 0

    def wait(self) -> V:
        """Return the value once it is loaded; raises what loading raised."""
        return (self.sized or self.loading.result()).value


class LeaseCache(Generic[V]):
    """Loads each key once, however many ask for it at the same time."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._entries: OrderedDict[str, Leased[V]] = OrderedDict()
        self._used_bytes = 0

    def find(self, key: str) -> Leased[V] | None:
        """Return what stays until it is released, None where it is not loaded yet."""
        with self._lock:
            found = self._entries.get(key)
            if found is None or found.sized is None:
                return None
            found.leases += 1
            self._entries.move_to_end(key)
            return found

    def take(self, key: str, load: Callable[[], Sized[V]]) -> Leased[V]:
        """Return what stays until it is released, once it is loaded.

        What `load` raises reaches all who wait for it and is not remembered.
        """
        with self._lock:
            entry = self._entries.get(key)
            is_new = entry is None
            if entry is None:
                entry = self._entries[key] = Leased()
            else:
                self._entries.move_to_end(key)
            entry.leases += 1
        try:
            if is_new:
                self._load(key, entry, load)
            entry.wait()
        except BaseException:
            self.release(entry)
            raise
        return entry

    def release(self, entry: Leased[V]) -> None:
        """Give back what was taken."""
        with self._lock:
            entry.leases -= 1
            self._evict()

    def _load(self, key: str, entry: Leased[V], load: Callable[[], Sized[V]]) -> None:
        try:
            sized = load()
        except BaseException as error:
            with self._lock:
                del self._entries[key]
            entry.loading.set_exception(error)
            raise
        with self._lock:
            self._used_bytes += sized.size_bytes
            entry.sized = sized
            entry.loading.set_result(sized)
            self._evict()

    def _evict(self) -> None:
        """Drop the longest unused until the bound is met."""
        if self._used_bytes <= self._max_bytes:
            return
        for key, entry in list(self._entries.items()):
            if entry.sized is not None and not entry.leases:
                del self._entries[key]
                self._used_bytes -= entry.sized.size_bytes
            if self._used_bytes <= self._max_bytes:
                return
