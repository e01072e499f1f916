"""Who lost a right, in the minute in which the gateway still repeats what the authorizer said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from oriel.domain.clock import to_iso

from tests.functional.api.conftest import Client, World
from tests.functional.api.signed_in import SignedIn, invited, new_owner

TOKENS = "/account/v2/token"


@dataclass
class Remembered(Client):
    """Calls with what the authorizer said once."""

    said: Mapping[str, str] = field(kw_only=True)

    @property
    def context(self) -> dict[str, str]:
        return dict(self.said)


def remembered(client: SignedIn) -> Remembered:
    return Remembered(client.app, client.workspace, client.user, said=client.context)


@pytest.fixture
def owner(world: World) -> SignedIn:
    return new_owner(world)


def members_of(owner: SignedIn) -> str:
    return f"/account/v2/workspace/{owner.workspace}/member"


def removed(owner: SignedIn) -> Remembered:
    """An owner who was removed a moment ago."""
    other = invited(owner, "owner")
    stale = remembered(other)
    assert owner.call("DELETE", f"{members_of(owner)}/{other.user}").status == 204
    return stale


def demoted(owner: SignedIn) -> Remembered:
    """An owner who was made a viewer a moment ago."""
    other = invited(owner, "owner")
    stale = remembered(other)
    changed = owner.call("PATCH", f"{members_of(owner)}/{other.user}", {"role": "viewer"})
    assert changed.status == 200
    return stale


def without_token(owner: SignedIn) -> Remembered:
    """An owner whose token was revoked a moment ago."""
    other = invited(owner, "owner")
    stale = remembered(other)
    [token] = [one for one in owner.get(TOKENS).json["results"] if one["user"] == other.user]
    assert owner.call("DELETE", f"{TOKENS}/{token['id']}").status == 204
    return stale


def with_expired_token(owner: SignedIn) -> Remembered:
    """An owner whose token expired a moment ago."""
    expires = to_iso(owner.world.clock() + timedelta(hours=1))
    made = owner.made(TOKENS, name="brief", expires=expires)
    brief = SignedIn(owner.app, owner.workspace, owner.user, world=owner.world, token=made["token"])
    stale = remembered(brief)
    owner.world.clock.advance(3600)
    return stale


ATTEMPTS: Mapping[str, tuple[str, str, Any]] = {
    "comes back": ("POST", "/member", {"role": "owner", "user_id": "{user}"}),
    "rises": ("PATCH", "/member/{user}", {"role": "owner"}),
    "sends another": ("POST", "/member", {"role": "owner", "name": "Eve"}),
    "renames": ("PATCH", "", {"name": "Eve's"}),
    "deletes": ("DELETE", "", None),
}


@pytest.mark.parametrize("lost", [removed, demoted, without_token, with_expired_token])
@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_who_lost_a_right_cannot_use_it_to_get_it_back(
    owner: SignedIn, lost: Callable[[SignedIn], Remembered], attempt: str
) -> None:
    stale = lost(owner)
    method, path, body = ATTEMPTS[attempt]
    body = body and {name: text.format(user=stale.user) for name, text in body.items()}
    before = owner.get(members_of(owner)).json
    at = f"/account/v2/workspace/{owner.workspace}{path.format(user=stale.user)}"
    reply = stale.call(method, at, body)
    assert reply.status in {401, 403, 404}
    assert owner.get(members_of(owner)).json == before


@pytest.mark.parametrize("lost", [without_token, with_expired_token, removed])
def test_a_token_that_opens_nothing_any_more_makes_no_other(
    owner: SignedIn, lost: Callable[[SignedIn], Remembered]
) -> None:
    stale = lost(owner)
    before = owner.get(TOKENS).json
    assert stale.post(TOKENS, {"name": "again"}).status in {401, 404}
    assert owner.get(TOKENS).json == before
