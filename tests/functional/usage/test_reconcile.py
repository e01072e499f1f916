"""Facts, ledger and totals are compared, and totals made anew from the facts."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.ledger_items import row_to_item
from oriel.adapters.dynamodb.usage_items import fact_to_item
from oriel.domain.billing.usage_rows import Rate
from oriel.domain.errors import Conflict
from oriel.domain.usage import UsageFact, UsageTotal
from oriel.services.rebuild import Rebuilt

from infra.constructs.facts_index import FACT_ATTRIBUTES
from tests.fakes.dynamodb.client import MemoryDynamoDB
from tests.fakes.facts import NOON, TASK, facts
from tests.fakes.totals import MemoryFactStore
from tests.functional.usage.books import DAY, Books

ONE_DAY = timedelta(days=1)
RATE = Rate("2026-01", 600, "2026-11-01")


@pytest.fixture(params=["memory", "process", "dynamodb"])
def books(request: pytest.FixtureRequest) -> Books:
    if request.param == "memory":
        return Books.in_memory()
    if request.param == "process":
        return Books.in_table(MemoryDynamoDB(), "usage")
    return Books.in_table(*request.getfixturevalue("usage_table"))


@pytest.fixture
def table(usage_table: tuple[Any, str]) -> Books:
    return Books.in_table(*usage_table)


def used(books: Books, workspace_id: str) -> list[UsageFact]:
    """Count facts of two days, three of them by a token that is known."""
    made = [
        facts(workspace_id, "req.1", 3, token_id="token-1"),
        facts(workspace_id, "req.2", 2, version=2),
        facts(workspace_id, "req.3", 4, occurred=NOON + ONE_DAY),
    ]
    for some in made:
        books.commit(some)
    every = [fact for some in made for fact in some]
    books.count(every)
    return every


def alter(books: Books, workspace_id: str, day: date, units: int) -> UsageTotal:
    """Let a total of the day be wrong by so many units; returns what it was."""
    stands = books.totals.totals(workspace_id, day.isoformat(), day.isoformat())
    wrong = replace(stands[0], units=stands[0].units + units)
    assert books.totals.rewrite(workspace_id, stands[:1], [wrong]) == 1
    return stands[0]


def test_lists_the_facts_of_a_day_in_the_order_of_time(books: Books, workspace_id: str) -> None:
    late = [facts(workspace_id, f"req.{n}", 2, occurred=NOON - n * ONE_DAY / 48) for n in range(20)]
    for some in late:
        books.commit(some)
    books.commit(facts(workspace_id, "req.y", occurred=NOON - ONE_DAY))
    books.commit(facts("other", f"req.{workspace_id}"))
    found = list(books.facts.facts_of(workspace_id, DAY))
    assert [fact.occurred for fact in found] == sorted(fact.occurred for fact in found)
    assert sorted(found, key=lambda fact: fact.id) == sorted(
        (fact for some in late for fact in some), key=lambda fact: fact.id
    )


def test_lists_the_facts_behind_one_and_no_others(books: Books, workspace_id: str) -> None:
    for n in range(12):
        books.commit(
            facts(workspace_id, f"req.{n % 3}-{n}", 2, occurred=NOON + n % 4 * ONE_DAY / 48)
        )
    every = list(books.facts.facts_of(workspace_id, DAY))
    assert every == sorted(every, key=lambda fact: fact.place)
    for place in (0, 7, 22, 23):
        behind = list(books.facts.facts_of(workspace_id, DAY, every[place].place))
        assert behind == every[place + 1 :]


def test_finds_nothing_wrong_with_what_was_counted(books: Books, workspace_id: str) -> None:
    used(books, workspace_id)
    found = books.reconciliation
    assert found.reconcile(workspace_id, DAY - ONE_DAY, DAY + 2 * ONE_DAY) == []
    assert books.verifier.verify(workspace_id) is None
    assert found.drifts("nobody", DAY) == []


def test_a_late_fact_is_compared_on_its_own_day(books: Books, workspace_id: str) -> None:
    reconciliation = books.reconciliation
    for days in (0, 3, 35):
        some = facts(workspace_id, f"req.{days}", 2, occurred=NOON - days * ONE_DAY)
        books.commit(some)
        books.count(some)
        assert reconciliation.drifts(workspace_id, DAY - days * ONE_DAY) == []
    assert reconciliation.reconcile(workspace_id, DAY - 40 * ONE_DAY, DAY) == []


def test_a_fact_of_ten_minutes_ahead_is_compared_on_its_own_day(
    books: Books, workspace_id: str
) -> None:
    midnight = NOON.replace(hour=23, minute=55)
    some = facts(workspace_id, "req.1", occurred=midnight + timedelta(minutes=10))
    books.commit(some)
    books.totals.count(some, RATE, midnight)
    assert [row.day for row in books.ledger.rows(workspace_id)] == [DAY]
    assert books.reconciliation.drifts(workspace_id, DAY + ONE_DAY) == []


def test_names_facts_that_were_never_counted(books: Books, workspace_id: str) -> None:
    used(books, workspace_id)
    books.commit(facts(workspace_id, "req.9", 7, token_id="token-1"))
    ledger, totals = books.reconciliation.drifts(workspace_id, DAY)
    assert "12 facts of 12 units were answered, 5 facts of 5 units are in the ledger" in ledger
    assert "not in the ledger: req.9/0/0, req.9/1/0" in ledger
    assert ledger.endswith("and 2 more")
    assert f"3 instead of 10 units of task {TASK}, version 1, token token-1" in totals
    assert books.reconciliation.drifts(workspace_id, DAY + ONE_DAY) == []


def test_names_a_total_that_is_wrong(books: Books, workspace_id: str) -> None:
    used(books, workspace_id)
    was = alter(books, workspace_id, DAY, 1)
    (drift,) = books.reconciliation.reconcile(workspace_id, DAY, DAY + ONE_DAY)
    assert drift.day == DAY
    assert f"{was.units + 1} instead of {was.units} units" in drift.problem


def test_reads_on_in_a_ledger_that_it_has_read(books: Books, workspace_id: str) -> None:
    used(books, workspace_id)
    reconciliation = books.reconciliation
    assert reconciliation.drifts(workspace_id, DAY) == []
    more = facts(workspace_id, "req.7", 2)
    books.commit(more)
    assert len(reconciliation.drifts(workspace_id, DAY)) == 2
    books.count(more)
    assert reconciliation.drifts(workspace_id, DAY) == []
    assert reconciliation.drifts(workspace_id, DAY - ONE_DAY) == []


@pytest.mark.parametrize("days", [0, 1])
def test_makes_totals_right_and_leaves_those_that_are(
    books: Books, workspace_id: str, days: int
) -> None:
    used(books, workspace_id)
    alter(books, workspace_id, DAY + days * ONE_DAY, 5)
    assert books.rebuild.rebuild(workspace_id, DAY, DAY + ONE_DAY) == Rebuilt(0, 1)
    assert books.reconciliation.reconcile(workspace_id, DAY, DAY + ONE_DAY) == []
    assert books.units(workspace_id) == 9
    assert books.rebuild.rebuild(workspace_id, DAY, DAY + ONE_DAY) == Rebuilt()


def test_makes_all_totals_anew_where_none_is_left(books: Books, workspace_id: str) -> None:
    used(books, workspace_id)
    stand = books.totals.totals(workspace_id, "2026-11-21", "2026-11-22")
    assert books.totals.rewrite(workspace_id, stand, []) == 3
    assert books.units(workspace_id) == 0
    assert books.rebuild.rebuild(workspace_id, DAY, DAY + ONE_DAY) == Rebuilt(0, 3)
    again = books.totals.totals(workspace_id, "2026-11-21", "2026-11-22")
    assert {total.group: total.units for total in again} == {
        total.group: total.units for total in stand
    }


def test_counts_what_the_stream_lost(books: Books, workspace_id: str) -> None:
    used(books, workspace_id)
    books.commit(facts(workspace_id, "req.9", 7))
    assert books.rebuild.rebuild(workspace_id, DAY, DAY) == Rebuilt(7, 0)
    assert books.units(workspace_id) == 16
    assert books.reconciliation.drifts(workspace_id, DAY) == []


def test_takes_no_total_away_because_the_index_of_facts_is_behind(workspace_id: str) -> None:
    books = Books.in_memory()
    every = used(books, workspace_id)
    assert isinstance(books.facts, MemoryFactStore)
    books.facts.hidden = {every[0].id}
    with pytest.raises(Conflict):
        books.rebuild.rebuild(workspace_id, DAY, DAY)
    assert books.units(workspace_id) == 9


def test_refuses_to_replace_a_total_that_has_grown(books: Books, workspace_id: str) -> None:
    used(books, workspace_id)
    stand = books.totals.totals(workspace_id, "2026-11-21", "2026-11-21")
    alter(books, workspace_id, DAY, 1)
    for right in ([], [replace(total, units=100) for total in stand]):
        with pytest.raises(Conflict):
            books.totals.rewrite(workspace_id, stand, right)
    with pytest.raises(Conflict):
        books.totals.rewrite(workspace_id, [], stand)
    assert books.units(workspace_id) == 10


def tamper(usage_table: tuple[Any, str], books: Books, workspace_id: str, **change: Any) -> str:
    client, name = usage_table
    row = list(books.ledger.rows(workspace_id))[1]
    client.put_item(TableName=name, Item=encode({**row_to_item(row), **change}))
    return row.id


@pytest.mark.parametrize("change", [{"units": 1}, {"references": "[]"}, {"kind": "gift"}])
def test_a_row_that_was_changed_is_a_drift_and_is_named(
    usage_table: tuple[Any, str], table: Books, workspace_id: str, change: dict[str, Any]
) -> None:
    used(table, workspace_id)
    row_id = tamper(usage_table, table, workspace_id, **change)
    fault = table.verifier.verify(workspace_id)
    assert fault is not None
    assert fault.row_id == row_id
    found = table.reconciliation.reconcile(workspace_id, DAY, DAY + ONE_DAY)
    assert any(f"row {row_id}" in drift.problem for drift in found)


def test_verifies_what_is_appended_while_it_reads(table: Books, workspace_id: str) -> None:
    used(table, workspace_id)
    late = facts(workspace_id, "req.9")
    table.commit(late)

    class Growing:
        """Lets the ledger go on once its rows have been read."""

        def __init__(self) -> None:
            self.left: list[list[UsageFact]] = [late]

        def head(self, workspace_id: str) -> Any:
            return table.ledger.head(workspace_id)

        def append(self, row: Any) -> None:
            table.ledger.append(row)

        def rows(self, workspace_id: str, first: Any = None, last: Any = None) -> Any:
            yield from table.ledger.rows(workspace_id, first, last)
            if self.left:
                table.count(self.left.pop())

    assert replace(table, ledger=Growing()).verifier.verify(workspace_id) is None


def test_finds_a_row_that_was_added_behind_the_end(
    usage_table: tuple[Any, str], table: Books, workspace_id: str
) -> None:
    used(table, workspace_id)
    client, name = usage_table
    row = list(table.ledger.rows(workspace_id))[-1]
    behind = replace(row, number=row.number + 1, previous=row.hash)
    client.put_item(TableName=name, Item=encode(row_to_item(behind)))
    assert table.verifier.verify(workspace_id) is not None


def test_the_index_holds_all_of_a_fact_but_that_it_was_counted() -> None:
    (fact,) = facts("ws", "req.1")
    keys = {"pk", "sk", "factspk", "factssk"}
    assert fact_to_item(fact).keys() - keys == set(FACT_ATTRIBUTES)
