"""Invoices on the wire. Amounts of money are in millionths of the currency."""

from datetime import date

from oriel.domain.billing.invoices import Invoice, Line, TaskUnits
from pydantic import Field

from functions.api.wire.base import Answer, Moment


class InvoiceLineAnswer(Answer):
    """One line of an invoice."""

    kind: str = Field(
        description="plan, usage, adjustment (usage of an earlier period that was recorded after "
        "its invoice was final), pack or credit (given back or put right)."
    )
    period: date = Field(description="First day of the period that it is about (UTC).")
    text: str = Field(description="What it is for.")
    units: int = Field(description="Credits that were used, bought, or belong to the plan.")
    included: int = Field(description="Of those used, how many the period's credits cover.")
    from_packs: int = Field(description="How many of them packs cover.")
    billed: int = Field(description="How many of them are paid for one by one.")
    waived: int = Field(description="How many of them are not paid for, as the plan stops.")
    price_micros: int = Field(description="Of one billed credit.")
    amount_micros: int = Field(description="What the line adds to the total.")

    @classmethod
    def from_domain(cls, line: Line) -> "InvoiceLineAnswer":
        """Answer with a line."""
        return cls(
            kind=line.kind,
            period=date.fromisoformat(line.period),
            text=line.text,
            units=line.units,
            included=line.included,
            from_packs=line.from_packs,
            billed=line.billed,
            waived=line.waived,
            price_micros=line.price_micros,
            amount_micros=line.amount_micros,
        )


class TaskUnitsAnswer(Answer):
    """What one task answered in the period."""

    task: str
    units: int

    @classmethod
    def from_domain(cls, one: TaskUnits) -> "TaskUnitsAnswer":
        """Answer with a task's units."""
        return cls(task=one.task_id, units=one.units)


class InvoiceAnswer(Answer):
    """What a workspace owes for a billing period."""

    number: str | None = Field(
        description="Counts all final invoices of this service without a gap; null before.",
        examples=["000042"],
    )
    state: str = Field(
        description="draft until three days after the period's end, then final and never changed; "
        "held while what it rests on does not agree."
    )
    period: date = Field(description="First day of the period (UTC); names the invoice.")
    after: date = Field(description="The day after the period's last one.")
    final_from: date = Field(description="The day from which on it may become final.")
    plan: str = Field(description="Of the price list.", examples=["business-100k"])
    price_version: str = Field(description="Which price list.", examples=["2026-11"])
    currency: str
    units: int = Field(description="Credits used in the period.")
    total_micros: int = Field(description="What is to be paid.")
    finalised: Moment | None = Field(description="When it became final (UTC).")
    lines: list[InvoiceLineAnswer] = Field(description="What the total is made of.")
    tasks: list[TaskUnitsAnswer] = Field(description="The period's credits by task.")

    @classmethod
    def from_domain(cls, invoice: Invoice) -> "InvoiceAnswer":
        """Answer with an invoice."""
        return cls(
            number=invoice.name or None,
            state=invoice.state,
            period=invoice.period.first,
            after=invoice.period.after,
            final_from=invoice.final_from,
            plan=invoice.plan_id,
            price_version=invoice.price_version,
            currency=invoice.currency,
            units=invoice.units,
            total_micros=invoice.total_micros,
            finalised=invoice.finalised,
            lines=[InvoiceLineAnswer.from_domain(line) for line in invoice.lines],
            tasks=[TaskUnitsAnswer.from_domain(one) for one in invoice.tasks],
        )
