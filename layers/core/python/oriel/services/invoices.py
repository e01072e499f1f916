"""Invoices and what they rest on, as customers read them."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from oriel.domain.billing.invoices import Invoice
from oriel.domain.errors import InvalidInput, NotFound
from oriel.domain.page import Page, PageRequest, cut
from oriel.domain.usage import UsageFact
from oriel.invoice_ports import InvoiceStore
from oriel.services.usage import UsageReports
from oriel.usage_ports import FactStore
from oriel.values import dataclass

BYTES_AT_ONCE = 5_000_000
"""Of a table, as JSON carries it: Lambda answers 6 MB at most."""
_ROW_BYTES = 200
_BYTES_A_CHARACTER = 4
"""A quotation mark in a caller's key is doubled by CSV, and each of the two escaped by JSON."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_PLACE = re.compile(r"(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d\.\d{6}Z#[!-~]{1,300}")


@dataclass(frozen=True, slots=True)
class FactsPage:
    """Facts in the order of time; `next` is the cursor of those after them, None at the end."""

    facts: Sequence[UsageFact]
    begins: bool
    next: str | None


class Invoices:
    """Reads a workspace's invoices and usage facts."""

    def __init__(self, store: InvoiceStore, facts: FactStore, usage: UsageReports) -> None:
        self._store = store
        self._facts = facts
        self._usage = usage

    def list(self, workspace_id: str, page: PageRequest) -> Page[Invoice]:
        """Return one page of the invoices, the latest period first; raises InvalidInput."""
        invoices = [*reversed(self._store.all(workspace_id))]
        return cut(invoices, page, lambda invoice: invoice.period.key)

    def get(self, workspace_id: str, period: str) -> Invoice:
        """Return the invoice of the period that begins on a day; raises NotFound."""
        # What is no day may be longer than a key can be.
        found = self._store.find(workspace_id, period) if _DAY.fullmatch(period) else None
        if found is None:
            raise NotFound("There is no invoice of a period that begins on this day")
        return found

    def facts(
        self, workspace_id: str, from_day: str | None, to_day: str | None, cursor: str | None
    ) -> FactsPage:
        """Return the facts of the days from `from_day` to `to_day`, as many as fit into an answer.

        By default from the first of the present month until today. Raises InvalidInput.
        """
        first, last = self._usage.days(from_day, to_day)
        after = "" if cursor is None else _place_of(cursor)
        if after:
            begun = date.fromisoformat(after[:10])
            if not first <= begun <= last:
                raise InvalidInput("page is not a page of these days")
            first = begun
        shown, room = list[UsageFact](), BYTES_AT_ONCE
        for fact in self._from(workspace_id, first, last, after):
            room -= _ROW_BYTES + _BYTES_A_CHARACTER * len(fact.id)
            if room < 0:
                return FactsPage(shown, begins=cursor is None, next=_cursor_of(shown[-1]))
            shown.append(fact)
        return FactsPage(shown, begins=cursor is None, next=None)

    def _from(self, workspace_id: str, first: date, last: date, after: str) -> Iterator[UsageFact]:
        yield from self._facts.facts_of(workspace_id, first, after)
        for days in range(1, (last - first).days + 1):
            yield from self._facts.facts_of(workspace_id, first + timedelta(days=days))


def _cursor_of(fact: UsageFact) -> str:
    return base64.urlsafe_b64encode(fact.place.encode()).decode().rstrip("=")


def _place_of(cursor: str) -> str:
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        found = _PLACE.fullmatch(place)
        if found is not None:
            date.fromisoformat(found[1])
            return place
    except (binascii.Error, ValueError):
        pass
    raise InvalidInput("page is not a page of these facts")
