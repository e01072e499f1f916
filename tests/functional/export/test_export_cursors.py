"""Cursors and accounts, in memory and in the usage table of the emulator."""

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from oriel.adapters.dynamodb.billing_accounts import DynamoAccountStore
from oriel.adapters.dynamodb.export_cursors import DynamoExportCursors
from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.exports import ExportCursor
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.export_ports import ExportCursors

from infra.local.emulator import Emulator
from tests.fakes.exports import MemoryExportCursors
from tests.functional.tables import create_table

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 13, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def table(emulator: Emulator) -> tuple[object, str]:
    client = emulator.client("dynamodb")
    return client, create_table(client, "usage")


@pytest.fixture(params=["memory", "dynamodb"])
def cursors(request: pytest.FixtureRequest) -> ExportCursors:
    if request.param == "memory":
        return MemoryExportCursors()
    return DynamoExportCursors(*request.getfixturevalue("table"))


def test_a_cursor_is_kept_as_it_was_written(cursors: ExportCursors) -> None:
    workspace = str(uuid.uuid4())
    begun = ExportCursor(workspace, DAY).begin(7, NOW)
    cursors.save(begun)
    assert cursors.find(workspace, DAY, DAY) == {DAY: begun}
    done = begun.taken()
    cursors.save(done)
    assert cursors.find(workspace, DAY, DAY) == {DAY: done}
    assert (done.sent, done.pending, done.begun) == (7, 0, None)


def test_only_the_days_that_are_asked_for_are_found(cursors: ExportCursors) -> None:
    workspace, other = str(uuid.uuid4()), str(uuid.uuid4())
    days = [date(2026, 11, number) for number in (19, 20, 21, 22)]
    for day in days:
        cursors.save(ExportCursor(workspace, day).begin(1, NOW))
        cursors.save(ExportCursor(other, day).begin(1, NOW))
    found = cursors.find(workspace, days[1], days[2])
    assert sorted(found) == days[1:3]
    assert {cursor.workspace_id for cursor in found.values()} == {workspace}


def test_of_two_writers_one_gives_way(cursors: ExportCursors) -> None:
    cursor = ExportCursor(str(uuid.uuid4()), DAY).begin(7, NOW)
    cursors.save(cursor)
    with pytest.raises(Conflict):
        cursors.save(cursor)
    cursors.save(cursor.begin(7, NOW))
    with pytest.raises(Conflict):
        cursors.save(cursor.taken())


def test_a_table_that_does_not_answer_is_said(emulator: Emulator) -> None:
    nowhere = DynamoExportCursors(emulator.client("dynamodb"), "nowhere")
    with pytest.raises(TemporarilyUnavailable):
        nowhere.find("one", DAY, DAY)
    with pytest.raises(TemporarilyUnavailable):
        nowhere.save(ExportCursor("one", DAY).begin(1, NOW))


def test_an_account_keeps_since_when_others_are_told_of_it(table: tuple[object, str]) -> None:
    accounts = DynamoAccountStore(*table)  # type: ignore[arg-type]
    account = BillingAccount(str(uuid.uuid4()), "pay-as-you-go", "2026-11")
    written = accounts.save(account)
    assert accounts.find(account.workspace_id) == written
    told = accounts.save(replace(written, customer="cus_of_ada", customer_since=DAY))
    assert accounts.find(account.workspace_id) == told
