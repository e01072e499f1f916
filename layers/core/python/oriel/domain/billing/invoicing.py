"""What stands on an invoice: pure rules from usage, plan, packs and earlier invoices to lines."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from oriel.domain.billing.accounts import SoldPack
from oriel.domain.billing.invoices import Billed, Line, LineKind
from oriel.domain.billing.periods import Period, day_of
from oriel.domain.billing.prices import Plan
from oriel.values import dataclass


class UsageFell(ValueError):
    """A period has less usage than final invoices have of it: a person has to look."""


@dataclass(frozen=True, slots=True)
class PeriodUse:
    """A period that has a final invoice: its plan, what was billed of it, what is counted now."""

    period: Period
    plan: Plan
    billed: Billed
    units: int


@dataclass(frozen=True, slots=True)
class Basis:
    """What an invoice is made of.

    `packs` are all that the workspace bought, `earlier` the periods before, the earliest first, and
    `credits` what persons decided, as lines.
    """

    period: Period
    plan: Plan
    units: int
    packs: tuple[SoldPack, ...] = ()
    earlier: tuple[PeriodUse, ...] = ()
    credits: tuple[Line, ...] = ()


def lines_of(basis: Basis) -> tuple[Line, ...]:
    """Return an invoice's lines: plan, usage, late usage of earlier periods, packs, credits.

    The month's credits are used first, then packs that were sold before the period's end, then what
    is left is billed by the plan's price. Raises UsageFell.
    """
    pool = sum(pack.left for pack in packs_for(basis.packs, basis.period))
    late = []
    for use in basis.earlier:
        line = _late(use, pool)
        if line.units:
            late.append(line)
            pool -= line.from_packs
    key = basis.period.key
    usage = _covered(
        Line(LineKind.USAGE, key, "Answered records", basis.units), basis.plan, Billed(), pool
    )
    return (*_fee(basis.plan, key), usage, *late, *_bought(basis), *basis.credits)


def packs_for(packs: Sequence[SoldPack], period: Period) -> list[SoldPack]:
    """Return the packs that a period may use, the one that was sold first first."""
    sold = [pack for pack in packs if day_of(pack.sold) < period.after]
    return sorted(sold, key=lambda pack: (pack.sold, pack.id))


@dataclass(frozen=True, slots=True)
class PacksUsed:
    """The packs of an account after an invoice, and what was paid for the credits that it took."""

    packs: tuple[SoldPack, ...]
    value_micros: int


def use_packs(packs: Sequence[SoldPack], period: Period, credits_taken: int) -> PacksUsed:
    """Take credits from the packs that were sold first.

    What was paid for a pack is shared out over its credits so that the last one uses up the rest:
    of each pack the values of all its invoices add up to its price.
    """
    value, used = 0, {}
    for pack in packs_for(packs, period):
        taken = min(pack.left, credits_taken)
        credits_taken -= taken
        used[pack.id] = pack.used + taken
        value += _worth(pack, pack.used + taken) - _worth(pack, pack.used)
    if credits_taken:
        raise ValueError("the packs have not so many credits")
    kept = tuple(replace(pack, used=used.get(pack.id, pack.used)) for pack in packs)
    return PacksUsed(kept, value)


def _worth(pack: SoldPack, credits_used: int) -> int:
    return pack.price_micros * credits_used // pack.credits


def _fee(plan: Plan, period: str) -> Iterator[Line]:
    if plan.monthly_micros or plan.monthly_credits:
        text, fee = f"Plan {plan.name}", plan.monthly_micros
        yield Line(LineKind.PLAN, period, text, plan.monthly_credits, amount_micros=fee)


def _late(use: PeriodUse, pool: int) -> Line:
    late = use.units - use.billed.units
    if late < 0:
        raise UsageFell(f"{-late} credits of the period from {use.period.key} are gone")
    text = f"Answered from {use.period.first} to {use.period.last}, recorded late"
    line = Line(LineKind.ADJUSTMENT, use.period.key, text, late)
    return _covered(line, use.plan, use.billed, pool)


def _covered(line: Line, plan: Plan, billed: Billed, pool: int) -> Line:
    """Share a line's units out: what the month has left, what packs have, and what is billed.

    With a plan that stops nothing is billed: what got through all the same is not the customer's.
    """
    included = min(line.units, max(0, plan.monthly_credits - billed.included))
    from_packs = min(line.units - included, pool)
    beyond = line.units - included - from_packs
    billed_now = 0 if plan.stops else beyond
    return replace(
        line,
        included=included,
        from_packs=from_packs,
        billed=billed_now,
        waived=beyond - billed_now,
        price_micros=plan.price_micros,
        amount_micros=billed_now * plan.price_micros,
    )


def _bought(basis: Basis) -> Iterator[Line]:
    """Yield the packs that were sold in the period; before the first one there were none."""
    for pack in packs_for(basis.packs, basis.period):
        if basis.period.has(pack.sold):
            yield Line(
                LineKind.PACK,
                basis.period.key,
                f"{pack.credits:,} credits ({pack.pack_id})",
                pack.credits,
                amount_micros=pack.price_micros,
            )
