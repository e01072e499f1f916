"""Whatever fails while periods are closed, and whoever closes them at the same time."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from oriel.domain.billing.accounts import SoldPack
from oriel.domain.billing.invoices import Invoice, LineKind
from oriel.domain.billing.ledger import Book, RowKind, verify
from oriel.domain.errors import Conflict, TemporarilyUnavailable

from tests.fakes.billing import SMALL
from tests.fakes.books import Books

MOST_WRITES = 12


def _books() -> Books:
    books = Books()
    bought = SoldPack("p", "ten", "2026-01", 10, 7_000, datetime(2026, 11, 2, tzinfo=UTC))
    books.account("w", SMALL.id, 1, bought)
    books.use("w", 106, datetime(2026, 11, 20, tzinfo=UTC))
    books.at(2026, 12, 10)
    books.use("w", 113, datetime(2026, 12, 10, tzinfo=UTC))
    return books


def _content(invoice: Invoice) -> tuple[Any, ...]:
    return (invoice.number, invoice.period, invoice.state, invoice.lines, invoice.tasks)


def _close(books: Books) -> bool:
    """Close November, what came late for it, and December; tell whether anything failed."""
    failed = False
    for year, month, day in ((2026, 12, 2), (2026, 12, 5), (2027, 1, 2), (2027, 1, 5)):
        if (year, day) == (2027, 2) and len(books.final("w")) == 1:
            books.use("w", 4, datetime(2026, 11, 30, tzinfo=UTC))
        books.at(year, month, day)
        for _ in range(3):
            try:
                books.closing.run("w")
            except TemporarilyUnavailable:
                failed = True
            else:
                break
    return failed


@pytest.mark.parametrize("fault", ["before", "after"])
@pytest.mark.parametrize("write", range(MOST_WRITES))
def test_a_crash_at_any_write_changes_nothing_in_the_end(write: int, fault: str) -> None:
    whole, crashed = _books(), _books()
    _close(whole)
    crashed.invoices.faults = [*([None] * write), fault]

    assert _close(crashed) == (write < whole.invoices.writes)
    assert list(map(_content, crashed.final("w"))) == list(map(_content, whole.final("w")))
    assert crashed.balance("w") == whole.balance("w")
    assert crashed.balance("w")[Book.UNBILLED] == 0
    assert verify(crashed.ledger.rows("w"), crashed.ledger.head("w")) is None
    account = crashed.accounts.find("w")
    assert account is not None
    assert account.pack_credits == 0


def test_the_crashes_above_meet_every_write_that_there_is() -> None:
    books = _books()
    _close(books)

    assert 4 <= books.invoices.writes < MOST_WRITES
    late = [line for one in books.final("w") for line in one.lines if line.kind == "adjustment"]
    assert [(line.kind, line.units) for line in late] == [(LineKind.ADJUSTMENT, 4)]


def test_numbers_have_no_gap_when_many_workspaces_are_closed_at_once() -> None:
    books, names = Books(), [f"w{count}" for count in range(12)]
    books.closing = _patient(books)
    for name in names:
        books.account(name, SMALL.id)
        books.use(name, 7, datetime(2026, 11, 20, tzinfo=UTC))
    books.at(2027, 1, 5)
    _together([lambda name=name: books.closing.run(name) for name in names])  # type: ignore[misc]

    numbers = sorted(one.number for name in names for one in books.final(name))
    assert numbers == list(range(1, 2 * len(names) + 1))


def test_a_workspace_that_is_closed_many_times_at_once_has_each_invoice_once() -> None:
    books = _books()
    books.closing = _patient(books)
    books.at(2027, 1, 5)
    _together([lambda: books.closing.run("w")] * 8)
    books.closing.run("w")

    assert [one.number for one in books.final("w")] == [1, 2]
    assert Counter(row.entry.kind for row in books.ledger.rows("w"))[RowKind.INVOICE] == 2


def test_what_is_recorded_while_an_invoice_becomes_final_is_not_lost() -> None:
    books = _books()
    books.at(2026, 12, 5)
    last_number = books.invoices.last_number

    def one_more() -> int:
        books.invoices.last_number = last_number  # type: ignore[method-assign]
        books.use("w", 9, datetime(2026, 11, 30, tzinfo=UTC))
        return last_number()

    books.invoices.last_number = one_more  # type: ignore[method-assign]
    books.closing.run("w")
    books.at(2027, 1, 5)
    books.closing.run("w")

    lines = [line for one in books.final("w") for line in one.lines if line.kind != "plan"]
    assert [line.units for line in lines if line.kind == "adjustment"] == [9]
    assert sum(line.units for line in lines if line.kind != "pack") == 106 + 113 + 9
    assert books.balance("w")[Book.UNBILLED] == 0


def _patient(books: Books) -> Any:
    closing = books.closing
    closing._sleep = lambda seconds: time.sleep(seconds / 50)
    return closing


def _together(calls: list[Callable[[], object]]) -> None:
    begin, failed = threading.Barrier(len(calls)), list[Exception]()

    def call(one: Callable[[], object]) -> None:
        begin.wait()
        try:
            one()
        except Exception as problem:  # noqa: BLE001 - told below
            failed.append(problem)

    threads = [threading.Thread(target=call, args=(one,)) for one in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {type(problem) for problem in failed} <= {Conflict, TemporarilyUnavailable}


def test_a_final_invoice_is_never_written_again() -> None:
    books = _books()
    books.at(2026, 12, 5)
    books.closing.run("w")
    [final] = books.final("w")

    with pytest.raises(Conflict):
        books.invoices.save(replace(final, number=2))
