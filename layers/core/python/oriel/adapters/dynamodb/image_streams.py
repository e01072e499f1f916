"""Several partitions of an index as one stream in order.

Images lie in partitions by combination of facets. Counters say which of these are not empty, so
that a page asks for those only, whatever their size.
"""

import heapq
from collections.abc import Iterable, Iterator
from itertools import islice

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cursors import place_of, to_cursor
from oriel.adapters.dynamodb.table import CoreTable, Span
from oriel.domain.errors import InvalidInput
from oriel.domain.page import PageRequest

_AFTER = " "
"""Added to a place in a listing it comes before every other place that is behind that."""

_MARKS_OF_NUMBERED = 2
"""A place by age is `<created>#<id>`, one by number has the number before these."""

_BEHIND_ALL = "~"


def stream(
    table: CoreTable,
    index: str,
    partitions: Iterable[str],
    span: Span,
    at_once: int,
) -> Iterator[Item]:
    """Yield what lies between two places; what the index shows twice while it moves comes once."""
    parts = [table.between(index, one, span, at_once) for one in partitions]
    place, last = f"{index}sk", None
    for item in heapq.merge(*parts, key=lambda item: str(item[place])):
        if item[place] != last:
            last = item[place]
            yield item


def after(page: PageRequest, *, numbered: bool = False) -> Span:
    """Return between which places the rest of a listing lies.

    Raises InvalidInput for the cursor of another listing; `numbered` ones are by number.
    """
    if page.cursor is None:
        # No key is empty, and no place in a listing begins with anything before a digit.
        return _AFTER, _BEHIND_ALL
    place = place_of(page.cursor)
    if (place.count("#") == _MARKS_OF_NUMBERED) != numbered:
        raise InvalidInput("page is not a page of this listing")
    return place + _AFTER, _BEHIND_ALL


def cut(items: Iterator[Item], page: PageRequest, place: str) -> tuple[list[Item], str | None]:
    """Take one page and the cursor of the next, None after the last."""
    # One more than was asked for, so that the last page is known to be the last.
    found = list(islice(items, page.size + 1))
    if len(found) <= page.size:
        return found, None
    return found[:-1], to_cursor(found[-2][place])
