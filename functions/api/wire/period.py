"""Billing periods and what is offered, on the wire."""

from datetime import date

from oriel.services.period_reports import Forecast, PeriodReport
from pydantic import Field

from functions.api.wire.base import Answer


class ForecastAnswer(Answer):
    """What the present period comes to, if it goes on as in the last week."""

    units: int = Field(description="Credits by the period's end, no more than limits allow.")
    invoice_now_micros: int = Field(
        description="What the invoice comes to if nothing more is used, with the plan's price."
    )
    invoice_micros: int = Field(description="What the invoice comes to by the period's end.")

    @classmethod
    def from_domain(cls, ahead: Forecast) -> "ForecastAnswer":
        """Answer with a forecast."""
        return cls(
            units=ahead.units,
            invoice_now_micros=ahead.invoice_now_micros,
            invoice_micros=ahead.invoice_micros,
        )


class PeriodAnswer(Answer):
    """What was used in a billing period."""

    from_day: date = Field(serialization_alias="from", description="Its first day (UTC).")
    to_day: date = Field(serialization_alias="to", description="Its last day (UTC), included.")
    units: int
    price_micros: int = Field(
        description="Their value by the present plan's price, in millionths of the currency; what "
        "was billed, invoices say."
    )
    forecast: ForecastAnswer | None = Field(description="Of the present period; else null.")

    @classmethod
    def from_domain(cls, report: PeriodReport) -> "PeriodAnswer":
        """Answer with a period."""
        return cls(
            from_day=report.period.first,
            to_day=report.period.last,
            units=report.units,
            price_micros=report.price_micros,
            forecast=None if report.ahead is None else ForecastAnswer.from_domain(report.ahead),
        )


class ReportsAnswer(Answer):
    """The latest billing periods of a workspace."""

    currency: str
    periods: list[PeriodAnswer] = Field(description="The present one first.")


class ResourceAnswer(Answer):
    """A service that is offered."""

    id: str = Field(description="What `authorize` calls it.", examples=["custom-recognition"])
    name: str
    credits_per_record: int = Field(description="Of each picture and task that is answered.")
    price_micros: int = Field(description="Of a credit beyond those that the plan brings.")
    currency: str


class ResourcesAnswer(Answer):
    """What the workspace may use; whatever is not named costs nothing."""

    resources: list[ResourceAnswer] = Field(description="All services that cost credits.")
