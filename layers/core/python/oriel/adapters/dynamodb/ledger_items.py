"""Rows of ledgers as items of the usage table: a workspace's are one partition, in their order.

The head is an item of its own, so that whoever appends reads one item and not the last of many, and
so that rows which are cut off the end are missed.
"""

import json
from datetime import date

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.billing_accounts import billing_key
from oriel.adapters.dynamodb.keys import Key
from oriel.domain.billing.ledger import (
    Book,
    ChainHead,
    Entry,
    LedgerRow,
    Posting,
    RowKind,
    UnbalancedRow,
    UnreadableRow,
    row_name,
)
from oriel.domain.clock import from_iso, to_iso


def ledger_partition(workspace_id: str) -> str:
    """Return the partition of a workspace's rows."""
    return f"WS#{workspace_id}#LEDGER"


def head_key(workspace_id: str) -> Key:
    """Return the key of where a ledger ends."""
    return billing_key(workspace_id, "HEAD")


def head_to_item(row: LedgerRow) -> Item:
    """Write where a ledger ends once the row is in it."""
    return {
        **head_key(row.workspace_id),
        "day": row.day.isoformat(),
        "number": row.number,
        "row_hash": row.hash,
    }


def head_from_item(item: Item) -> ChainHead:
    """Read where a ledger ends."""
    return ChainHead(date.fromisoformat(item["day"]), item["number"], item["row_hash"])


def row_to_item(row: LedgerRow) -> Item:
    """Write a row, with its key."""
    entry = row.entry
    return {
        "pk": ledger_partition(row.workspace_id),
        "sk": f"{row.day.isoformat()}#{row.number:09d}",
        "workspace_id": row.workspace_id,
        "at": to_iso(row.at),
        "kind": entry.kind,
        "postings": json.dumps([[posting.book, posting.micros] for posting in entry.postings]),
        "references": json.dumps(entry.references),
        "units": entry.units,
        "period": entry.period,
        "facts_day": entry.day,
        "price_version": entry.price_version,
        "corrects": entry.corrects,
        "who": entry.who,
        "why": entry.why,
        "previous": row.previous,
        "row_hash": row.hash,
    }


def row_from_item(item: Item) -> LedgerRow:
    """Read a row; raises UnreadableRow for what was never written so."""
    day, _, number = item["sk"].partition("#")
    row_id = row_name(day, int(number))
    try:
        return _row_from_item(item)
    except UnbalancedRow:
        raise UnreadableRow(row_id, "its amounts do not sum to zero") from None
    except (KeyError, TypeError, ValueError):
        raise UnreadableRow(row_id, "it is no row of a ledger") from None


def _row_from_item(item: Item) -> LedgerRow:
    day, _, number = item["sk"].partition("#")
    postings = (Posting(Book(book), micros) for book, micros in json.loads(item["postings"]))
    return LedgerRow(
        workspace_id=item["workspace_id"],
        day=date.fromisoformat(day),
        number=int(number),
        at=from_iso(item["at"]),
        entry=Entry(
            kind=RowKind(item["kind"]),
            postings=tuple(postings),
            references=tuple(json.loads(item["references"])),
            units=item["units"],
            period=item["period"],
            day=item["facts_day"],
            price_version=item["price_version"],
            corrects=item["corrects"],
            who=item["who"],
            why=item["why"],
        ),
        previous=item["previous"],
        hash=item["row_hash"],
    )
