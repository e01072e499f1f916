"""Commands about invoices: what there is, and closing periods now in place of at night."""

import argparse

from oriel.domain.billing.invoices import Invoice
from oriel.domain.errors import OrielError

from operate.billing.amounts import money
from operate.billing.books import FOUND, of_workspaces, workspaces
from operate.billing.deployment import Reached


def describe(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    listing = "list invoices, the drafts and what is held too"
    of_workspaces(commands, "invoices", listing).set_defaults(act=invoices)
    closing = "close what periods can be closed, as it happens each night"
    of_workspaces(commands, "close", closing).set_defaults(act=close)


def invoices(reached: Reached, arguments: argparse.Namespace) -> int:
    """List invoices."""
    for workspace_id in workspaces(reached, arguments):
        for invoice in reached.invoices.all(workspace_id):
            print(f"{workspace_id}  {_told(invoice)}")
    return 0


def close(reached: Reached, arguments: argparse.Namespace) -> int:
    """Close periods; one workspace that cannot be closed holds up no other."""
    code = 0
    for workspace_id in workspaces(reached, arguments):
        try:
            closed = reached.closing.run(workspace_id)
        except OrielError as problem:
            code = FOUND
            print(f"{workspace_id}  not closed: {problem}")
            continue
        for invoice in (*closed.drafts, *closed.held, *closed.final):
            print(f"{workspace_id}  {_told(invoice)}")
        for drift in closed.drifts:
            print(f"{workspace_id}  {drift}")
        if closed.drifts or closed.held:
            code = FOUND
    return code


def _told(invoice: Invoice) -> str:
    number = f" {invoice.name}" if invoice.name else ""
    because = f" because {invoice.held_because}" if invoice.held_because else ""
    return (
        f"{invoice.period.first} to {invoice.period.last}  {invoice.state}{number}{because}  "
        f"{invoice.units} credits, {money(invoice.total_micros, invoice.currency)}"
    )
