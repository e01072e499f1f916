"""Removes links together with everything that must change beside them.

What is deleted may be linked to any number of things. So it is marked first, which hides it from
readers and refuses new links; then its links go, a transaction of them at a time; itself goes last.
Every step may be repeated: a repeat after a crash finds the mark and goes on.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.transaction import CONDITION_FAILED, Cancelled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

Write: TypeAlias = "TransactWriteItemTypeDef"

FACETS_AS_SEEN = "attribute_exists(pk) AND facets = :facets"
"""A link counts where it lies: whoever removes or moves it must know its place."""

LINKS_AT_ONCE = 49
"""DynamoDB takes 100 writes a transaction: two a link and one for their common end."""


def remove_links(
    table: CoreTable,
    links: Iterable[Item],
    beside: Callable[[Item], Write],
    together: Callable[[int], Sequence[Write]] = lambda _: (),
) -> Iterator[int]:
    """Remove links and yield how many each transaction removed.

    `beside` makes the write that goes with each link, `together` those that go with n of them.
    Links that are gone or have moved are passed over, as an index may still show them.
    """
    remaining = iter(links)
    while batch := list(islice(remaining, LINKS_AT_ONCE)):
        yield _remove(table, batch, beside, together)


def _remove(
    table: CoreTable,
    links: list[Item],
    beside: Callable[[Item], Write],
    together: Callable[[int], Sequence[Write]],
) -> int:
    while links:
        pairs = [write for link in links for write in (removal(table, link), beside(link))]
        try:
            table.transact([*pairs, *together(len(links))])
        except Cancelled as cancelled:
            still = _still_there(links, cancelled.reasons)
            if len(still) == len(links):
                raise
            links = still
        else:
            return len(links)
    return 0


def removal(table: CoreTable, link: Item) -> Write:
    """Remove a link where it was seen; one that has moved meanwhile stays."""
    key = {"pk": link["pk"], "sk": link["sk"]}
    if "facets" not in link:
        return table.writes.delete(key)
    return table.writes.delete(key, FACETS_AS_SEEN, {"facets": link["facets"]})


def _still_there(links: Sequence[Item], reasons: Sequence[str]) -> list[Item]:
    """Keep the links whose removal, each the first write of its pair, was not refused."""
    removals = reasons[: 2 * len(links) : 2]
    return [
        link for link, reason in zip(links, removals, strict=True) if reason != CONDITION_FAILED
    ]
