"""Commands by which an operator decides: plans, packs, credits, customers, undecided exports."""

import argparse
import re
import uuid
from datetime import UTC, datetime

from oriel.domain.clock import utc_now
from oriel.services.operator_billing import Decision
from oriel.services.usage_export import ExportDecisions

from operate.billing.amounts import amount, day, money
from operate.billing.deployment import Reached


def describe(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    plan = _command(commands, "set-plan", set_plan, "give a workspace a plan")
    plan.add_argument("plan", help="id of a plan of the price list")
    plan.add_argument("--prices", default="", help="version of the price list; today's if none")
    plan.add_argument("--billing-day", type=int, help="day of the month, 1 to 31")
    pack = _command(commands, "sell-pack", sell_pack, "sell a workspace a pack of credits")
    pack.add_argument("pack", help="id of a pack of today's price list")
    _decided(pack)
    credit = _command(commands, "credit", credit_, "give money back, as a row of the ledger")
    credit.add_argument("amount", type=amount, help="12.50; below zero to charge it")
    credit.add_argument("--corrects", default="", help="the row that it puts right")
    _decided(credit).add_argument("--why", required=True, help="what invoice and ledger will say")
    customer = _command(commands, "customer", set_customer, "let Stripe be told of a workspace")
    customer.add_argument(
        "customer", type=_customer, help="its name at Stripe (cus_...), or `none`"
    )
    customer.add_argument("--from", dest="since", type=day, help="first day told; today if none")
    settle = _command(commands, "settle-export", settle_export, "say whether Stripe has a piece")
    settle.add_argument("day", type=day, help="the day that the piece is of")
    answer = settle.add_mutually_exclusive_group(required=True)
    answer.add_argument("--taken", action="store_true", help="Stripe has it: it is not sent again")
    answer.add_argument("--not-taken", dest="taken", action="store_false", help="it is sent again")


def set_plan(reached: Reached, arguments: argparse.Namespace) -> int:
    """Give a workspace a plan."""
    account = reached.operator.set_plan(
        arguments.workspace, arguments.plan, arguments.prices, arguments.billing_day
    )
    today = datetime.now(UTC).date()
    period = account.period_of(today)
    print(
        f"{account.workspace_id} has plan {account.plan_id} of prices {account.price_version}; "
        f"its period is {period.first} to {period.last}"
    )
    return 0


def sell_pack(reached: Reached, arguments: argparse.Namespace) -> int:
    """Sell a pack."""
    decision = _decision(reached, arguments, f"pack {arguments.pack}")
    sold = reached.operator.sell_pack(arguments.workspace, arguments.pack, decision)
    currency = reached.accounts.prices.version(sold.price_version).currency
    print(f"sold {sold.credits} credits for {money(sold.price_micros, currency)}")
    return 0


def credit_(reached: Reached, arguments: argparse.Namespace) -> int:
    """Give money back, or charge it."""
    decision = _decision(reached, arguments, arguments.why)
    row = reached.operator.give_credit(
        arguments.workspace, arguments.amount, decision, arguments.corrects
    )
    print(f"row {row.id} of the ledger; it is on the next invoice")
    return 0


def set_customer(reached: Reached, arguments: argparse.Namespace) -> int:
    """Let Stripe be told of a workspace, or not any more."""
    name = arguments.customer
    since = arguments.since or datetime.now(UTC).date()
    account = reached.operator.set_customer(arguments.workspace, name, since)
    told = f"{account.customer} from {account.customer_since}" if account.customer else "nobody"
    print(f"usage of {account.workspace_id} is told of {told}")
    return 0


def settle_export(reached: Reached, arguments: argparse.Namespace) -> int:
    """Say what became of a piece whose answer was lost for a day."""
    cursor = ExportDecisions(reached.cursors, utc_now).decide(
        arguments.workspace, arguments.day, taken=arguments.taken
    )
    print(f"{cursor.sent} units of {cursor.day} are told; what is missing goes with the next round")
    return 0


def _customer(text: str) -> str:
    """Take a customer's name and nothing else: a key that is typed here must not be kept."""
    if text == "none":
        return ""
    if not re.fullmatch(r"cus_[A-Za-z0-9_]{1,96}", text):
        raise argparse.ArgumentTypeError("a customer of Stripe is cus_..., or none")
    return text


def _command(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    act: object,
    summary: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=summary, description=summary)
    command.add_argument("workspace", help="id of the workspace")
    command.set_defaults(act=act)
    return command


def _decided(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--id", default="", help="of this decision: said again, it is done once")
    return command


def _decision(reached: Reached, arguments: argparse.Namespace, why: str) -> Decision:
    decision = Decision(arguments.id or str(uuid.uuid4()), reached.who, why)
    # Before anything is written: whoever is interrupted needs it.
    print(f"decision {decision.id} of {decision.who}; if interrupted, repeat it with --id")
    return decision
