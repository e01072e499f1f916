"""Tokens."""

from oriel.domain.access import Permission
from oriel.services.tokens import Wanted

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Route
from functions.api.wire.base import Request
from functions.api.wire.listing import Listing, to_listing
from functions.api.wire.token import NewTokenAnswer, TokenAnswer, TokenCreate

_TOKENS = "/account/v2/token"


def list_tokens(product: Product, call: Call[Request]) -> Listing[TokenAnswer]:
    """List the caller's tokens of the workspace, to owners everybody's; never what opens it."""
    page = product.accounts.tokens.list(call.caller, call.workspace_id, call.page())
    return to_listing(page, TokenAnswer.from_domain, call.next_url(page.next_cursor))


def create_token(product: Product, call: Call[TokenCreate]) -> NewTokenAnswer:
    """Make another token for the caller, with no more scopes and no longer life than this one."""
    sent = call.body
    wanted = Wanted(sent.name, sent.scopes, sent.expires)
    return NewTokenAnswer.of(product.accounts.tokens.create(call.caller, call.workspace_id, wanted))


def revoke_token(product: Product, call: Call[Request]) -> None:
    """Revoke an own token, or as an owner anybody's of the workspace."""
    product.accounts.tokens.revoke(call.caller, call.workspace_id, call.ids["token_id"])


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route("GET", _TOKENS, list_tokens, Listing[TokenAnswer], query=PAGING, needs=Permission.READ),
    Route(
        "POST",
        _TOKENS,
        create_token,
        NewTokenAnswer,
        TokenCreate,
        status=201,
        needs=Permission.MANAGE,
        personal=True,
    ),
    Route(
        "DELETE",
        f"{_TOKENS}/<token_id>",
        revoke_token,
        None,
        status=204,
        needs=Permission.MANAGE,
        personal=True,
    ),
)
