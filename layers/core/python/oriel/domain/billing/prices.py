"""Price lists: data with a version, which facts and invoices name.

A list that anybody has been billed by is never changed; a new price is a new list.
"""

from collections.abc import Mapping
from datetime import date

from oriel.domain.errors import NotFound
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """How many of each a workspace may have; None where the plan does not say."""

    tasks: int | None = None
    labels: int | None = None
    flows: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a workspace pays a period, and what it gets for that.

    `monthly_credits` are there at each period's begin and expire at its end. `price_micros` is what
    a credit is worth, in millionths of the currency: what is paid for each one that neither the
    month nor a pack covers, and by what usage is valued. With `stops` there are none beyond those.
    """

    id: str
    name: str
    monthly_micros: int
    monthly_credits: int
    price_micros: int
    stops: bool
    limits: PlanLimits


@dataclass(frozen=True, slots=True)
class Pack:
    """Credits that are bought once, do not expire, and are used after the month's."""

    id: str
    name: str
    credits: int
    price_micros: int


@dataclass(frozen=True, slots=True)
class PriceList:
    """What holds from a day on; `version` is its name for ever."""

    version: str
    currency: str
    valid_from: date
    default_plan: str
    plans: Mapping[str, Plan]
    packs: Mapping[str, Pack]

    def plan(self, plan_id: str) -> Plan:
        """Return a plan; raises NotFound."""
        if plan_id not in self.plans:
            raise NotFound(f"Price list {self.version} has no plan {plan_id}")
        return self.plans[plan_id]

    def pack(self, pack_id: str) -> Pack:
        """Return a pack; raises NotFound."""
        if pack_id not in self.packs:
            raise NotFound(f"Price list {self.version} has no pack {pack_id}")
        return self.packs[pack_id]
