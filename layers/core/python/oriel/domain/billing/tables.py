"""Invoices and usage facts as CSV (RFC 4180), for spreadsheets and for whoever checks them."""

import csv
import io
from collections.abc import Iterable, Sequence

from oriel.domain.billing.invoices import Invoice, Line
from oriel.domain.clock import to_iso
from oriel.domain.usage import UsageFact

INVOICE_COLUMNS = (
    "number",
    "state",
    "period_first",
    "period_after",
    "plan",
    "price_version",
    "currency",
    "kind",
    "line_period",
    "text",
    "units",
    "included",
    "from_packs",
    "billed",
    "waived",
    "price_micros",
    "amount_micros",
)
FACT_COLUMNS = (
    "id",
    "occurred",
    "task",
    "version",
    "units",
    "token",
    "price_version",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula where a cell begins with it."""


def invoice_table(invoice: Invoice) -> str:
    """Return an invoice, one row for each line, below a row of names."""
    return _written([INVOICE_COLUMNS, *(_line_row(invoice, line) for line in invoice.lines)])


def facts_table(facts: Iterable[UsageFact], *, begins: bool) -> str:
    """Return facts, one row each, below a row of names where the table begins with them."""
    return _written([*([FACT_COLUMNS] if begins else []), *map(_fact_row, facts)])


def _line_row(invoice: Invoice, line: Line) -> Sequence[object]:
    period = invoice.period
    return (
        invoice.name,
        invoice.state,
        period.first,
        period.after,
        invoice.plan_id,
        invoice.price_version,
        invoice.currency,
        line.kind,
        line.period,
        _plain(line.text),
        line.units,
        line.included,
        line.from_packs,
        line.billed,
        line.waived,
        line.price_micros,
        line.amount_micros,
    )


def _fact_row(fact: UsageFact) -> Sequence[object]:
    return (
        _plain(fact.id),
        to_iso(fact.occurred),
        fact.task_id,
        fact.model_version,
        fact.units,
        fact.token_id,
        fact.price_version,
    )


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _written(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
