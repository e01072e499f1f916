"""`margin`: what workspaces pay, what AWS takes for them, and what is left, also of each plan."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.coverage import invoiced_micros
from oriel.domain.billing.periods import Period
from oriel.domain.billing.prices import Plan, PriceList

from operate.aws_costs import answers_cost, storage_cost
from operate.billing.amounts import MICROS, day, positive
from operate.billing.deployment import Reached

DOLLARS = "USD"
UNPLANNED = 1_000_000
"""Credits by which a plan without monthly ones is shown."""
MOST_RECORDS = 10
COLUMNS = ("credits", "pays", "AWS answers", "AWS storage", "margin", "of it")


@dataclass(frozen=True, slots=True)
class Margin:
    """In US dollars: what is paid for so many credits, and what AWS takes for them."""

    name: str
    units: int
    paid: float
    answers: float
    storage: float

    @property
    def left(self) -> float:
        """What is left."""
        return self.paid - self.answers - self.storage

    @property
    def share(self) -> str:
        """What is left, of what is paid; a dash where nothing is paid."""
        return f"{self.left / self.paid:.1%}" if self.paid else "-"


def describe(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    summary = "what workspaces pay, what AWS takes for them, what is left, and of each plan"
    command = commands.add_parser("margin", help=summary, description=summary)
    command.add_argument("workspaces", nargs="*", metavar="workspace", help="ids; all if none")
    command.add_argument(
        "--rate", type=positive, help="US dollars for one unit of the price list's currency"
    )
    command.add_argument("--day", type=day, help="any day of the period; today if none")
    command.add_argument("--storage", action="store_true", help="list the buckets too")
    command.add_argument(
        "--records-per-request", type=_records, default=1.0, help="on average; 1 if none"
    )
    command.add_argument("--architecture", choices=("x86_64", "arm64"), default="x86_64")
    command.set_defaults(act=margin)


def margin(reached: Reached, arguments: argparse.Namespace) -> int:
    """Print the margins of workspaces, then those of plans."""
    today = arguments.day or datetime.now(UTC).date()
    prices = reached.prices.current(today)
    rate = _rate(prices, arguments.rate)
    found = arguments.workspaces or list(reached.accounts.store.workspaces())
    rows = [_of_workspace(reached, one, arguments, rate) for one in found]
    _print("US dollars, by workspace, in its period so far", rows)
    _print(
        f"US dollars, by plan of prices {prices.version}, all used",
        _of_plans(prices, arguments, rate),
    )
    print("Without trainings, uploads, the network out and what costs by the month.")
    return 0


def _of_workspace(
    reached: Reached, workspace_id: str, arguments: argparse.Namespace, rate: float
) -> Margin:
    account = reached.accounts.of(workspace_id)
    _, plan = reached.accounts.prices_of(account)
    today = datetime.now(UTC).date()
    period = account.period_of(arguments.day or today)
    units = _used(reached, account, period)
    days = min((today - period.first).days + 1, period.days)
    stored = reached.stored_bytes(workspace_id) if arguments.storage else 0
    return Margin(
        workspace_id,
        units,
        invoiced_micros(units, account, plan) / MICROS * rate,
        _answers(units, arguments),
        storage_cost(stored, days),
    )


def _used(reached: Reached, account: BillingAccount, period: Period) -> int:
    days = (period.first.isoformat(), period.last.isoformat())
    return sum(total.units for total in reached.totals.totals(account.workspace_id, *days))


def _of_plans(prices: PriceList, arguments: argparse.Namespace, rate: float) -> Iterator[Margin]:
    for plan in prices.plans.values():
        units = plan.monthly_credits or UNPLANNED
        paid = _price(plan, units) / MICROS * rate
        yield Margin(plan.id, units, paid, _answers(units, arguments), 0.0)


def _price(plan: Plan, units: int) -> int:
    return invoiced_micros(units, BillingAccount("", plan.id, ""), plan)


def _answers(units: int, arguments: argparse.Namespace) -> float:
    return answers_cost(units, arguments.records_per_request, arguments.architecture).total


def _rate(prices: PriceList, given: float | None) -> float:
    if given is not None:
        return given
    if prices.currency == DOLLARS:
        return 1.0
    raise SystemExit(
        f"AWS's prices are in US dollars, those of {prices.version} in {prices.currency}: say "
        f"--rate, the dollars for 1 {prices.currency}"
    )


def _records(text: str) -> float:
    number = positive(text)
    if not 1 <= number <= MOST_RECORDS:
        raise argparse.ArgumentTypeError(f"a request has 1 to {MOST_RECORDS} records")
    return number


def _print(title: str, rows: Sequence[Margin] | Iterator[Margin]) -> None:
    print(f"\n{title}\n{'':<38}" + "".join(f"{column:>13}" for column in COLUMNS))
    for row in rows:
        figures = "".join(
            f"{value:13,.4f}" for value in (row.paid, row.answers, row.storage, row.left)
        )
        print(f"{row.name:<38}{row.units:13,}{figures}{row.share:>13}")
