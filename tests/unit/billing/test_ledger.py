"""The ledger's rows: balanced, chained, and nothing in them changes unnoticed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.billing.ledger import (
    GENESIS,
    Book,
    ChainHead,
    Entry,
    Fault,
    LedgerRow,
    Posting,
    RowKind,
    UnbalancedRow,
    append,
    hash_of,
    verify,
)

from tests.fakes.facts import NOON

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(-500, 500)), min_size=1, max_size=12)
"""Rows by how many days they come after the one before, and what they move."""
CHANGES: Sequence[dict[str, Any]] = [
    {"units": 7_000_000},
    {"references": ("key.other/0/0",)},
    {"period": "2025-01-01"},
    {"day": "2025-01-01"},
    {"price_version": "1999-01"},
    {"corrects": "2026-11-21/000001"},
    {"who": "somebody"},
    {"why": "because"},
    {"kind": RowKind.CORRECTION},
    {"postings": ()},
    {"postings": (Posting(Book.RECEIVABLE, 1), Posting(Book.REVENUE, -1))},
]


def entry(micros: int) -> Entry:
    postings = (Posting(Book.UNBILLED, micros), Posting(Book.REVENUE, -micros))
    return Entry(RowKind.USAGE, postings, ("key.one/0/0",), 1, "2026-11-01", day="2026-11-21")


def ledger(made: Sequence[tuple[int, int]]) -> tuple[list[LedgerRow], ChainHead]:
    rows: list[LedgerRow] = []
    head, at = None, NOON
    for days, micros in made:
        at += timedelta(days=days)
        rows.append(append(head, "ws", entry(micros), at))
        head = end_of(rows[-1])
    return rows, end_of(rows[-1])


def end_of(row: LedgerRow) -> ChainHead:
    return ChainHead(row.day, row.number, row.hash)


def test_what_does_not_balance_is_no_entry() -> None:
    with pytest.raises(UnbalancedRow):
        Entry(RowKind.CREDIT, (Posting(Book.CREDITS, 5), Posting(Book.REVENUE, -4)))


@given(ROWS)
def test_rows_are_numbered_from_one_each_day_and_follow_each_other(
    made: list[tuple[int, int]],
) -> None:
    rows, head = ledger(made)
    assert rows[0].previous == GENESIS
    assert [row.previous for row in rows[1:]] == [row.hash for row in rows[:-1]]
    assert len({row.id for row in rows}) == len(rows)
    for day in {row.day for row in rows}:
        numbers = [row.number for row in rows if row.day == day]
        assert numbers == list(range(1, len(numbers) + 1))
    assert verify(rows, head) is None


def test_a_clock_that_is_behind_puts_no_row_before_those_that_stand() -> None:
    first = append(None, "ws", entry(1), NOON)
    second = append(end_of(first), "ws", entry(1), NOON - timedelta(days=2))
    assert (second.day, second.number) == (first.day, 2)
    assert verify([first, second], end_of(second)) is None


def test_a_ledger_without_rows_is_in_order() -> None:
    assert verify([], None) is None


@given(ROWS, st.data())
def test_names_the_first_row_whose_content_was_changed(
    made: list[tuple[int, int]], data: st.DataObject
) -> None:
    rows, head = ledger(made)
    place = data.draw(st.integers(0, len(rows) - 1))
    change = data.draw(st.sampled_from(CHANGES))
    rows[place] = replace(rows[place], entry=replace(rows[place].entry, **change))
    assert verify(rows, head) == Fault(rows[place].id, "its content is not what was written")


@given(ROWS, st.data())
def test_names_the_row_after_one_whose_hash_was_made_to_fit(
    made: list[tuple[int, int]], data: st.DataObject
) -> None:
    rows, head = ledger(made)
    place = data.draw(st.integers(0, len(rows) - 1))
    changed = replace(rows[place], entry=replace(rows[place].entry, who="me"))
    rows[place] = replace(changed, hash=hash_of(changed))
    found = verify(rows, head)
    assert found is not None
    assert found.row_id == rows[min(place + 1, len(rows) - 1)].id


@given(ROWS, st.data())
def test_misses_a_row_that_was_taken_out(made: list[tuple[int, int]], data: st.DataObject) -> None:
    rows, head = ledger(made)
    place = data.draw(st.integers(0, len(rows) - 1))
    left = rows[:place] + rows[place + 1 :]
    found = verify(left, head)
    assert found is not None
    if place < len(left):
        assert found.row_id == left[place].id


@given(ROWS, st.data())
def test_finds_a_row_that_was_put_in_between(
    made: list[tuple[int, int]], data: st.DataObject
) -> None:
    rows, head = ledger(made)
    place = data.draw(st.integers(0, len(rows) - 1))
    inserted = append(end_of(rows[place]), "ws", entry(900), rows[place].at)
    found = verify([*rows[: place + 1], inserted, *rows[place + 1 :]], head)
    assert found is not None


def test_misses_all_rows_where_none_is_left() -> None:
    rows, head = ledger([(0, 5)])
    assert verify([], head) is not None
    assert verify(rows, None) is not None


def test_hashes_as_it_always_did() -> None:
    """What was written years ago must be verified for ever: a changed hash is a broken ledger."""
    row = append(None, "ws", entry(590), NOON)
    assert row.hash == "ee13f35933cdcc50e15d364dbcd469ea44851832c774b7cec8077b07082e578a"
