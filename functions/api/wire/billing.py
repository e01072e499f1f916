"""Plans, caps and quotes on the wire. Amounts of money are in millionths of the currency."""

from datetime import date
from typing import Annotated

from oriel.domain.billing.accounts import Cap, Scope, ScopeKind
from oriel.domain.billing.prices import Pack, Plan, PlanLimits, PriceList
from oriel.domain.errors import InvalidInput
from oriel.services.billing_accounts import MAX_CAPS, Standing
from oriel.services.quotes import Quote
from oriel.services.records import MAX_RECORDS, MAX_TASKS
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from functions.api.wire.base import Answer, Request

MOST = 10**15
MAX_PICTURES = 10**9
MAX_ID = 64
Amount = Annotated[StrictInt, Field(ge=0, le=MOST)]


class PlanLimitsAnswer(Answer):
    """How many of each a workspace may have; null where the plan does not say."""

    tasks: int | None = Field(description="Tasks in it.")
    labels: int | None = Field(description="Labels in it.")
    flows: int | None = Field(description="Flows in it.")

    @classmethod
    def from_domain(cls, limits: PlanLimits) -> "PlanLimitsAnswer":
        """Answer with what a plan limits."""
        return cls(tasks=limits.tasks, labels=limits.labels, flows=limits.flows)


class PlanAnswer(Answer):
    """What a workspace pays a period, and what it gets for that."""

    id: str = Field(description="Its name within the price list.", examples=["business-100k"])
    name: str
    monthly_micros: int = Field(description="What a period costs, in millionths of the currency.")
    monthly_credits: int = Field(description="Credits of a period; what is left of them expires.")
    price_micros: int = Field(description="Of a credit beyond those, by which usage is valued.")
    stops: bool = Field(description="Whether there are no credits beyond the period's and packs'.")
    limits: PlanLimitsAnswer = Field(description="How many of each a workspace may have.")

    @classmethod
    def from_domain(cls, plan: Plan) -> "PlanAnswer":
        """Answer with a plan."""
        return cls(
            id=plan.id,
            name=plan.name,
            monthly_micros=plan.monthly_micros,
            monthly_credits=plan.monthly_credits,
            price_micros=plan.price_micros,
            stops=plan.stops,
            limits=PlanLimitsAnswer.from_domain(plan.limits),
        )


class PackAnswer(Answer):
    """Credits that are bought once, do not expire, and are used after the period's."""

    id: str = Field(description="Its name within the price list.", examples=["pack-10k"])
    name: str
    credits: int = Field(description="How many there are in it.")
    price_micros: int = Field(description="Of the whole pack, in millionths of the currency.")

    @classmethod
    def from_domain(cls, pack: Pack) -> "PackAnswer":
        """Answer with a pack."""
        return cls(id=pack.id, name=pack.name, credits=pack.credits, price_micros=pack.price_micros)


class PriceListAnswer(Answer):
    """All plans and packs of a price list, which is never changed."""

    version: str = Field(description="Its name, which facts and invoices carry.")
    currency: str
    valid_from: date = Field(description="From which day on it is offered.")
    plans: list[PlanAnswer] = Field(description="What can be agreed on.")
    packs: list[PackAnswer] = Field(description="What can be bought besides.")

    @classmethod
    def from_domain(cls, prices: PriceList) -> "PriceListAnswer":
        """Answer with a price list."""
        return cls(
            version=prices.version,
            currency=prices.currency,
            valid_from=prices.valid_from,
            plans=list(map(PlanAnswer.from_domain, prices.plans.values())),
            packs=list(map(PackAnswer.from_domain, prices.packs.values())),
        )


class CreditsAnswer(Answer):
    """Credits of the present period."""

    used: int = Field(description="Counted in the period until now.")
    monthly_left: int = Field(description="Of the plan's for this period; they are used first.")
    packs_left: int = Field(description="Of packs; they do not expire.")
    most: int | None = Field(description="What plan and caps allow in the period; null: no limit.")
    left: int | None = Field(description="Until requests are refused; null where nothing limits.")


class PlanStandingAnswer(Answer):
    """What a workspace agreed to, and how it stands in the present period."""

    plan: PlanAnswer = Field(description="What was agreed.")
    billing_day: int = Field(description="Periods begin on this day of a month, or on its last.")
    from_day: date = Field(serialization_alias="from", description="The period's first day (UTC).")
    to_day: date = Field(serialization_alias="to", description="The period's last day (UTC).")
    credits: CreditsAnswer = Field(description="Of the present period.")
    price_list: PriceListAnswer = Field(description="The list that the plan is of.")

    @classmethod
    def from_domain(cls, standing: Standing) -> "PlanStandingAnswer":
        """Answer with how a workspace stands."""
        left = standing.left
        return cls(
            plan=PlanAnswer.from_domain(standing.plan),
            billing_day=standing.account.billing_day,
            from_day=standing.period.first,
            to_day=standing.period.last,
            credits=CreditsAnswer(
                used=standing.used,
                monthly_left=standing.monthly_left,
                packs_left=standing.packs_left,
                most=standing.most,
                left=left,
            ),
            price_list=PriceListAnswer.from_domain(standing.prices),
        )


class CapSetting(BaseModel):
    """The most that may be used in a period."""

    model_config = ConfigDict(frozen=True)

    scope: ScopeKind = Field(description="Of whose usage it is.")
    id: str | None = Field(
        default=None,
        max_length=MAX_ID,
        description="Of the token or the task; absent for the workspace.",
    )
    credits: Amount | None = Field(default=None, description="Credits; absent for no such cap.")
    price_micros: Amount | None = Field(
        default=None,
        description="In millionths of the currency; absent for no such cap. Of the workspace what "
        "its usage adds to the invoice: credits of the month and of packs are not spent. Of a "
        "token or a task the value of all its credits.",
    )

    def to_domain(self) -> Cap:
        """Return the cap; raises InvalidInput."""
        if (self.scope is ScopeKind.WORKSPACE) != (not self.id):
            raise InvalidInput("caps: id names a token or a task, and nothing of the workspace")
        return Cap(Scope(self.scope, self.id or ""), self.credits, self.price_micros)


class CapsUpdate(Request):
    """All caps that there shall be."""

    caps: list[CapSetting] = Field(
        max_length=MAX_CAPS,
        description="All of them: what is not among them ends. Empty for none.",
        examples=[[{"scope": "workspace", "price_micros": 50_000_000}]],
    )


class CapAnswer(CapSetting):
    """A cap, and what was used of it in the present period."""

    used: int = Field(description="Credits of the scope, counted in the period until now.")
    most: int | None = Field(
        description="Credits that are allowed in the period; null where credits cost nothing."
    )

    @classmethod
    def of(cls, cap: Cap, standing: Standing) -> "CapAnswer":
        """Answer with a cap."""
        limit = standing.limits.get(cap.scope)
        return cls(
            scope=cap.scope.kind,
            id=cap.scope.id or None,
            credits=cap.credits,
            price_micros=cap.micros,
            used=standing.used_of(cap.scope),
            most=None if limit is None else limit.most,
        )


class CapsAnswer(Answer):
    """All caps of a workspace."""

    currency: str
    caps: list[CapAnswer] = Field(description="All of them; what has none is not limited by any.")

    @classmethod
    def from_domain(cls, standing: Standing) -> "CapsAnswer":
        """Answer with the caps."""
        caps = [CapAnswer.of(cap, standing) for cap in standing.account.caps]
        return cls(currency=standing.prices.currency, caps=caps)


class QuoteRequest(Request):
    """Asks what a request, or a batch of any number of pictures, would cost."""

    records: Annotated[StrictInt, Field(ge=1, le=MAX_RECORDS)] | None = Field(
        default=None, description="Pictures of one request.", examples=[10]
    )
    pictures: Annotated[StrictInt, Field(ge=1, le=MAX_PICTURES)] | None = Field(
        default=None, description="Pictures of a batch, in place of `records`."
    )
    tasks: list[str] = Field(
        default=[],
        max_length=MAX_TASKS,
        description="Ids of the tasks that are to answer each picture; absent for any one.",
    )
    flow: str | None = Field(default=None, description="No flows are offered here yet.")

    def count(self) -> int:
        """Return how many pictures are meant; raises InvalidInput."""
        if self.flow is not None:
            raise InvalidInput("flow: flows are not offered here yet; name records or pictures")
        given = [one for one in (self.records, self.pictures) if one is not None]
        if len(given) != 1:
            raise InvalidInput("Say either records, of one request, or pictures, of a batch")
        return given[0]


class QuoteAnswer(Answer):
    """What it costs at most: a picture that cannot be answered costs nothing."""

    units: int = Field(description="Credits: one for each picture and task.")
    monthly: int = Field(description="Of them, what the period's credits cover.")
    packs: int = Field(description="Of them, what packs cover.")
    paid: int = Field(description="Of them, what neither covers.")
    value_micros: int = Field(description="Their value by the plan's price, whatever covers them.")
    price_micros: int = Field(description="What they add to the invoice.")
    currency: str
    price_version: str = Field(description="Names the price list.")
    allowed: bool = Field(description="Whether plan and caps leave room for all of it now.")
    room: int | None = Field(
        description="For how many pictures they leave room; null where nothing limits them."
    )
    reason: str = Field(description="What limits it where it is not allowed, else empty.")

    @classmethod
    def from_domain(cls, quote: Quote) -> "QuoteAnswer":
        """Answer with a quote."""
        return cls(
            units=quote.units,
            monthly=quote.coverage.month,
            packs=quote.coverage.packs,
            paid=quote.coverage.paid,
            value_micros=quote.value_micros,
            price_micros=quote.price_micros,
            currency=quote.standing.prices.currency,
            price_version=quote.standing.prices.version,
            allowed=not quote.refusal,
            room=quote.room,
            reason=quote.refusal,
        )
