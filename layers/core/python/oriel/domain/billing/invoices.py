"""Invoices: what a workspace owes for a period, line by line, in millionths of the currency."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from oriel.domain.billing.periods import Period
from oriel.values import dataclass

GRACE = timedelta(days=3)
"""How long after a period's end what is counted for it still goes on its own invoice."""


class InvoiceState(StrEnum):
    """How far an invoice has come; one that is final is never written again."""

    DRAFT = "draft"
    HELD = "held"  # what it rests on does not agree; a person has to look
    FINAL = "final"


class LineKind(StrEnum):
    """What a line is for."""

    PLAN = "plan"
    USAGE = "usage"
    ADJUSTMENT = "adjustment"  # usage of an earlier period, counted after its invoice was final
    PACK = "pack"
    CREDIT = "credit"  # given back or put right, by a person


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `period` is the key of the period that it is about.

    Of usage and adjustments `units` are what was answered: `included` in the month's credits,
    `from_packs`, `billed` at `price_micros` each, and `waived` where the plan has no credits beyond
    those and still some got through. Of a pack they are the credits bought, of a
    plan the credits of a month.
    """

    kind: LineKind
    period: str
    text: str
    units: int = 0
    included: int = 0
    from_packs: int = 0
    billed: int = 0
    waived: int = 0
    price_micros: int = 0
    amount_micros: int = 0


@dataclass(frozen=True, slots=True)
class TaskUnits:
    """What one task answered in the period; for the reader, its sum is in the usage line."""

    task_id: str
    units: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A row of a workspace's ledger: the `number`th of a day."""

    day: date
    number: int


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a workspace owes for a period by its plan.

    `number` counts the deployment's final invoices from 1; 0 before it is final. `checked` is the
    last day on which facts, ledger and totals were found to agree. `through` is the last row of the
    ledger that a final invoice covers. `revision` counts its changes.
    """

    workspace_id: str
    period: Period
    plan_id: str
    price_version: str
    currency: str
    made: datetime
    lines: tuple[Line, ...] = ()
    tasks: tuple[TaskUnits, ...] = ()
    state: InvoiceState = InvoiceState.DRAFT
    number: int = 0
    finalised: datetime | None = None
    held_because: str = ""
    checked: date | None = None
    through: Place | None = None
    revision: int = 0

    @property
    def total_micros(self) -> int:
        """What is to be paid; below zero where more is given back than was used."""
        return sum(line.amount_micros for line in self.lines)

    @property
    def units(self) -> int:
        """What was answered in the period."""
        return sum(line.units for line in self.lines if line.kind == LineKind.USAGE)

    @property
    def name(self) -> str:
        """Its number as it is printed, `000042`; empty before it is final."""
        return f"{self.number:06d}" if self.number else ""

    @property
    def final_from(self) -> date:
        """The day (UTC) from which on it may become final."""
        return self.period.after + GRACE


@dataclass(frozen=True, slots=True)
class Billed:
    """What final invoices have of a period's usage so far."""

    units: int = 0
    included: int = 0


def billed_of(invoices: Iterable[Invoice], period: Period) -> Billed:
    """Add up what final invoices have of a period: its own, and the adjustments on later ones."""
    lines = [
        line
        for invoice in invoices
        if invoice.state == InvoiceState.FINAL
        for line in invoice.lines
        if line.period == period.key and line.kind in {LineKind.USAGE, LineKind.ADJUSTMENT}
    ]
    return Billed(sum(line.units for line in lines), sum(line.included for line in lines))


def by_task(units: Iterable[tuple[str, int]]) -> Sequence[TaskUnits]:
    """Add up units of tasks, in the order of the tasks' ids."""
    sums: dict[str, int] = {}
    for task_id, some in units:
        sums[task_id] = sums.get(task_id, 0) + some
    return [TaskUnits(task_id, sums[task_id]) for task_id in sorted(sums)]
