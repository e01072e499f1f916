"""What counted usage is recorded by: one row for facts of one workspace, day and price."""

from collections.abc import Sequence

from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.ledger import Book, Entry, Posting, RowKind
from oriel.domain.billing.periods import day_of
from oriel.domain.billing.prices import PriceList
from oriel.domain.usage import UsageFact
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """What a unit is worth, in millionths, by a price list; `period` is what its day falls into."""

    price_version: str
    micros: int
    period: str


def rate_of(fact: UsageFact, account: BillingAccount, prices: PriceList) -> Rate:
    """Return what a fact is valued by; raises NotFound where the list lacks the account's plan."""
    price = prices.plan(account.plan_id).price_micros
    return Rate(prices.version, price, account.period_of(day_of(fact.occurred)).key)


def usage_entry(facts: Sequence[UsageFact], rate: Rate) -> Entry:
    """Return the entry for facts of a workspace's day (UTC): used, and not on an invoice as yet.

    Raises ValueError for facts of several.
    """
    if len({(fact.workspace_id, day_of(fact.occurred)) for fact in facts}) != 1:
        raise ValueError("a row is of facts of one workspace and day")
    units = sum(fact.units for fact in facts)
    value = units * rate.micros
    return Entry(
        kind=RowKind.USAGE,
        postings=(Posting(Book.UNBILLED, value), Posting(Book.REVENUE, -value)),
        references=tuple(sorted(fact.id for fact in facts)),
        units=units,
        period=rate.period,
        day=day_of(facts[0].occurred).isoformat(),
        price_version=rate.price_version,
    )
