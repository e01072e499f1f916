"""The caller's account and usage."""

from oriel.domain.access import Permission
from oriel.domain.errors import Forbidden
from oriel.domain.page import PageRequest

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import Parameter, Route
from functions.api.wire.account import (
    NO_LIMIT,
    AccountAnswer,
    AuthorizeAnswer,
    AuthorizeRequest,
    UsageAnswer,
    UserAnswer,
)
from functions.api.wire.base import Request

OFFERED = {"custom-model", "custom-recognition"}
"""Of the services that the public client asks for, those that are here."""

_ONE = PageRequest(1)


def authorize(_product: Product, call: Call[AuthorizeRequest]) -> AuthorizeAnswer:
    """Say who the caller is, if the service is offered."""
    if call.body.service is not None and call.body.service not in OFFERED:
        raise Forbidden(f"service: only {', '.join(sorted(OFFERED))} is offered here")
    return AuthorizeAnswer(user_id=call.caller.user_id, workspace=call.workspace_id)


def get_user(product: Product, call: Call[Request]) -> UserAnswer:
    """Say who the caller is."""
    return UserAnswer.from_domain(product.accounts.member_store.get_user(call.caller.user_id))


def get_account(product: Product, call: Call[Request]) -> AccountAnswer:
    """Show the account with the usage of the workspace in its present billing period."""
    workspace_id = call.workspace_id
    user = product.accounts.member_store.get_user(call.caller.user_id)
    standing = product.billing.accounts.standing(workspace_id)
    return AccountAnswer(
        id=user.id,
        email=user.email,
        first_name=user.name,
        credits_counter=standing.used,
        credits_limit=NO_LIMIT if standing.most is None else min(standing.most, NO_LIMIT),
        default_workspace=call.caller.workspace_id,
        stats={
            "tasks_count": product.task_store.list(workspace_id, _ONE).count,
            "labels_count": product.label_store.list(workspace_id, _ONE).count,
            "images_count": product.image_store.list(workspace_id, _ONE).count,
        },
    )


def get_usage(product: Product, call: Call[Request]) -> UsageAnswer:
    """Report billed records, by default of this month and by day."""
    asked = call.query
    report = product.usage.report(
        call.workspace_id, asked.get("from"), asked.get("to"), asked.get("by")
    )
    return UsageAnswer.from_domain(report)


_DAY = {"type": "string", "format": "date"}
_GROUPS = {"type": "string", "enum": ["day", "task", "token", "version"], "default": "day"}

ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "POST",
        "/authorization/v2/authorize",
        authorize,
        AuthorizeAnswer,
        AuthorizeRequest,
        needs=None,
    ),
    Route("GET", "/account/v2/user", get_user, UserAnswer, needs=None),
    Route("GET", "/account/v2/details", get_account, AccountAnswer, needs=Permission.READ),
    Route(
        "GET",
        "/account/v2/usage",
        get_usage,
        UsageAnswer,
        query={
            "from": Parameter("First day (UTC); by default the month's first.", _DAY),
            "to": Parameter("Last day (UTC); by default today.", _DAY),
            "by": Parameter("What to group by.", _GROUPS),
        },
        needs=Permission.READ,
    ),
)
