"""Workspaces of the caller and their members."""

from oriel.domain.access import Permission
from oriel.domain.errors import InvalidInput

from functions.api.call import Call
from functions.api.product import Product
from functions.api.route import PAGING, Route
from functions.api.wire.base import Request
from functions.api.wire.listing import Listing, to_listing
from functions.api.wire.member import MemberAnswer, MemberCreate, MemberUpdate, NewMemberAnswer
from functions.api.wire.workspace import (
    WorkspaceAnswer,
    WorkspaceCreate,
    WorkspacesAnswer,
    WorkspaceUpdate,
)

_WORKSPACES = "/account/v2/workspace"
_WORKSPACE = f"{_WORKSPACES}/<workspace_id>"
_MEMBERS = f"{_WORKSPACE}/member"
_MEMBER = f"{_MEMBERS}/<user_id>"


def list_workspaces(product: Product, call: Call[Request]) -> WorkspacesAnswer:
    """List the caller's workspaces as a bare array, the oldest membership first."""
    caller = product.accounts.addressed.as_of_now(call.caller)
    workspaces = product.accounts.workspaces.of(caller)
    return WorkspacesAnswer([WorkspaceAnswer.from_domain(one, caller) for one in workspaces])


def create_workspace(product: Product, call: Call[WorkspaceCreate]) -> WorkspaceAnswer:
    """Make a workspace, of which the caller becomes the owner."""
    workspace = product.accounts.workspaces.create(call.caller.user_id, call.body.name)
    caller = product.accounts.addressed.as_of_now(call.caller)
    return WorkspaceAnswer.from_domain(workspace, caller)


def get_workspace(product: Product, call: Call[Request]) -> WorkspaceAnswer:
    """Show a workspace."""
    workspace = product.accounts.workspace_store.get(call.workspace_id)
    return WorkspaceAnswer.from_domain(workspace, call.caller)


def update_workspace(product: Product, call: Call[WorkspaceUpdate]) -> WorkspaceAnswer:
    """Rename a workspace; where the name is absent nothing changes."""
    store, name = product.accounts.workspace_store, call.body.name
    if name is None:
        workspace = store.get(call.workspace_id)
    else:
        workspace = store.rename(call.workspace_id, name)
    return WorkspaceAnswer.from_domain(workspace, call.caller)


def delete_workspace(product: Product, call: Call[Request]) -> None:
    """Close a workspace for everybody and remove all that is in it; what was billed stays."""
    product.workspace_deletion.delete(call.caller, call.workspace_id)


def list_members(product: Product, call: Call[Request]) -> Listing[MemberAnswer]:
    """List the members of a workspace, oldest first."""
    page = product.accounts.members.list(call.workspace_id, call.page())
    return to_listing(page, MemberAnswer.from_domain, call.next_url(page.next_cursor))


def add_member(product: Product, call: Call[MemberCreate]) -> NewMemberAnswer:
    """Add a new user, whose token this answer shows once, or one that exists, by `user_id`."""
    sent, members = call.body, product.accounts.members
    if (sent.name is None) == (sent.user_id is None):
        raise InvalidInput("name of a new user or user_id of one that exists: send one of them")
    if sent.user_id is not None:
        return NewMemberAnswer.of(members.add(call.workspace_id, sent.user_id, sent.role))
    new = members.invite(call.workspace_id, sent.name or "", sent.email or "", sent.role)
    return NewMemberAnswer.of(new)


def update_member(product: Product, call: Call[MemberUpdate]) -> MemberAnswer:
    """Change a member's role; the last owner stays one."""
    user_id, role = call.ids["user_id"], call.body.role
    return MemberAnswer.from_domain(
        product.accounts.members.set_role(call.workspace_id, user_id, role)
    )


def remove_member(product: Product, call: Call[Request]) -> None:
    """End a membership; everybody may leave, except the last owner."""
    user_id = call.ids["user_id"]
    if user_id != call.caller.user_id:
        call.caller.require(call.workspace_id, Permission.MANAGE)
    product.accounts.members.remove(call.workspace_id, user_id)


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route("GET", _WORKSPACES, list_workspaces, WorkspacesAnswer, needs=None),
    Route(
        "POST",
        _WORKSPACES,
        create_workspace,
        WorkspaceAnswer,
        WorkspaceCreate,
        status=201,
        needs=Permission.MANAGE,
    ),
    Route("GET", _WORKSPACE, get_workspace, WorkspaceAnswer, needs=Permission.READ),
    *(
        Route(
            method,
            _WORKSPACE,
            update_workspace,
            WorkspaceAnswer,
            WorkspaceUpdate,
            needs=Permission.MANAGE,
        )
        for method in ("PUT", "PATCH")
    ),
    Route("DELETE", _WORKSPACE, delete_workspace, None, status=204, needs=Permission.MANAGE),
    Route(
        "GET", _MEMBERS, list_members, Listing[MemberAnswer], query=PAGING, needs=Permission.READ
    ),
    Route(
        "POST",
        _MEMBERS,
        add_member,
        NewMemberAnswer,
        MemberCreate,
        status=201,
        needs=Permission.MANAGE,
    ),
    *(
        Route(method, _MEMBER, update_member, MemberAnswer, MemberUpdate, needs=Permission.MANAGE)
        for method in ("PUT", "PATCH")
    ),
    Route(
        "DELETE",
        _MEMBER,
        remove_member,
        None,
        status=204,
        needs=Permission.MANAGE,
        personal=True,
    ),
)
