from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.billing.closing import Covered, covered_by, entry_of
from oriel.domain.billing.invoices import Invoice, LineKind, Place
from oriel.domain.billing.invoicing import Basis, lines_of, use_packs
from oriel.domain.billing.ledger import (
    Book,
    ChainHead,
    Entry,
    LedgerRow,
    Posting,
    RowKind,
    append,
)
from oriel.domain.billing.periods import Period

from tests.unit.billing.lists import DECEMBER, NOVEMBER, pack, plan

JANUARY = Period(date(2027, 1, 1), date(2027, 2, 1))
CLOSED = date(2026, 12, 4)


def _usage(period: Period, micros: int = 590) -> Entry:
    moved = (Posting(Book.UNBILLED, micros), Posting(Book.REVENUE, -micros))
    return Entry(RowKind.USAGE, moved, units=1, period=period.key)


def _credit(micros: int, why: str = "a fault of ours") -> Entry:
    moved = (Posting(Book.RECEIVABLE, -micros), Posting(Book.CREDITS, micros))
    return Entry(RowKind.CREDIT, moved, who="ada", why=why)


def _rows(*entries: tuple[date, Entry]) -> list[LedgerRow]:
    rows: list[LedgerRow] = []
    head: ChainHead | None = None
    for day, entry in entries:
        at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        row = append(head, "w", entry, at)
        rows.append(row)
        head = ChainHead(row.day, row.number, row.hash)
    return rows


def test_late_usage_is_covered_by_the_next_invoice_and_by_no_other() -> None:
    rows = _rows(
        (date(2026, 11, 10), _usage(NOVEMBER, 1)),
        (date(2026, 12, 2), _usage(NOVEMBER, 10)),
        (date(2026, 12, 3), _usage(DECEMBER, 100)),
        (date(2026, 12, 20), _usage(NOVEMBER, 1_000)),
        (date(2027, 1, 2), _usage(DECEMBER, 10_000)),
        (date(2027, 1, 9), _usage(JANUARY, 100_000)),
    )
    november = covered_by([row for row in rows if row.day < CLOSED], NOVEMBER, None)
    december = covered_by(rows[:5], DECEMBER, november.through)
    january = covered_by(rows, JANUARY, december.through)

    assert november == Covered(11, (), Place(date(2026, 12, 3), 1))
    assert [december.unbilled_micros, january.unbilled_micros] == [11_100, 100_000]


@given(st.data())
def test_each_row_is_covered_exactly_once_wherever_the_closes_fall(data: st.DataObject) -> None:
    periods = [NOVEMBER, DECEMBER, JANUARY]
    days = sorted(data.draw(st.lists(st.dates(date(2026, 11, 1), date(2027, 2, 20)), min_size=1)))
    rows = _rows(*((day, _usage(data.draw(st.sampled_from(periods)))) for day in days))
    count = st.integers(0, len(rows))
    read = [*sorted([data.draw(count), data.draw(count)]), len(rows)]
    moved, through = 0, None
    for period, some in zip(periods, read, strict=True):
        found = covered_by(rows[:some], period, through)
        moved, through = moved + found.unbilled_micros, found.through

    assert moved == 590 * len(rows)


def test_what_a_person_decided_is_a_line_with_the_reason() -> None:
    found = covered_by(_rows((date(2026, 11, 30), _credit(70))), NOVEMBER, None)

    [line] = found.credits
    assert (line.kind, line.amount_micros, line.text) == (LineKind.CREDIT, -70, "a fault of ours")


def test_what_was_decided_after_the_period_stands_on_the_next_invoice() -> None:
    rows = _rows((date(2026, 12, 1), _credit(70)))

    assert covered_by(rows, NOVEMBER, None).credits == ()
    assert len(covered_by(rows, DECEMBER, Place(date(2026, 12, 1), 1)).credits) == 1


def test_an_invoice_moves_usage_to_what_covers_it_and_what_is_due() -> None:
    bought = (pack(credits_sold=100, price=65_000),)
    basis = Basis(NOVEMBER, plan(fee=1_000, monthly=10), 115, bought)
    used = use_packs(bought, NOVEMBER, 100)
    at = datetime(2026, 12, 4, tzinfo=UTC)
    invoice = Invoice("w", NOVEMBER, "a", "2026-11", "EUR", at, lines_of(basis), number=42)
    entry = entry_of(invoice, 115 * 590, used.value_micros)

    assert {posting.book: posting.micros for posting in entry.postings} == {
        Book.UNBILLED: -115 * 590,
        Book.RECEIVABLE: 1_000 + 5 * 590,
        Book.ALLOWANCE: 10 * 590,
        Book.PACKS: 65_000,
        # The fee, and what the pack's credits cost more than the plan's.
        Book.REVENUE: -1_000 - 100 * (650 - 590),
    }
    assert entry.references == ("000042",)
    assert entry.units == 115
