"""Invoices as items of the usage table: a workspace's are one partition, by the period's day."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.keys import Key
from oriel.domain.billing.invoices import (
    Invoice,
    InvoiceState,
    Line,
    LineKind,
    Place,
    TaskUnits,
)
from oriel.domain.billing.periods import Period
from oriel.domain.clock import from_iso, to_iso

NUMBER_KEY: Key = {"pk": "INVOICES", "sk": "NUMBER"}
"""Where the number of the deployment's latest final invoice is kept."""


def invoices_partition(workspace_id: str) -> str:
    """Return the partition of a workspace's invoices."""
    return f"WS#{workspace_id}#INVOICES"


def invoice_key(workspace_id: str, period: str) -> Key:
    """Return the key of the invoice of a period."""
    return {"pk": invoices_partition(workspace_id), "sk": period}


def invoice_to_item(invoice: Invoice) -> Item:
    """Write an invoice, with its key."""
    through = invoice.through
    return {
        **invoice_key(invoice.workspace_id, invoice.period.key),
        "workspace_id": invoice.workspace_id,
        "after": invoice.period.after.isoformat(),
        "plan_id": invoice.plan_id,
        "price_version": invoice.price_version,
        "currency": invoice.currency,
        "made": to_iso(invoice.made),
        "lines": json.dumps([_line_to_json(line) for line in invoice.lines]),
        "tasks": json.dumps([[one.task_id, one.units] for one in invoice.tasks]),
        "state": invoice.state,
        "number": invoice.number,
        "finalised": None if invoice.finalised is None else to_iso(invoice.finalised),
        "held_because": invoice.held_because,
        "checked": None if invoice.checked is None else invoice.checked.isoformat(),
        "through": None if through is None else f"{through.day.isoformat()}#{through.number}",
        "revision": invoice.revision,
    }


def invoice_from_item(item: Item) -> Invoice:
    """Read an invoice."""
    return Invoice(
        workspace_id=item["workspace_id"],
        period=Period(date.fromisoformat(item["sk"]), date.fromisoformat(item["after"])),
        plan_id=item["plan_id"],
        price_version=item["price_version"],
        currency=item["currency"],
        made=from_iso(item["made"]),
        lines=tuple(map(_line_from_json, json.loads(item["lines"]))),
        tasks=tuple(TaskUnits(task_id, units) for task_id, units in json.loads(item["tasks"])),
        state=InvoiceState(item["state"]),
        number=item["number"],
        finalised=from_iso(item["finalised"]) if "finalised" in item else None,
        held_because=item["held_because"],
        checked=date.fromisoformat(item["checked"]) if "checked" in item else None,
        through=_place(item["through"]) if "through" in item else None,
        revision=item["revision"],
    )


def _place(text: str) -> Place:
    day, _, number = text.partition("#")
    return Place(date.fromisoformat(day), int(number))


def _line_to_json(line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "period": line.period,
        "text": line.text,
        "units": line.units,
        "included": line.included,
        "from_packs": line.from_packs,
        "billed": line.billed,
        "waived": line.waived,
        "price_micros": line.price_micros,
        "amount_micros": line.amount_micros,
    }


def _line_from_json(content: Mapping[str, Any]) -> Line:
    return Line(**{**content, "kind": LineKind(content["kind"])})
