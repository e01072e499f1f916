"""Lets a route's handler answer, in the workspace that the call means and if the caller may.

The only place where a call gets its workspace.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from oriel.domain.access import Permission
from oriel.domain.workspace import Caller
from pydantic import BaseModel

from functions.api.call import Call
from functions.api.paging import turn_pages
from functions.api.product import Product
from functions.api.route import Route


def run(route: Route[Any, Any], product: Product, call: Call[Any]) -> BaseModel | None:
    """Answer a call; raises what the handler raises, Forbidden, Unauthenticated and NotFound."""

    def attempt(caller: Caller, workspace_id: str) -> BaseModel | None:
        meant = replace(call, caller=caller, workspace_id=workspace_id)
        return turn_pages(partial(route.handle, product), meant)

    choose, check = partial(_workspaces, route, call), partial(_check, route)
    return product.accounts.addressed.run(_caller(route, product, call), choose, check, attempt)


def _caller(route: Route[Any, Any], product: Product, call: Call[Any]) -> Caller:
    """Return who asks; raises Unauthenticated.

    What the authorizer says may be a minute old. Whoever lost a right may not use that minute to
    keep it for good: by another token, by a new member, or as one.
    """
    if route.needs is not Permission.MANAGE:
        return call.caller
    product.accounts.tokens.check(call.caller)
    return product.accounts.addressed.as_of_now(call.caller)


def _workspaces(route: Route[Any, Any], call: Call[Any], caller: Caller) -> Sequence[str]:
    """Return the workspaces to look in, in this order; raises NotFound."""
    named = call.named_workspace()
    meant = None if named is None else caller.workspace(named)
    if "workspace_id" in call.ids:
        return [caller.workspace(call.ids["workspace_id"])]
    if call.ids or route.anywhere:
        return caller.workspaces(meant)
    if route.needs is None and meant is None:
        return [caller.workspace_id]
    return [caller.workspace(meant)]


def _check(route: Route[Any, Any], caller: Caller, workspace_id: str) -> None:
    """Raise Forbidden where the caller may not use the route in the workspace."""
    if route.needs is None:
        return
    if route.personal:
        caller.require_scope(route.needs)
    else:
        caller.require(workspace_id, route.needs)
