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
class _Entry(Generic[V]):
    loading: Future[Sized[V]] = field(default_factory=Future)
    leases: int = 0

    def droppable_bytes(self) -> int | None:
        """Return what dropping frees, None where it is loading or in use."""
        return None if self.leases or not self.loading.done() else self.loading.result().size_bytes


class Lease(Generic[V]):
    """Holds a value inside a `with` block; what `load` raises is raised as it is entered."""

    __slots__ = ("_cache", "_entry", "_key", "_load")

    def __init__(self, cache: "LeaseCache[V]", key: str, load: Callable[[], Sized[V]]) -> None:
        self._cache, self._key, self._load = cache, key, load

    def __enter__(self) -> V:
        """Return the value, once it is loaded."""
        self._entry, value = self._cache.take(self._key, self._load)
        return value

    def __exit__(self, *_: object) -> None:
        """Let others have the room."""
        self._cache.release(self._entry)


class LeaseCache(Generic[V]):
    """Loads each key once, however many ask for it at the same time."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._lock = Lock()
        self._entries: OrderedDict[str, _Entry[V]] = OrderedDict()
        self._used_bytes = 0

    def has(self, key: str) -> bool:
        """Tell whether the value is there; it may be dropped before it is leased."""
        with self._lock:
            entry = self._entries.get(key)
            return entry is not None and entry.loading.done()

    def lease(self, key: str, load: Callable[[], Sized[V]]) -> Lease[V]:
        """Hold the value; what `load` raises reaches all who wait for it and is not remembered."""
        return Lease(self, key, load)

    def take(self, key: str, load: Callable[[], Sized[V]]) -> tuple[_Entry[V], V]:
        """Return an entry that stays until it is released, and its value once it is loaded."""
        with self._lock:
            entry = self._entries.get(key)
            is_new = entry is None
            if entry is None:
                entry = self._entries[key] = _Entry()
            else:
                self._entries.move_to_end(key)
            entry.leases += 1
        try:
            if is_new:
                self._load(key, entry, load)
            return entry, entry.loading.result().value
        except BaseException:
            self.release(entry)
            raise

    def release(self, entry: _Entry[V]) -> None:
        """Give back what was taken."""
        with self._lock:
            entry.leases -= 1
            self._evict()

    def _load(self, key: str, entry: _Entry[V], load: Callable[[], Sized[V]]) -> None:
        try:
            sized = load()
        except BaseException as error:
            with self._lock:
                del self._entries[key]
            entry.loading.set_exception(error)
            raise
        with self._lock:
            self._used_bytes += sized.size_bytes
            entry.loading.set_result(sized)
            self._evict()

    def _evict(self) -> None:
        """Drop the longest unused until the bound is met."""
        if self._used_bytes <= self._max_bytes:
            return
        for key, entry in list(self._entries.items()):
            freed = entry.droppable_bytes()
            if freed is not None:
                del self._entries[key]
                self._used_bytes -= freed
            if self._used_bytes <= self._max_bytes:
                return
