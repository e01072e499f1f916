"""Invoices in memory and in the usage table of the emulator."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from botocore.exceptions import EndpointConnectionError
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.invoices import DynamoInvoiceStore
from oriel.adapters.dynamodb.ledger import DynamoLedgerStore
from oriel.domain.billing.accounts import SoldPack
from oriel.domain.billing.invoices import (
    Invoice,
    InvoiceState,
    Line,
    LineKind,
    Place,
    TaskUnits,
)
from oriel.domain.billing.ledger import Book, Entry, RowKind, append, verify
from oriel.domain.billing.periods import Period
from oriel.domain.errors import Conflict, TemporarilyUnavailable

from infra.local.emulator import Emulator
from tests.fakes.billing import OPEN, SMALL
from tests.fakes.books import Books, Stores, in_memory
from tests.functional.tables import create_table
from tests.functional.usage.faulty_client import FaultyClient

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
AT = datetime(2026, 12, 4, 2, tzinfo=UTC)
LINE = Line(LineKind.USAGE, NOVEMBER.key, "Answered records", 10, 1, 2, 6, 1, 590, 6 * 590)


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest) -> Stores:
    if request.param == "memory":
        return in_memory()
    emulator: Emulator = request.getfixturevalue("emulator")
    return _in_table(emulator.client("dynamodb"), emulator)


def _in_table(client: object, emulator: Emulator) -> Stores:
    """A table of its own: numbers count all invoices of a deployment."""
    name = create_table(emulator.client("dynamodb"), "usage")
    return Stores(
        DynamoAccountStore(client, name),  # type: ignore[arg-type]
        DynamoLedgerStore(client, name),  # type: ignore[arg-type]
        DynamoInvoiceStore(client, name),  # type: ignore[arg-type]
    )


def _draft(workspace_id: str) -> Invoice:
    tasks = (TaskUnits("a", 4), TaskUnits("b", 5))
    return Invoice(workspace_id, NOVEMBER, "open", "2026-01", "EUR", AT, (LINE,), tasks)


def _finalise(stores: Stores, draft: Invoice, number: int) -> Invoice:
    final = replace(
        draft,
        state=InvoiceState.FINAL,
        number=number,
        finalised=AT,
        checked=date(2026, 11, 30),
        through=Place(date(2026, 12, 4), 7),
    )
    head = stores.ledger.head(draft.workspace_id)
    row = append(head, draft.workspace_id, Entry(RowKind.INVOICE, ()), AT)
    return stores.invoices.finalise(final, None, row)


@pytest.fixture
def workspace_id() -> str:
    return str(uuid.uuid4())


def test_invoices_are_kept_as_they_were_written(stores: Stores, workspace_id: str) -> None:
    draft = stores.invoices.save(_draft(workspace_id))
    held = replace(draft, state=InvoiceState.HELD, held_because="it does not agree")
    held = stores.invoices.save(held)

    assert stores.invoices.find(workspace_id, NOVEMBER.key) == held
    final = _finalise(stores, replace(held, state=InvoiceState.DRAFT), 1)
    assert stores.invoices.all(workspace_id) == [final]
    assert (final.revision, stores.invoices.last_number()) == (3, 1)


def test_there_is_nothing_before_the_first(stores: Stores, workspace_id: str) -> None:
    assert stores.invoices.all(workspace_id) == []
    assert stores.invoices.find(workspace_id, NOVEMBER.key) is None
    assert stores.invoices.last_number() == 0


def test_of_two_changes_the_second_is_refused(stores: Stores, workspace_id: str) -> None:
    draft = stores.invoices.save(_draft(workspace_id))
    stores.invoices.save(draft)

    with pytest.raises(Conflict):
        stores.invoices.save(draft)
    with pytest.raises(Conflict):
        stores.invoices.save(_draft(workspace_id))


def test_a_final_invoice_is_never_written_again(stores: Stores, workspace_id: str) -> None:
    final = _finalise(stores, stores.invoices.save(_draft(workspace_id)), 1)

    with pytest.raises(Conflict):
        stores.invoices.save(replace(final, number=2))
    with pytest.raises(Conflict):
        _finalise(stores, final, 2)


@pytest.mark.parametrize("number", [1, 3])
def test_a_number_that_is_not_the_next_leaves_everything_as_it_was(
    stores: Stores, workspace_id: str, number: int
) -> None:
    _finalise(stores, stores.invoices.save(_draft("another")), 1)
    draft = stores.invoices.save(_draft(workspace_id))

    with pytest.raises(Conflict):
        _finalise(stores, draft, number)
    assert stores.invoices.all(workspace_id) == [draft]
    assert stores.ledger.head(workspace_id) is None
    assert stores.invoices.last_number() == 1


def test_a_ledger_that_has_gone_on_leaves_everything_as_it_was(
    stores: Stores, workspace_id: str
) -> None:
    draft = stores.invoices.save(_draft(workspace_id))
    row = append(None, workspace_id, Entry(RowKind.INVOICE, ()), AT)
    stores.ledger.append(append(None, workspace_id, Entry(RowKind.USAGE, ()), AT))

    with pytest.raises(Conflict):
        stores.invoices.finalise(replace(draft, state=InvoiceState.FINAL, number=1), None, row)
    assert (stores.invoices.all(workspace_id), stores.invoices.last_number()) == ([draft], 0)


def test_an_account_that_was_changed_leaves_everything_as_it_was(
    stores: Stores, workspace_id: str
) -> None:
    books = Books(stores)
    books.account(workspace_id, SMALL.id)
    read = stores.accounts.find(workspace_id)
    assert read is not None
    changed = stores.accounts.save(replace(read, customer="somebody"))
    draft = stores.invoices.save(_draft(workspace_id))
    row = append(None, workspace_id, Entry(RowKind.INVOICE, ()), AT)

    with pytest.raises(Conflict):
        stores.invoices.finalise(replace(draft, number=1), read, row)
    assert stores.accounts.find(workspace_id) == changed
    assert stores.ledger.head(workspace_id) is None


def test_numbers_have_no_gap_when_workspaces_are_closed_at_once(stores: Stores) -> None:
    books, names = Books(stores), [str(uuid.uuid4()) for _ in range(6)]
    for name in names:
        books.account(name, OPEN.id)
        books.use(name, 3, datetime(2026, 11, 20, tzinfo=UTC))
    books.at(2027, 1, 5)
    with ThreadPoolExecutor(len(names)) as pool:
        for closed in pool.map(books.closing.run, names):
            assert len(closed.final) == 2

    numbers = sorted(one.number for name in names for one in books.final(name))
    assert numbers == list(range(1, 2 * len(names) + 1))


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("write", range(5))
def test_a_crash_at_any_write_of_a_close_in_the_table_changes_nothing_in_the_end(
    emulator: Emulator, workspace_id: str, write: int, moment: str
) -> None:
    client = FaultyClient(emulator.client("dynamodb"))
    books = Books(_in_table(client, emulator))
    bought = SoldPack("p", "ten", "2026-01", 10, 7_000, datetime(2026, 11, 2, tzinfo=UTC))
    books.account(workspace_id, SMALL.id, 1, bought)
    books.use(workspace_id, 113, datetime(2026, 11, 20, tzinfo=UTC))
    lost = EndpointConnectionError(endpoint_url="http://localhost")
    getattr(client, moment).extend([*([None] * write), lost])
    books.at(2026, 12, 2)
    _run(books, workspace_id)
    books.at(2027, 1, 5)
    _run(books, workspace_id)

    assert [one.number for one in books.final(workspace_id)] == [1, 2]
    assert books.final(workspace_id)[0].total_micros == 7_000
    assert books.balance(workspace_id)[Book.UNBILLED] == 0
    rows = list(books.ledger.rows(workspace_id))
    assert len(rows) == 3
    assert verify(rows, books.ledger.head(workspace_id)) is None
    account = books.accounts.find(workspace_id)
    assert account is not None
    assert account.pack_credits == 0
    assert getattr(client, moment) == []


def _run(books: Books, workspace_id: str) -> None:
    for _ in range(2):
        try:
            books.closing.run(workspace_id)
        except TemporarilyUnavailable:
            continue
