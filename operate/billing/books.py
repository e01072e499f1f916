"""Commands that look after the books: who is billed by which prices, and whether ledgers stand."""

import argparse
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from oriel.domain.billing.ledger import UnreadableRow
from oriel.domain.errors import InvalidInput

from operate.billing.amounts import day, money
from operate.billing.deployment import Reached

FOUND = 1
LATELY = timedelta(days=6)


def describe(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    summary = "list the workspaces that are billed, with their plans"
    command = commands.add_parser("accounts", help=summary, description=summary)
    command.set_defaults(act=accounts)
    offering = "show today's price list: its plans and packs"
    commands.add_parser("prices", help=offering, description=offering).set_defaults(act=prices)
    checking = "look whether ledgers are as they were written; names the first row that is not"
    of_workspaces(commands, "verify", checking).set_defaults(act=verify)
    comparing = "compare facts, ledgers and totals, day by day"
    _between(of_workspaces(commands, "reconcile", comparing)).set_defaults(act=reconcile)
    making = "make totals anew from the facts, and count facts that were never counted"
    anew = _between(commands.add_parser("rebuild", help=making, description=making))
    anew.add_argument("workspace", help="id of the workspace")
    anew.set_defaults(act=rebuild)


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


def prices(reached: Reached, _: argparse.Namespace) -> int:
    """Show what is offered today."""
    offered = reached.prices.current(datetime.now(UTC).date())
    print(f"prices {offered.version}, valid from {offered.valid_from}")
    for plan in offered.plans.values():
        fee, each = (
            money(one, offered.currency) for one in (plan.monthly_micros, plan.price_micros)
        )
        beyond = "no more" if plan.stops else f"then {each} each"
        default = ", the default" if plan.id == offered.default_plan else ""
        print(f"plan {plan.id}{default}: {fee} a period, {plan.monthly_credits} credits, {beyond}")
    for pack in offered.packs.values():
        print(f"pack {pack.id}: {money(pack.price_micros, offered.currency)}")
    return 0


def verify(reached: Reached, arguments: argparse.Namespace) -> int:
    """Check every row of ledgers."""
    code = 0
    for workspace_id in workspaces(reached, arguments):
        fault = reached.verifier.verify(workspace_id)
        if fault is None:
            print(f"{workspace_id}  stands")
        else:
            code = FOUND
            print(f"{workspace_id}  row {fault.row_id}: {fault.problem}")
    return code


def reconcile(reached: Reached, arguments: argparse.Namespace) -> int:
    """Compare facts, ledgers and totals day by day."""
    first, last = _days(arguments)
    code = 0
    for workspace_id in workspaces(reached, arguments):
        drifts = reached.reconciliation.reconcile(workspace_id, first, last)
        if not drifts:
            print(f"{workspace_id}  {first} to {last}: facts, ledger and totals agree")
        for drift in drifts:
            code = FOUND
            print(f"{workspace_id}  {drift}")
    return code


def rebuild(reached: Reached, arguments: argparse.Namespace) -> int:
    """Make totals anew from the facts, and count facts that were never counted."""
    first, last = _days(arguments)
    try:
        rebuilt = reached.rebuild.rebuild(arguments.workspace, first, last)
    except UnreadableRow as unreadable:
        print(f"{arguments.workspace}  row {unreadable}; nothing is rebuilt on it")
        return FOUND
    print(
        f"{arguments.workspace}  {first} to {last}: {rebuilt.counted} facts counted, "
        f"{rebuilt.corrected} totals corrected"
    )
    return 0


def _days(arguments: argparse.Namespace) -> tuple[date, date]:
    last = arguments.last or datetime.now(UTC).date()
    first = arguments.first or last - LATELY
    if first > last:
        raise InvalidInput("--from must not be later than --to")
    return first, last


def _between(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--from", dest="first", type=day, help="a week before the last if none")
    command.add_argument("--to", dest="last", type=day, help="the last day; today if none")
    return command


def of_workspaces(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> argparse.ArgumentParser:
    """Add a command that is about the workspaces that are named, all if none."""
    command = commands.add_parser(name, help=summary, description=summary)
    command.add_argument("workspaces", nargs="*", metavar="workspace", help="ids; all if none")
    return command


def workspaces(reached: Reached, arguments: argparse.Namespace) -> Iterator[str]:
    """Yield the workspaces that are named, all if none."""
    if arguments.workspaces:
        yield from arguments.workspaces
    else:
        yield from reached.accounts.store.workspaces()
