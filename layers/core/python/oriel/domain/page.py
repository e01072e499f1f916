"""One page of a listing."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from oriel.domain.errors import InvalidInput
from oriel.values import dataclass

T = TypeVar("T")

_PLACE = "from-"
"""Begins a cursor that is a place: a bare number would be the number of a page."""
_LONGEST_PLACE = 9

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


def cut(items: Sequence[T], request: PageRequest, id_of: Callable[[T], str]) -> Page[T]:
    """Cut a page out of things that are few and all at hand; a cursor is the last one's id.

    Raises InvalidInput for a cursor of another listing.
    """
    start = 0
    if request.cursor is not None:
        ids = [id_of(item) for item in items]
        if request.cursor not in ids:
            raise InvalidInput("page is not a page of this listing")
        start = ids.index(request.cursor) + 1
    shown = tuple(items[start : start + request.size])
    is_last = start + request.size >= len(items)
    return Page(shown, len(items), None if is_last else id_of(shown[-1]))


def place_of(request: PageRequest) -> int:
    """Return the place where a page begins, by the cursor of `at_place`; raises InvalidInput."""
    if request.cursor is None:
        return 0
    place = request.cursor.removeprefix(_PLACE)
    if request.cursor == place or not (place.isascii() and place.isdigit()):
        raise InvalidInput("page is not a page of this listing")
    if len(place) > _LONGEST_PLACE:
        raise InvalidInput("page: the number is too long")
    return int(place)


def at_place(place: int) -> str:
    """Return the cursor of the page that begins at a place of a listing that does not change."""
    return f"{_PLACE}{place}"
