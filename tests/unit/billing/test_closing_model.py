"""Whenever facts come, nights fail and people decide: the invoices add up to what was used.

The reference is what they would be had all come in time and nothing failed: for each period its fee
and its units beyond the month's, and what was given back.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from oriel.domain.billing.invoices import Invoice, LineKind
from oriel.domain.billing.ledger import Book, Entry, Posting, RowKind, append, verify
from oriel.domain.billing.periods import Period, period_of
from oriel.domain.errors import TemporarilyUnavailable

from tests.fakes.billing import LARGE
from tests.fakes.books import Books

FIRST, DAYS = date(2026, 11, 1), 150
END = FIRST + timedelta(days=DAYS + 100)


@dataclass(frozen=True)
class Use:
    """Units that were answered some days before they are counted; below zero: by a fast clock."""

    units: int
    late_days: float


@dataclass(frozen=True)
class Given:
    micros: int


@dataclass(frozen=True)
class Night:
    """A night whose write of this number fails, before it happens or unnoticed after."""

    fault: tuple[int, str] | None


@dataclass
class Reference:
    """What is owed, whatever happened on the way."""

    billing_day: int
    units: Counter[str] = field(default_factory=Counter)
    given: int = 0

    def use(self, units: int, day: date) -> None:
        self.units[period_of(day, self.billing_day).key] += units

    def owed(self, periods: list[Period]) -> int:
        beyond = sum(max(0, units - LARGE.monthly_credits) for units in self.units.values())
        fees = len(periods) * LARGE.monthly_micros
        return fees + beyond * LARGE.price_micros - self.given


_FAULTS = st.none() | st.tuples(st.integers(0, 5), st.sampled_from(["before", "after"]))
_LATE = st.one_of(st.just(0.0), st.just(-0.007), st.floats(0, 5), st.floats(25, 60))
_EVENTS = st.one_of(
    st.builds(Use, st.integers(1, 900), _LATE),
    st.builds(Given, st.integers(-1_000, 1_000).filter(bool)),
    st.builds(Night, _FAULTS),
    st.builds(Night, _FAULTS),
)
_TIMELINES = st.lists(st.tuples(st.floats(0, DAYS), _EVENTS), max_size=40)


@settings(max_examples=150)
@given(_TIMELINES, st.sampled_from([1, 15, 31]))
def test_invoices_add_up_to_what_was_used(
    timeline: list[tuple[float, Use | Given | Night]], billing_day: int
) -> None:
    books, reference = Books(), Reference(billing_day)
    first = period_of(FIRST, billing_day).first
    books.account("w", LARGE.id, billing_day)
    begin = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    for days, event in sorted(timeline, key=lambda one: one[0]):
        books.clock.now = begin + timedelta(days=days)
        _happen(books, reference, event, max(begin, books.clock.now))
    books.invoices.faults = []
    books.at(END.year, END.month, END.day)
    books.closing.run("w")

    invoices = books.final("w")
    periods = [invoice.period for invoice in invoices]
    assert [invoice.number for invoice in invoices] == list(range(1, len(invoices) + 1))
    assert periods[0].first == first
    assert all(one.after == other.first for one, other in pairwise(periods))
    assert _units(invoices) == +reference.units
    assert sum(invoice.total_micros for invoice in invoices) == reference.owed(periods)
    assert books.balance("w")[Book.UNBILLED] == 0
    assert books.balance("w")[Book.RECEIVABLE] == reference.owed(periods)
    assert verify(books.ledger.rows("w"), books.ledger.head("w")) is None


def _happen(books: Books, reference: Reference, event: Use | Given | Night, now: datetime) -> None:
    match event:
        case Use(units, late_days):
            begin = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
            occurred = max(begin, now - timedelta(days=late_days))
            books.use("w", units, occurred)
            reference.use(units, occurred.date())
        case Given(micros):
            moved = (Posting(Book.RECEIVABLE, -micros), Posting(Book.CREDITS, micros))
            entry = Entry(RowKind.CREDIT, moved, who="ada", why="so")
            books.ledger.append(append(books.ledger.head("w"), "w", entry, now))
            reference.given += micros
        case Night(fault):
            books.invoices.faults = [] if fault is None else [*([None] * fault[0]), fault[1]]
            try:
                books.closing.run("w")
            except TemporarilyUnavailable:
                assert fault is not None


def _units(invoices: list[Invoice]) -> Counter[str]:
    used = {LineKind.USAGE, LineKind.ADJUSTMENT}
    found: Counter[str] = Counter()
    for line in (line for invoice in invoices for line in invoice.lines if line.kind in used):
        found[line.period] += line.units
    return +found
