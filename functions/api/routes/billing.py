"""Plans, caps, and what something costs."""

from oriel.domain.access import Permission
from oriel.domain.billing.accounts import Cap, ScopeKind
from oriel.domain.errors import InvalidInput
from oriel.domain.usage import CREDITS_PER_RECORD
from oriel.services.period_reports import DEFAULT_PERIODS, MAX_PERIODS
from oriel.services.quotes import Asked

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import Parameter, Route
from functions.api.routes.account import OFFERED
from functions.api.wire.base import Request
from functions.api.wire.billing import (
    CapsAnswer,
    CapsUpdate,
    PlanStandingAnswer,
    QuoteAnswer,
    QuoteRequest,
)
from functions.api.wire.period import PeriodAnswer, ReportsAnswer, ResourceAnswer, ResourcesAnswer

_CAPS = "/account/v2/caps"


def get_plan(product: Product, call: Call[Request]) -> PlanStandingAnswer:
    """Show the workspace's plan, what is left of its credits, and what else is on offer.

    Periods run from the billing day to the next, at midnight UTC; in a month without that day from
    its last one.
    """
    return PlanStandingAnswer.from_domain(product.billing.accounts.standing(call.workspace_id))


def get_caps(product: Product, call: Call[Request]) -> CapsAnswer:
    """Show what caps the workspace, its tokens and its tasks have, and what was used of them."""
    return CapsAnswer.from_domain(product.billing.accounts.standing(call.workspace_id))


def set_caps(product: Product, call: Call[CapsUpdate]) -> CapsAnswer:
    """Choose how much may be used in a period: by the workspace, by a token, by a task.

    What would go beyond is refused with 403 before any picture is looked at. All heed a new cap
    within seconds; what was used of the period counts against it.
    """
    caps = [one.to_domain() for one in call.body.caps]
    standing = product.billing.accounts.standing(call.workspace_id)
    for cap in caps:
        # What was capped, or used, may be gone by now, or a token of another workspace.
        if standing.account.cap_of(cap.scope) is None and not standing.used_of(cap.scope):
            _check_there(product, call.workspace_id, cap)
    product.billing.accounts.set_caps(call.workspace_id, caps)
    return CapsAnswer.from_domain(product.billing.accounts.standing(call.workspace_id))


def quote(product: Product, call: Call[QuoteRequest]) -> QuoteAnswer:
    """Say beforehand what a request or a batch would cost, and whether it would be let through.

    Nothing is reserved by asking.
    """
    pictures, tasks = call.body.count(), call.body.tasks
    for task_id in tasks:
        product.task_store.get(call.workspace_id, task_id)
    asked = Asked(pictures, tasks, call.caller.token_id)
    return QuoteAnswer.from_domain(product.billing.quotes.quote(call.workspace_id, asked))


def get_reports(product: Product, call: Call[Request]) -> ReportsAnswer:
    """Report what the latest billing periods used, with a forecast of the present one."""
    count = _count(call.query.get("periods") or str(DEFAULT_PERIODS))
    reports = product.billing.reports.latest(call.workspace_id, count)
    prices, _ = product.billing.accounts.prices_of(product.billing.accounts.of(call.workspace_id))
    return ReportsAnswer(
        currency=prices.currency, periods=[PeriodAnswer.from_domain(one) for one in reports]
    )


def get_resources(product: Product, call: Call[Request]) -> ResourcesAnswer:
    """List the services that the workspace may use, and what they cost."""
    accounts = product.billing.accounts
    prices, plan = accounts.prices_of(accounts.of(call.workspace_id))
    return ResourcesAnswer(
        resources=[
            ResourceAnswer(
                id=service,
                name=service.replace("-", " ").capitalize(),
                credits_per_record=CREDITS_PER_RECORD,
                price_micros=plan.price_micros,
                currency=prices.currency,
            )
            for service in sorted(OFFERED)
        ]
    )


def _check_there(product: Product, workspace_id: str, cap: Cap) -> None:
    """Raise NotFound where the workspace has no such token or task."""
    if cap.scope.kind is ScopeKind.TOKEN:
        product.accounts.tokens.store.get(workspace_id, cap.scope.id)
    if cap.scope.kind is ScopeKind.TASK:
        product.task_store.get(workspace_id, cap.scope.id)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PERIODS))):
        raise InvalidInput(f"periods must be a whole number from 1 to {MAX_PERIODS}")
    return int(text)


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route("GET", "/account/v2/plan", get_plan, PlanStandingAnswer, needs=Permission.READ),
    Route("GET", _CAPS, get_caps, CapsAnswer, needs=Permission.READ),
    Route("PUT", _CAPS, set_caps, CapsAnswer, CapsUpdate, needs=Permission.MANAGE),
    Route(
        "POST",
        "/account/v2/quote",
        quote,
        QuoteAnswer,
        QuoteRequest,
        # A question whose tasks do not fit into an address.
        needs=Permission.READ,
    ),
    Route(
        "GET",
        "/account/v2/reports",
        get_reports,
        ReportsAnswer,
        query={
            "periods": Parameter(
                "How many, the present one included.",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_PERIODS,
                    "default": DEFAULT_PERIODS,
                },
            )
        },
        needs=Permission.READ,
    ),
    Route("GET", "/account/v2/resource", get_resources, ResourcesAnswer, needs=Permission.READ),
)
