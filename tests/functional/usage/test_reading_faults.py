"""A table that does not answer is called so by whatever is read of it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from oriel.domain.errors import TemporarilyUnavailable

from tests.functional.usage.books import DAY, Books

READS: dict[str, Callable[[Books], object]] = {
    "totals": lambda books: books.totals.totals("ws", "2026-11-21", "2026-11-21"),
    "rows": lambda books: list(books.ledger.rows("ws")),
    "head": lambda books: books.ledger.head("ws"),
    "facts": lambda books: list(books.facts.facts_of("ws", DAY)),
}


class Down:
    """A client that every request fails of."""

    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    def get_item(self, **_: Any) -> Any:
        raise self._fault

    def get_paginator(self, _: str) -> "Down":
        return self

    def paginate(self, **_: Any) -> Iterator[Any]:
        yield {"Items": []}
        raise self._fault


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@pytest.mark.parametrize(
    "fault",
    [
        ReadTimeoutError(endpoint_url="x"),
        ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "Query"),
    ],
    ids=["silent", "throttled"],
)
def test_says_that_the_table_does_not_answer(
    read: Callable[[Books], object], fault: Exception
) -> None:
    with pytest.raises(TemporarilyUnavailable):
        read(Books.in_table(Down(fault), "usage"))
