"""A bounded cache of heavy things that are in use while others come and go.

The bound is in bytes. What is leased is never dropped, so that the cache can be over its bound for
as long as everything in it is in use; the bound is met again at the next release.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

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

    @contextmanager
    def lease(self, key: str, load: Callable[[], Sized[V]]) -> Iterator[V]:
        """Hold the value; what `load` raises reaches all who wait for it and is not remembered."""
        entry, is_new = self._take(key)
        try:
            if is_new:
                self._load(key, entry, load)
            yield entry.loading.result().value
        finally:
            self._release(entry)

    def _take(self, key: str) -> tuple[_Entry[V], bool]:
        with self._lock:
            is_new = key not in self._entries
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            entry.leases += 1
            return entry, is_new

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

    def _release(self, entry: _Entry[V]) -> None:
        with self._lock:
            entry.leases -= 1
            self._evict()

    def _evict(self) -> None:
        """Drop the longest unused until the bound is met."""
        for key, entry in list(self._entries.items()):
            if self._used_bytes <= self._max_bytes:
                return
            freed = entry.droppable_bytes()
            if freed is not None:
                del self._entries[key]
                self._used_bytes -= freed
