"""Commands that look after the books: which workspaces there are, and whether ledgers stand."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime

from oriel.billing_ports import LedgerStore
from oriel.domain.billing.ledger import Fault, LedgerRow
from oriel.domain.billing.ledger import verify as first_fault

from operate.billing.deployment import Reached

FOUND = 1


def describe(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    summary = "list the workspaces that are billed, with their plans"
    command = commands.add_parser("accounts", help=summary, description=summary)
    command.set_defaults(act=accounts)
    checking = "look whether ledgers are as they were written; names the first row that is not"
    _of_workspaces(commands, "verify", checking).set_defaults(act=verify)


def accounts(reached: Reached, _: argparse.Namespace) -> int:
    """List the workspaces."""
    today = datetime.now(UTC).date()
    for workspace_id in reached.accounts.store.workspaces():
        account = reached.accounts.of(workspace_id)
        period = account.period_of(today)
        customer = f"  told of: {account.customer}" if account.customer else ""
        print(
            f"{workspace_id}  {account.plan_id} ({account.price_version})  "
            f"{period.first} to {period.last}  {account.pack_credits} credits of packs{customer}"
        )
    return 0


def verify(reached: Reached, arguments: argparse.Namespace) -> int:
    """Check every row of ledgers."""
    code = 0
    for workspace_id in _workspaces(reached, arguments):
        fault = fault_of(reached.ledger, workspace_id)
        if fault is None:
            print(f"{workspace_id}  stands")
        else:
            code = FOUND
            print(f"{workspace_id}  row {fault.row_id}: {fault.problem}")
    return code


def fault_of(ledger: LedgerStore, workspace_id: str) -> Fault | None:
    """Return the first fault of a ledger to which the meter may append at the same time."""
    head = ledger.head(workspace_id)
    beyond: list[str] = []

    def until_head() -> Iterator[LedgerRow]:
        for row in ledger.rows(workspace_id):
            if head is not None and (row.day, row.number) > (head.day, head.number):
                beyond.append(row.id)
                return
            yield row

    fault = first_fault(until_head(), head)
    if fault is None and beyond and ledger.head(workspace_id) == head:
        return Fault(beyond[0], "the ledger is said to end before it")
    return fault


def _of_workspaces(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=summary, description=summary)
    command.add_argument("workspaces", nargs="*", metavar="workspace", help="ids; all if none")
    return command


def _workspaces(reached: Reached, arguments: argparse.Namespace) -> Iterator[str]:
    if arguments.workspaces:
        yield from arguments.workspaces
    else:
        yield from reached.accounts.store.workspaces()
