"""What pays for the units of a period: the month's credits, then packs, then money."""

from oriel.domain.billing.accounts import BillingAccount
from oriel.domain.billing.prices import Plan
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class Coverage:
    """Units by what pays for them; `paid` are those that neither the month nor a pack covers."""

    month: int
    packs: int
    paid: int

    def __sub__(self, other: "Coverage") -> "Coverage":
        """Return what is covered beyond another."""
        return Coverage(self.month - other.month, self.packs - other.packs, self.paid - other.paid)


def cover(units: int, account: BillingAccount, plan: Plan) -> Coverage:
    """Tell how the first `units` of a period are paid for."""
    month = min(units, plan.monthly_credits)
    packs = min(units - month, account.pack_credits)
    return Coverage(month, packs, units - month - packs)


def invoiced_micros(units: int, account: BillingAccount, plan: Plan) -> int:
    """Return what a period of so many units comes to, in millionths of the currency.

    Where the plan stops there is nothing to pay beyond the month.
    """
    beyond = 0 if plan.stops else cover(units, account, plan).paid
    return plan.monthly_micros + beyond * plan.price_micros
