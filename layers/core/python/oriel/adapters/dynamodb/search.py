"""Searches the names of a listing: a bounded pass over all of them (docs/adr/0002-core-table.md).

Names are no key of the table. A workspace holds a bounded number of whatever can be searched, so
all names are read, a megabyte a Query, and those of the page are then read as they are now.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cursors import to_cursor
from oriel.adapters.dynamodb.keys import Listing
from oriel.adapters.dynamodb.table import CoreTable
from oriel.domain.page import PageRequest

_NAMED = ("id", "name", "type", "gsi1sk")


def search_page(
    table: CoreTable,
    listing: Listing,
    page: PageRequest,
    matches: Callable[[Mapping[str, Any]], bool],
) -> tuple[Sequence[Item], int, str | None]:
    """Return one page of what matches, how much matches in all, and the cursor of the next page."""
    after = "" if page.cursor is None else listing.start_after(page.cursor)["gsi1sk"]
    found = [item for item in table.listed_parts(listing, _NAMED) if matches(item)]
    rest = [item for item in found if item["gsi1sk"] > after]
    shown, more = rest[: page.size], len(rest) > page.size
    now = table.find_many(listing.key_of(item["id"]) for item in shown)
    # What was removed or renamed since the index was written is passed over, and hidden things are.
    items = [item for item in now if not item.get("deleting") and matches(item)]
    items.sort(key=lambda item: item["gsi1sk"])
    return items, len(found), to_cursor(shown[-1]["gsi1sk"]) if more else None
