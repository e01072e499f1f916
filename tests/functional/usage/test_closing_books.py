"""Invoices over the meter's own books: what was counted is billed, what does not agree is held."""

from datetime import UTC, date, datetime

import pytest
from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.invoices import InvoiceState
from oriel.domain.billing.ledger import Book
from oriel.services.closing import Closed, Closing
from oriel.services.drafts import Drafts

from tests.fakes.billing import OPEN, MemoryAccountStore, MemoryPriceLists
from tests.fakes.clock import FrozenClock
from tests.fakes.facts import NOON, facts
from tests.fakes.invoices import MemoryInvoiceStore
from tests.fakes.ledger import MemoryLedgerStore
from tests.fakes.totals import MemoryFactStore
from tests.functional.usage.books import Books

FOURTH = datetime(2026, 12, 4, 2, 20, tzinfo=UTC)
NEXT = datetime(2027, 1, 4, 2, 20, tzinfo=UTC)


class World:
    def __init__(self) -> None:
        self.books, self.clock = Books.in_memory(), FrozenClock(FOURTH)
        accounts, ledger = MemoryAccountStore(), self.books.ledger
        assert isinstance(ledger, MemoryLedgerStore)
        self.invoices = MemoryInvoiceStore(accounts, ledger)
        accounts.save(BillingAccount("w", OPEN.id, "2026-01", since=date(2026, 11, 1)))
        prices, totals = MemoryPriceLists(), self.books.totals
        self.closing = Closing(
            accounts=accounts,
            drafts=Drafts(accounts, prices, self.invoices, ledger, totals, self.clock),
            invoices=self.invoices,
            ledger=ledger,
            reconciliation=self.books.reconciliation,
            clock=self.clock,
            sleep=lambda _: None,
        )
        self.use("req.a", 3)

    def use(self, key: str, count: int) -> None:
        """Answer in November, and count it twice."""
        made = facts("w", key, count, occurred=NOON)
        self.books.commit(made)
        self.books.count([*made, *made])

    def night(self, at: datetime) -> Closed:
        self.clock.now = at
        return self.closing.run("w")


@pytest.fixture
def world() -> World:
    return World()


def test_what_was_counted_is_billed_and_what_came_late_is_on_the_next(world: World) -> None:
    [november] = world.night(FOURTH).final
    world.use("req.b", 2)
    closed = world.night(NEXT)

    assert (november.units, closed.drifts, closed.held) == (3, [], [])
    assert [(one.number, one.total_micros) for one in closed.final] == [(2, 2 * OPEN.price_micros)]
    rows = list(world.books.ledger.rows("w"))
    moved = [p.micros for row in rows for p in row.entry.postings if p.book == Book.UNBILLED]
    assert sum(moved) == 0
    assert world.books.verifier.verify("w") is None


def test_a_fact_that_nobody_counted_holds_the_invoice_until_it_is_counted(world: World) -> None:
    lost = facts("w", "req.lost", occurred=NOON)
    world.books.commit(lost)
    [held] = world.night(FOURTH).held

    assert held.state == InvoiceState.HELD
    assert "req.lost/0/0" in held.held_because
    world.books.count(lost)
    assert [one.units for one in world.night(FOURTH).final] == [4]


def test_a_fact_that_is_gone_holds_the_invoice(world: World) -> None:
    store = world.books.facts
    assert isinstance(store, MemoryFactStore)
    store.hidden.add("req.a/1/0")

    assert "req.a/1/0" in world.night(FOURTH).held[0].held_because
    assert world.invoices.last_number() == 0
