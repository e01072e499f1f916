from dataclasses import replace
from datetime import timedelta

import pytest
from oriel.domain.clock import to_iso
from oriel.domain.errors import Unauthenticated
from oriel.domain.token import hash_token

from tests.functional.api.conftest import World
from tests.functional.api.signed_in import SignedIn, invited, new_owner

TOKENS, TASKS = "/account/v2/token", "/recognition/v2/task"


@pytest.fixture
def owner(world: World) -> SignedIn:
    return new_owner(world)


def test_a_token_is_shown_once_and_opens_what_its_maker_may(world: World, owner: SignedIn) -> None:
    made = owner.made(TOKENS, name=" robot ")
    assert (made["name"], made["user"], made["workspace"]) == (
        "robot",
        owner.user,
        owner.workspace,
    )
    assert len(made["token"]) == 40
    assert replace(owner, token=made["token"]).task()["workspace"] == owner.workspace
    listed = owner.get(TOKENS)
    assert listed.json["count"] == 2
    secrets = (made["token"], hash_token(made["token"]), made["token"][-4:])
    assert not any(secret in listed.text for secret in secrets[:2])
    keys = {"id", "name", "scopes", "created", "expires", "user", "workspace"}
    assert all(one.keys() == keys for one in listed.json["results"])
    assert made["token"] not in repr(world.core)


def test_scopes_narrow_what_a_token_may(owner: SignedIn) -> None:
    made = owner.made(TOKENS, name="reader", scopes=["read"])
    assert made["scopes"] == ["read"]
    reader = replace(owner, token=made["token"])
    assert reader.get(TASKS).status == 200
    refused = reader.post(TASKS, {"name": "n", "type": "multi_class"})
    assert (refused.status, "scope edit" in refused.json["detail"]) == (403, True)
    assert reader.post(TOKENS, {"name": "n"}).status == 403


def test_no_token_makes_one_that_may_more_or_lives_longer(world: World, owner: SignedIn) -> None:
    soon = to_iso(world.clock() + timedelta(days=1))
    later = to_iso(world.clock() + timedelta(days=2))
    narrow = replace(
        owner,
        token=owner.made(TOKENS, name="n", scopes=["manage", "read"], expires=soon)["token"],
    )
    for wish in ({"scopes": ["read", "edit"]}, {"expires": later}):
        refused = narrow.post(TOKENS, {"name": "n", **wish})
        assert (refused.status, refused.json["code"]) == (403, "forbidden")
    same = narrow.made(TOKENS, name="n")
    assert (same["scopes"], same["expires"]) == (["manage", "read"], soon)
    assert narrow.made(TOKENS, name="n", scopes=["read"])["scopes"] == ["read"]


def test_a_token_ends_when_it_expires(world: World, owner: SignedIn) -> None:
    expires = to_iso(world.clock() + timedelta(hours=1))
    brief = replace(owner, token=owner.made(TOKENS, name="brief", expires=expires)["token"])
    assert brief.get(TASKS).status == 200
    world.clock.advance(3600)
    with pytest.raises(Unauthenticated):
        brief.get(TASKS)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "n", "scopes": []}, "scopes"),
        ({"name": "n", "scopes": ["everything"]}, "scopes"),
        ({"name": "n", "scopes": "read"}, "scopes"),
        ({"name": "n", "expires": "2020-01-01T00:00:00Z"}, "expires"),
        ({"name": "n", "expires": "2027-01-01T00:00:00"}, "expires"),
        ({"name": "n", "expires": "9999-12-31T23:59:59-23:59"}, "expires"),
        ({"name": "n", "expires": "soon"}, "expires"),
        ({"name": "n", "expires": 1893456000}, "expires"),
    ],
)
def test_a_wrong_wish_is_refused_by_name(
    owner: SignedIn, body: dict[str, object], field: str
) -> None:
    reply = owner.post(TOKENS, body)
    assert reply.status == 400
    assert reply.json["detail"].startswith(field)
    assert owner.get(TOKENS).json["count"] == 1


def test_a_revoked_token_opens_nothing(owner: SignedIn) -> None:
    made = owner.made(TOKENS, name="lost")
    assert owner.call("DELETE", f"{TOKENS}/{made['id']}/").status == 204
    assert owner.call("DELETE", f"{TOKENS}/{made['id']}").status == 404
    with pytest.raises(Unauthenticated):
        replace(owner, token=made["token"]).get(TASKS)
    assert owner.get(TASKS).status == 200


def test_members_see_their_own_tokens_and_owners_all(owner: SignedIn) -> None:
    editor, viewer = invited(owner, "editor"), invited(owner, "viewer")
    editor.made(TOKENS, name="mine")
    assert {one["user"] for one in editor.get(TOKENS).json["results"]} == {editor.user}
    assert editor.get(TOKENS).json["count"] == 2
    assert viewer.get(TOKENS).json["count"] == 1
    assert owner.get(TOKENS).json["count"] == 4
    theirs = viewer.get(TOKENS).json["results"][0]["id"]
    assert editor.call("DELETE", f"{TOKENS}/{theirs}").status == 404
    assert viewer.get(TASKS).status == 200
    assert owner.call("DELETE", f"{TOKENS}/{theirs}").status == 204
    with pytest.raises(Unauthenticated):
        viewer.get(TASKS)


def test_an_owners_token_without_the_scope_shows_own_tokens_alone(owner: SignedIn) -> None:
    invited(owner, "viewer")
    narrow = replace(owner, token=owner.made(TOKENS, name="n", scopes=["read"])["token"])
    assert {one["user"] for one in narrow.get(TOKENS).json["results"]} == {owner.user}
