"""What an operator decides is recorded once, with who and why."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from oriel.domain.billing.ledger import Book, Entry, LedgerRow, Posting, RowKind, append, verify
from oriel.domain.errors import Conflict, InvalidInput, NotFound, TemporarilyUnavailable
from oriel.services.billing_accounts import BillingAccounts
from oriel.services.operator_billing import Decision, OperatorBilling

from tests.fakes.billing import (
    LARGE,
    SMALL,
    TEN,
    GivenTotals,
    MemoryAccountStore,
    MemoryPriceLists,
)
from tests.fakes.clock import FrozenClock
from tests.fakes.ledger import MemoryLedgerStore

WORKSPACE = "w"
ADA = Decision("one", "arn:aws:iam::000000000000:user/ada", "Christmas")


class BusyLedger(MemoryLedgerStore):
    """A ledger to which others append before the next `races` rows."""

    races = 0

    def append(self, row: LedgerRow) -> None:
        if self.races:
            self.races -= 1
            super().append(
                append(self.head(WORKSPACE), WORKSPACE, Entry(RowKind.USAGE, ()), row.at)
            )
            raise Conflict("The ledger has gone on")
        super().append(row)


@dataclass
class World:
    store: MemoryAccountStore = field(default_factory=MemoryAccountStore)
    ledger: BusyLedger = field(default_factory=BusyLedger)
    clock: FrozenClock = field(default_factory=FrozenClock)

    @property
    def operator(self) -> OperatorBilling:
        accounts = BillingAccounts(self.store, MemoryPriceLists(), GivenTotals(), self.clock)
        return OperatorBilling(accounts, self.ledger, self.clock)

    def rows(self) -> list[LedgerRow]:
        rows = list(self.ledger.rows(WORKSPACE))
        assert verify(rows, self.ledger.head(WORKSPACE)) is None
        return rows


def test_a_workspace_gets_a_plan_and_a_day() -> None:
    world = World()
    account = world.operator.set_plan(WORKSPACE, LARGE.id, billing_day=31)
    assert (account.plan_id, account.price_version, account.billing_day) == (
        LARGE.id,
        "2026-01",
        31,
    )
    assert world.operator.set_plan(WORKSPACE, SMALL.id, "2026-01").billing_day == 31


def test_what_there_is_not_is_refused_and_changes_nothing() -> None:
    world = World()
    with pytest.raises(NotFound):
        world.operator.set_plan(WORKSPACE, "golden")
    with pytest.raises(NotFound):
        world.operator.set_plan(WORKSPACE, SMALL.id, "1999-01")
    with pytest.raises(InvalidInput):
        world.operator.set_plan(WORKSPACE, SMALL.id, billing_day=32)
    with pytest.raises(NotFound):
        world.operator.sell_pack(WORKSPACE, "gold", ADA)
    assert world.store.find(WORKSPACE) is None
    assert world.rows() == []


def test_a_pack_is_owed_and_can_be_used() -> None:
    world = World()
    sold = world.operator.sell_pack(WORKSPACE, TEN.id, ADA)
    account = world.store.find(WORKSPACE)
    assert account is not None
    assert account.packs == (sold,)
    [row] = world.rows()
    assert row.entry.kind == RowKind.PACK
    assert row.entry.postings == (Posting(Book.PACKS, -7000), Posting(Book.RECEIVABLE, 7000))
    assert (row.entry.who, row.entry.why, row.entry.references) == (ADA.who, ADA.why, ("one",))


def test_whoever_is_interrupted_says_it_again_and_it_is_done_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = World()

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(world.store, "save", die)
        with pytest.raises(KeyboardInterrupt):
            world.operator.sell_pack(WORKSPACE, TEN.id, ADA)
    for _ in range(2):
        world.operator.sell_pack(WORKSPACE, TEN.id, ADA)
        world.operator.give_credit(WORKSPACE, 5, Decision("two", ADA.who, "sorry"))
    account = world.store.find(WORKSPACE)
    assert account is not None
    assert account.pack_credits == 10
    assert [row.entry.kind for row in world.rows()] == [RowKind.PACK, RowKind.CREDIT]


def test_one_id_is_one_decision() -> None:
    world = World()
    world.operator.give_credit(WORKSPACE, 5, ADA)
    with pytest.raises(Conflict):
        world.operator.give_credit(WORKSPACE, 6, ADA)
    with pytest.raises(Conflict):
        world.operator.sell_pack(WORKSPACE, TEN.id, ADA)
    assert len(world.rows()) == 1


def test_a_credit_is_less_to_pay_and_names_the_row_that_it_puts_right() -> None:
    world = World()
    first = world.operator.give_credit(WORKSPACE, 5, ADA)
    second = world.operator.give_credit(
        WORKSPACE, -5, Decision("two", ADA.who, "a mistake"), corrects=first.id
    )
    assert first.entry.postings == (Posting(Book.RECEIVABLE, -5), Posting(Book.CREDITS, 5))
    assert (second.entry.kind, second.entry.corrects) == (RowKind.CORRECTION, first.id)
    assert world.rows() == [first, second]


def test_a_credit_has_an_amount_a_reason_and_a_row_that_there_is() -> None:
    world = World()
    for micros, why in ((0, "nothing"), (5, " "), (5, "w" * 501)):
        with pytest.raises(InvalidInput):
            world.operator.give_credit(WORKSPACE, micros, Decision("one", "ada", why))
    with pytest.raises(NotFound):
        world.operator.give_credit(WORKSPACE, 5, ADA, corrects="2026-11-21/000009")
    assert world.rows() == []


def test_others_append_at_the_same_time() -> None:
    world = World()
    world.ledger.races = 3
    row = world.operator.give_credit(WORKSPACE, 5, ADA)
    rows = world.rows()
    assert (len(rows), rows[-1]) == (4, row)


def test_a_ledger_that_never_stands_still_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()

    def refuse(_: LedgerRow) -> None:
        raise Conflict("The ledger has gone on")

    monkeypatch.setattr(world.ledger, "append", refuse)
    with pytest.raises(TemporarilyUnavailable, match="same id"):
        world.operator.give_credit(WORKSPACE, 5, ADA)


def test_a_customer_is_told_of_from_a_day_on() -> None:
    world = World()
    account = world.operator.set_customer(WORKSPACE, "cus_ada", date(2026, 11, 1))
    assert (account.customer, account.customer_since) == ("cus_ada", date(2026, 11, 1))
    account = world.operator.set_customer(WORKSPACE, "", date(2026, 11, 1))
    assert (account.customer, account.customer_since) == ("", None)
