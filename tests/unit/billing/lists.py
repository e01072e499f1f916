"""Plans, packs and facts to bill by."""

from datetime import UTC, date, datetime, timedelta

from oriel.domain.billing.accounts import SoldPack
from oriel.domain.billing.periods import Period
from oriel.domain.billing.prices import Plan, PlanLimits
from oriel.domain.usage import RequestKey, UsageFact

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
DECEMBER = Period(date(2026, 12, 1), date(2027, 1, 1))
TASK = "22222222-2222-4222-8222-222222222222"
OTHER_TASK = "33333333-3333-4333-8333-333333333333"


def plan(fee: int = 0, monthly: int = 0, price: int = 590) -> Plan:
    return Plan("a-plan", "A plan", fee, monthly, price, stops=False, limits=PlanLimits())


def pack(
    id_: str = "one",
    credits_sold: int = 10_000,
    *,
    price: int = 6_500_000,
    sold: datetime = datetime(2026, 11, 5, tzinfo=UTC),
) -> SoldPack:
    return SoldPack(id_, "pack-10k", "2026-11", credits_sold, price, sold)


def answered(  # noqa: PLR0913 - each is one thing a fact says
    workspace_id: str,
    count: int,
    begin: datetime,
    *,
    key: str = "req.a",
    task_id: str = TASK,
    apart: timedelta = timedelta(0),
) -> list[UsageFact]:
    return [
        UsageFact(
            workspace_id,
            RequestKey(f"{key}-{index // 10}"),
            index % 10,
            task_id,
            1,
            1,
            begin + apart * index,
            price_version="2026-11",
        )
        for index in range(count)
    ]
