"""What every store of ledgers promises."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.ledger import DynamoLedgerStore
from oriel.adapters.dynamodb.ledger_items import head_key, row_to_item
from oriel.billing_ports import LedgerStore
from oriel.domain.billing.ledger import (
    Book,
    Entry,
    LedgerRow,
    Posting,
    RowKind,
    append,
    verify,
)
from oriel.domain.errors import Conflict

from tests.fakes.facts import NOON
from tests.fakes.ledger import MemoryLedgerStore

POSTINGS = (Posting(Book.CREDITS, 5), Posting(Book.RECEIVABLE, -5))
ENTRY = Entry(
    *(RowKind.CREDIT, POSTINGS, ("key.one/0/0", "key.ü/1/0"), 3, "2026-11-01", "2026-11"),
    *("2026-11-20/000001", "ada", "a mistake", "2026-11-19"),
)
TAMPERED = {
    "at": "2026-11-21T12:00:00.000001Z",
    "kind": "invoice",
    "postings": '[["credits", 6], ["receivable", -6]]',
    "references": "[]",
    "units": 4,
    "period": "2026-12-01",
    "facts_day": "2026-11-18",
    "price_version": "2026-12",
    "corrects": "",
    "who": "eve",
    "why": "",
    "workspace_id": "other",
    "previous": "f" * 64,
    "row_hash": "f" * 64,
}
BROKEN = {
    "kind": "gift",
    "postings": '[["credits", 6], ["receivable", -5]]',
    "at": "yesterday",
    "references": "",
}


@pytest.fixture(params=["memory", "dynamodb"])
def ledger(request: pytest.FixtureRequest) -> LedgerStore:
    if request.param == "memory":
        return MemoryLedgerStore()
    return DynamoLedgerStore(*request.getfixturevalue("usage_table"))


def fill(ledger: LedgerStore, workspace_id: str, *days: int) -> list[LedgerRow]:
    """Append a row on each of the days, counted from NOON's."""
    rows = []
    for days_later in days:
        at = NOON + timedelta(days=days_later)
        row = append(ledger.head(workspace_id), workspace_id, ENTRY, at)
        ledger.append(row)
        rows.append(row)
    return rows


def test_rows_come_back_as_they_were_written(ledger: LedgerStore, workspace_id: str) -> None:
    assert ledger.head(workspace_id) is None
    rows = fill(ledger, workspace_id, 0, 0, 1)
    assert list(ledger.rows(workspace_id)) == rows
    assert list(ledger.rows("other")) == []
    assert verify(ledger.rows(workspace_id), ledger.head(workspace_id)) is None


def test_rows_are_in_order_beyond_nine_a_day(ledger: LedgerStore, workspace_id: str) -> None:
    rows = fill(ledger, workspace_id, *[0] * 12)
    assert list(ledger.rows(workspace_id)) == rows


def test_yields_only_the_days_asked_for(ledger: LedgerStore, workspace_id: str) -> None:
    rows = fill(ledger, workspace_id, 0, 1, 1, 2, 3)
    first, last = rows[1].day, rows[3].day
    assert list(ledger.rows(workspace_id, first, last)) == rows[1:4]
    assert list(ledger.rows(workspace_id, first=last)) == rows[3:]
    assert list(ledger.rows(workspace_id, last=first)) == rows[:3]


def test_refuses_a_row_that_follows_what_is_no_end_any_more(
    ledger: LedgerStore, workspace_id: str
) -> None:
    rows = fill(ledger, workspace_id, 0)
    second = append(ledger.head(workspace_id), workspace_id, ENTRY, NOON)
    third = append(ledger.head(workspace_id), workspace_id, replace(ENTRY, who="eve"), NOON)
    ledger.append(second)
    for late in (third, second, append(None, workspace_id, ENTRY, NOON)):
        with pytest.raises(Conflict):
            ledger.append(late)
    assert list(ledger.rows(workspace_id)) == [*rows, second]


@pytest.mark.parametrize("before", [0, 1])
def test_of_many_rows_that_follow_one_head_exactly_one_is_written(
    ledger: LedgerStore, workspace_id: str, before: int
) -> None:
    fill(ledger, workspace_id, *[0] * before)
    head = ledger.head(workspace_id)
    together = Barrier(8)

    def write(number: int) -> bool:
        row = append(head, workspace_id, replace(ENTRY, who=str(number)), NOON)
        together.wait()
        try:
            ledger.append(row)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(write, range(8))) == 1
    assert len(list(ledger.rows(workspace_id))) == before + 1


def test_whoever_has_a_row_is_listed_among_those_who_are_billed(
    usage_table: tuple[Any, str], workspace_id: str
) -> None:
    accounts = DynamoAccountStore(*usage_table)
    assert workspace_id not in accounts.workspaces()
    fill(DynamoLedgerStore(*usage_table), workspace_id, 0)
    assert workspace_id in accounts.workspaces()


@pytest.mark.parametrize(
    ("name", "value"), [*TAMPERED.items(), *BROKEN.items(), ("postings", None)]
)
def test_names_the_row_that_somebody_changed_in_the_table(
    usage_table: tuple[Any, str], workspace_id: str, name: str, value: object
) -> None:
    client, table = usage_table
    ledger = DynamoLedgerStore(client, table)
    rows = fill(ledger, workspace_id, 0, 1, 1, 2)
    changed = {**row_to_item(rows[2]), name: value}
    client.put_item(TableName=table, Item=encode(changed))
    found = verify(ledger.rows(workspace_id), ledger.head(workspace_id))
    assert found is not None
    assert found.row_id == rows[2].id


def test_misses_the_end_that_was_cut_off_and_a_head_that_was_removed(
    usage_table: tuple[Any, str], workspace_id: str
) -> None:
    client, table = usage_table
    ledger = DynamoLedgerStore(client, table)
    *_, before, last = fill(ledger, workspace_id, 0, 1, 2)
    item = row_to_item(last)
    client.delete_item(TableName=table, Key=encode({"pk": item["pk"], "sk": item["sk"]}))
    found = verify(ledger.rows(workspace_id), ledger.head(workspace_id))
    assert found is not None
    assert found.row_id == before.id
    client.put_item(TableName=table, Item=encode(item))
    assert verify(ledger.rows(workspace_id), ledger.head(workspace_id)) is None
    client.delete_item(TableName=table, Key=encode(head_key(workspace_id)))
    assert verify(ledger.rows(workspace_id), ledger.head(workspace_id)) is not None
