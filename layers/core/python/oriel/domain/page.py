"""One page of a listing."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 500


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page: `cursor` is opaque and comes from the page before; None asks for the first."""

    size: int = DEFAULT_PAGE_SIZE
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The items of one page in their stable order, how many there are in all, and where to go on.

    `next_cursor` is None on the last page.
    """

    items: tuple[T, ...]
    count: int
    next_cursor: str | None = None
