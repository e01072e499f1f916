"""The ledger: double entry in micro-units, append-only, each row chained to the one before it.

A row's hash covers its content and the hash of the row before, so that no row can be changed, left
out or put in between without all later hashes being wrong. A day's chain begins with the hash that
the day before ended with.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import field, replace
from datetime import date, datetime
from enum import StrEnum

from oriel.domain.billing.periods import day_of
from oriel.domain.clock import to_iso
from oriel.values import dataclass

GENESIS = "0" * 64
"""What the first row of a workspace follows."""


class Book(StrEnum):
    """The accounts of a workspace's ledger; what is owed to the seller is positive."""

    UNBILLED = "unbilled"  # used, by the plan's price, and not on a final invoice
    RECEIVABLE = "receivable"  # on final invoices
    REVENUE = "revenue"
    ALLOWANCE = "allowance"  # the value of what the month's credits cover
    PACKS = "packs"  # paid for in advance
    CREDITS = "credits"  # given back, and corrections


class RowKind(StrEnum):
    """What happened."""

    USAGE = "usage"
    INVOICE = "invoice"
    PACK = "pack"
    CREDIT = "credit"
    CORRECTION = "correction"


class UnbalancedRow(ValueError):
    """What a row moves does not sum to zero."""


class UnreadableRow(Exception):
    """What lies in a row's place was never written so, or never behind the row before it."""

    def __init__(self, row_id: str, problem: str) -> None:
        super().__init__(f"{row_id}: {problem}")
        self.fault = Fault(row_id, problem)


@dataclass(frozen=True, slots=True)
class Posting:
    """An amount, in millionths of the currency, that moves to an account, or from it."""

    book: Book
    micros: int


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded; raises UnbalancedRow where it does not sum to zero.

    `references` are what it is about: ids of usage facts, or the number of an invoice. `corrects`
    names the row that it puts right; `who` and `why` are there wherever a person decided. `day` is
    the one (UTC, `2026-11-21`) that the facts of a usage row are of: it may be appended days later.
    """

    kind: RowKind
    postings: tuple[Posting, ...]
    references: tuple[str, ...] = ()
    units: int = 0
    period: str = ""
    price_version: str = ""
    corrects: str = ""
    who: str = ""
    why: str = ""
    day: str = ""

    def __post_init__(self) -> None:
        """Refuse what does not balance."""
        if sum(posting.micros for posting in self.postings) != 0:
            raise UnbalancedRow("the amounts of a row sum to zero")


def row_name(day: str, number: int) -> str:
    """Return how the row of a day is called: `2026-11-21/000001`."""
    return f"{day}/{number:06d}"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An entry in its place: the `number`th of a workspace's `day` (UTC, when it was appended)."""

    workspace_id: str
    day: date
    number: int
    at: datetime
    entry: Entry
    previous: str
    hash: str = field(default="")

    @property
    def id(self) -> str:
        """Its name: `2026-11-21/000001`."""
        return row_name(self.day.isoformat(), self.number)


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a workspace's ledger ends: its last row's day, number and hash."""

    day: date
    number: int
    hash: str


def append(head: ChainHead | None, workspace_id: str, entry: Entry, at: datetime) -> LedgerRow:
    """Return the row that follows the head, None where there is none; its day is never before it.

    A clock that is behind that of another writer must not put a row between those that stand.
    """
    follows = ChainHead(day_of(at), 0, GENESIS) if head is None else head
    last = max(day_of(at), follows.day)
    number = follows.number + 1 if last == follows.day else 1
    row = LedgerRow(workspace_id, last, number, at, entry, follows.hash)
    return replace(row, hash=hash_of(row))


def hash_of(row: LedgerRow) -> str:
    """Return the SHA-256, in hexadecimal, of a row's content and of what it follows."""
    entry = row.entry
    content = {
        "workspace": row.workspace_id,
        "day": row.day.isoformat(),
        "number": row.number,
        "at": to_iso(row.at),
        "kind": entry.kind,
        "postings": [[posting.book, posting.micros] for posting in entry.postings],
        "references": list(entry.references),
        "units": entry.units,
        "period": entry.period,
        "facts_day": entry.day,
        "price_version": entry.price_version,
        "corrects": entry.corrects,
        "who": entry.who,
        "why": entry.why,
        "previous": row.previous,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row that is not as it was written, and what is wrong with it."""

    row_id: str
    problem: str


def verify(rows: Iterable[LedgerRow], head: ChainHead | None) -> Fault | None:
    """Return the first fault of a workspace's whole ledger, in the order of its rows.

    `head` is where the ledger is said to end, None where it is said to have no row: rows that were
    cut off the end are missed by it.
    """
    last: LedgerRow | None = None
    try:
        for row in rows:
            problem = problem_of(row, last)
            if problem:
                return Fault(row.id, problem)
            last = row
    except UnreadableRow as unreadable:
        return unreadable.fault
    return None if end_after(last) == head else not_the_end(last)


def end_after(row: LedgerRow | None) -> ChainHead | None:
    """Return where a ledger ends whose last row this is; None where it has none."""
    return None if row is None else ChainHead(row.day, row.number, row.hash)


def not_the_end(last: LedgerRow | None) -> Fault:
    """Say that rows end where the ledger is said not to."""
    where = "the beginning" if last is None else last.id
    return Fault(where, "the ledger is said to end elsewhere: rows were added or are missing")


def problem_of(row: LedgerRow, last: LedgerRow | None) -> str:
    """Return what is wrong with a row that is said to follow `last`; nothing where all is right."""
    if row.previous != (GENESIS if last is None else last.hash):
        return "it does not follow the row before it"
    expected = last.number + 1 if last is not None and last.day == row.day else 1
    if row.number != expected:
        return f"its number is {row.number} where {expected} follows"
    if sum(posting.micros for posting in row.entry.postings) != 0:
        return "its amounts do not sum to zero"
    if row.hash != hash_of(row):
        return "its content is not what was written"
    return ""
