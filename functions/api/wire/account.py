"""Accounts, workspaces and usage on the wire."""

from oriel.domain.member import User
from oriel.services.usage import UsageReport
from pydantic import Field

from functions.api.wire.base import Answer, Request

NO_LIMIT = 2**31 - 1


class UserAnswer(Answer):
    """Who the token belongs to."""

    id: str
    name: str
    email: str = Field(description="Empty where it is not known.")

    @classmethod
    def from_domain(cls, user: User) -> "UserAnswer":
        """Answer with a user."""
        return cls(id=user.id, name=user.name, email=user.email)


class AuthorizeRequest(Request):
    """Asks whether a service may be used."""

    service: str | None = Field(default=None, examples=["custom-recognition"])


class AuthorizeAnswer(Answer):
    """Says that it may."""

    user_id: str
    workspace: str


class AccountAnswer(Answer):
    """An account; `credits_counter` counts up, from the billing period's first day."""

    id: str
    email: str
    first_name: str = Field(description="The whole name.")
    last_name: str = ""
    phone: str = ""
    organization: str = ""
    verified: bool = True
    credits_counter: int
    credits_limit: int = NO_LIMIT
    default_workspace: str
    stats: dict[str, int]


class UsageGroupAnswer(Answer):
    """Usage of one day, task, token or version."""

    key: str
    units: int
    price_micros: int


class UsageAnswer(Answer):
    """Billed records of the days from `from` to `to` (UTC), both included."""

    from_day: str = Field(serialization_alias="from")
    to_day: str = Field(serialization_alias="to")
    units: int
    price_micros: int = Field(description="In millionths of the currency.")
    currency: str
    groups: list[UsageGroupAnswer]

    @classmethod
    def from_domain(cls, report: UsageReport) -> "UsageAnswer":
        """Answer with a report."""
        return cls(
            from_day=report.from_day,
            to_day=report.to_day,
            units=report.units,
            price_micros=report.price_micros,
            currency=report.currency,
            groups=[
                UsageGroupAnswer(key=group.key, units=group.units, price_micros=group.price_micros)
                for group in report.groups
            ],
        )
