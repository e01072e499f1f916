"""Clients that hold a token, which the authorizer looks at for each call."""

from dataclasses import dataclass, field
from typing import Any

from oriel.adapters.gateway import caller_to_context
from oriel.services.authorize import authorize

from functions.api.app import App
from tests.fakes.members import MemoryMemberStore
from tests.fakes.tokens import MemoryTokenStore
from tests.functional.api.conftest import Client, World


@dataclass
class SignedIn(Client):
    """Calls with a token; raises Unauthenticated where that opens nothing."""

    world: World = field(kw_only=True)
    token: str = field(kw_only=True)

    @property
    def context(self) -> dict[str, str]:
        core = self.world.core
        stores = (MemoryTokenStore(core), MemoryMemberStore(core))
        caller = authorize(*stores, self.world.clock, f"Token {self.token}")
        return caller_to_context(caller)


def signed_in(world: World, token: str) -> SignedIn:
    context = SignedIn(App(world.product()), "", "", world=world, token=token).context
    where = (context["workspace_id"], context["user_id"])
    return SignedIn(App(world.product()), *where, world=world, token=token)


def new_owner(world: World) -> SignedIn:
    return signed_in(world, world.new_workspace().token)


def invited(owner: SignedIn, role: str, name: str = "Ada") -> SignedIn:
    """A new member of the owner's default workspace."""
    body: dict[str, Any] = {"name": name, "role": role}
    made = owner.made(f"/account/v2/workspace/{owner.workspace}/member", **body)
    return signed_in(owner.world, made["token"])
