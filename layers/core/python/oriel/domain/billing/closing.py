"""What the ledger records of an invoice that becomes final, and which rows an invoice covers."""

from collections.abc import Iterable
from datetime import date

from oriel.domain.billing.invoices import Invoice, Line, LineKind, Place
from oriel.domain.billing.ledger import Book, Entry, LedgerRow, Posting, RowKind
from oriel.domain.billing.periods import Period, day_of
from oriel.values import dataclass

BY_PERSONS = frozenset({RowKind.CREDIT, RowKind.CORRECTION})
_OWN = frozenset({LineKind.PLAN, LineKind.USAGE, LineKind.ADJUSTMENT})
"""Lines whose amounts become due with the invoice; packs and credits have rows of their own."""


@dataclass(frozen=True, slots=True)
class Covered:
    """What the ledger has for an invoice.

    `unbilled_micros` is the value of usage that no final invoice moved yet, `late` the days before
    the period that some of it is of, `credits` what persons
    decided, as lines, and `through` the last row that was read for this or an earlier invoice.
    """

    unbilled_micros: int
    credits: tuple[Line, ...]
    through: Place | None
    late: frozenset[date] = frozenset()


def covered_by(rows: Iterable[LedgerRow], period: Period, before: Place | None) -> Covered:
    """Return what rows of the ledger are for a period's invoice.

    `before` is the last row that the invoice of the period before covers: what belongs to earlier
    periods and stands after it came late. A row belongs to the day of its facts, else to the period
    that it names, else to the day of its moment. So each row is covered by exactly one invoice.
    """
    unbilled, decided = 0, list[Line]()
    through, late = before, set[date]()
    for row in rows:
        place = Place(row.day, row.number)
        through = place if through is None else max(place, through)
        if not _is_for(row, place, period, before):
            continue
        unbilled += _moved(row, Book.UNBILLED)
        if row.entry.day and row.entry.day < period.key:
            late.add(date.fromisoformat(row.entry.day))
        if row.entry.kind in BY_PERSONS and _moved(row, Book.RECEIVABLE):
            decided.append(_credit(row, period))
    return Covered(unbilled, tuple(decided), through, frozenset(late))


def entry_of(invoice: Invoice, unbilled_micros: int, packs_micros: int) -> Entry:
    """Return what a final invoice moves: what was used becomes due, or was covered.

    `unbilled_micros` is what usage was valued at when it was counted, `packs_micros` what was paid
    for the credits of packs that it took. What is due or paid beyond that value, or short of it,
    belongs to revenue: the plan's fee, and credits of a pack that cost more or less than the
    plan's.
    """
    due = sum(line.amount_micros for line in invoice.lines if line.kind in _OWN)
    included = sum(line.included * line.price_micros for line in invoice.lines)
    moved = {
        Book.UNBILLED: -unbilled_micros,
        Book.RECEIVABLE: due,
        Book.ALLOWANCE: included,
        Book.PACKS: packs_micros,
        Book.REVENUE: unbilled_micros - due - included - packs_micros,
    }
    return Entry(
        RowKind.INVOICE,
        tuple(Posting(book, micros) for book, micros in moved.items() if micros),
        references=(invoice.name,),
        units=sum(line.units for line in invoice.lines if line.kind in _OWN - {LineKind.PLAN}),
        period=invoice.period.key,
        price_version=invoice.price_version,
    )


def _is_for(row: LedgerRow, place: Place, period: Period, before: Place | None) -> bool:
    if row.entry.kind == RowKind.INVOICE:
        return False
    belongs = row.entry.day or row.entry.period or day_of(row.at).isoformat()
    if belongs >= period.after.isoformat():
        return False
    return belongs >= period.key or before is None or place > before


def _moved(row: LedgerRow, book: Book) -> int:
    return sum(posting.micros for posting in row.entry.postings if posting.book == book)


def _credit(row: LedgerRow, period: Period) -> Line:
    amount = _moved(row, Book.RECEIVABLE)
    return Line(LineKind.CREDIT, period.key, row.entry.why or row.id, amount_micros=amount)
