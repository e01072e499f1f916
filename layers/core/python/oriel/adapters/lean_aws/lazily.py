"""Things that are made when they are first used."""

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")


def lazily(make: Callable[[], T]) -> T:
    """Return what stands for the thing that `make` makes, until its first use makes it."""
    return cast("T", Lazily(make))


class Lazily:
    """Stands for an object; the first attribute that is asked for makes it, once."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._lock = Lock()
        self._made: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._thing(), name)

    def __call__(self, *arguments: Any) -> Any:
        """Call the thing."""
        return self._thing()(*arguments)

    def _thing(self) -> Any:
        with self._lock:
            if self._made is None:
                self._made = self._make()
        return self._made
