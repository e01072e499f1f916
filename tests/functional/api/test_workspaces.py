"""Workspaces: which one a request means, and what can be done with them."""

import base64
from dataclasses import replace

import pytest
from oriel.domain.access import Role
from oriel.domain.ids import new_id
from oriel.domain.member import MAX_WORKSPACES_OF_USER, Membership

from tests.functional.api.conftest import Client, World, png
from tests.functional.api.signed_in import SignedIn, invited, new_owner

TASKS, LABELS = "/recognition/v2/task", "/recognition/v2/label"
IMAGES = "/recognition/v2/training-image"
WORKSPACES = "/account/v2/workspace"


@pytest.fixture
def owner(world: World) -> SignedIn:
    return new_owner(world)


@pytest.fixture
def second(owner: SignedIn) -> str:
    owner.world.clock.advance(1)
    made = owner.made(WORKSPACES, name=" Second ")
    return str(made["id"])


def test_workspaces_are_a_bare_array_with_the_callers_role(owner: SignedIn, second: str) -> None:
    listed = owner.get(f"{WORKSPACES}/").json
    assert [(one["id"], one["is_default"], one["role"]) for one in listed] == [
        (owner.workspace, True, "owner"),
        (second, False, "owner"),
    ]
    keys = {"id", "name", "created", "owner", "meta_data", "is_default", "role"}
    assert all(one.keys() == keys for one in listed)
    assert (listed[1]["name"], listed[1]["owner"]) == ("Second", owner.user)


def test_a_workspace_is_shown_and_renamed(owner: SignedIn, second: str) -> None:
    path = f"{WORKSPACES}/{second}"
    shown = owner.get(path).json
    for method in ("PUT", "PATCH"):
        renamed = owner.call(method, path, {"name": method}).json
        assert renamed == {**shown, "name": method} == owner.get(path).json
    assert owner.call("PUT", path, {}).json["name"] == "PATCH"
    assert owner.call("PUT", path, {"name": " "}).status == 400
    assert owner.get(f"{WORKSPACES}/Default").json["id"] == owner.workspace


def test_a_user_has_only_so_many_workspaces(owner: SignedIn) -> None:
    for number in range(MAX_WORKSPACES_OF_USER - 1):
        owner.made(WORKSPACES, name=str(number))
    assert owner.post(WORKSPACES, {"name": "one more"}).status == 409
    assert len(owner.get(WORKSPACES).json) == MAX_WORKSPACES_OF_USER


def test_what_is_listed_or_made_lies_in_the_workspace_that_is_named(
    owner: SignedIn, second: str
) -> None:
    here, there = owner.task(), owner.task(workspace=second)
    assert (here["workspace"], there["workspace"]) == (owner.workspace, second)
    for named in ("Default", owner.workspace, ""):
        assert [one["id"] for one in owner.get(TASKS, workspace=named).json["results"]] == [
            here["id"]
        ]
    assert [one["id"] for one in owner.get(TASKS).json["results"]] == [here["id"]]
    assert [one["id"] for one in owner.get(TASKS, workspace=second).json["results"]] == [
        there["id"]
    ]


def test_a_thing_is_found_by_its_id_in_any_workspace_of_the_caller(
    owner: SignedIn, second: str
) -> None:
    task = owner.task(workspace=second)
    label = owner.label(workspace=second)
    path = f"{TASKS}/{task['id']}"
    for query in ({}, {"workspace": "Default"}, {"workspace": owner.workspace}):
        assert owner.get(path, **query).json["workspace"] == second
    assert owner.call("PATCH", path, {"name": "found"}).json["name"] == "found"
    added = owner.post(f"{path}/add-label", {"label_id": label["id"], "workspace": "Default"})
    assert (added.status, added.json["labels_count"]) == (200, 1)
    assert owner.call("DELETE", f"{path}/").status == 204
    assert owner.get(path).status == 404


def test_who_names_another_workspace_means_that_one_alone(owner: SignedIn, second: str) -> None:
    task = owner.task()
    assert owner.get(f"{TASKS}/{task['id']}", workspace=second).status == 404


def test_two_names_at_once_are_refused(owner: SignedIn, second: str) -> None:
    third = owner.made(WORKSPACES, name="third")["id"]
    body = {"name": "n", "type": "multi_class", "workspace": second}
    reply = owner.call("POST", TASKS, body, {"workspace": third})
    assert (reply.status, "workspace" in reply.json["detail"]) == (400, True)


def test_things_of_two_workspaces_do_not_meet(owner: SignedIn, second: str) -> None:
    task, label = owner.task(), owner.label(workspace=second)
    path = f"{TASKS}/{task['id']}"
    for body in ({"label_id": label["id"]}, {"label_id": label["id"], "workspace": second}):
        assert owner.post(f"{path}/add-label", body).status == 404
    assert owner.get(path).json["labels_count"] == 0
    picture = base64.b64encode(png(28, 28)).decode()
    assert owner.post(IMAGES, {"base64": picture, "labels": [label["id"]]}).status == 404
    assert owner.get(IMAGES).json["count"] == 0


def test_a_workspace_that_was_joined_after_the_authorizer_looked_is_known(
    world: World, client: Client
) -> None:
    # The gateway repeats what the authorizer said for a minute.
    made = client.made(WORKSPACES, name="new")
    assert made["id"] in {one["id"] for one in client.get(WORKSPACES).json}
    task = client.task(workspace=made["id"])
    assert client.get(TASKS, workspace=made["id"]).json["count"] == 1
    assert client.get(f"{TASKS}/{task['id']}").json["workspace"] == made["id"]
    assert client.get(f"{TASKS}/{new_id()}").status == 404
    world.core.memberships.clear()
    assert client.get(TASKS, workspace=made["id"]).status == 404


def test_the_role_counts_where_the_thing_lies(world: World, owner: SignedIn, second: str) -> None:
    viewer = invited(owner, "viewer")
    world.core.join(Membership(second, viewer.user, Role.EDITOR, world.clock()))
    here, there = owner.task(), owner.task(workspace=second)
    renamed = viewer.call("PATCH", f"{TASKS}/{there['id']}", {"name": "mine"})
    assert (renamed.status, renamed.json["name"]) == (200, "mine")
    refused = viewer.call("PATCH", f"{TASKS}/{here['id']}", {"name": "mine"})
    assert (refused.status, refused.json["code"]) == (403, "forbidden")
    assert owner.get(f"{TASKS}/{here['id']}").json["name"] != "mine"
    assert viewer.get(f"{TASKS}/{here['id']}").status == 200


def test_where_the_role_is_too_low_a_thing_of_another_workspace_is_not_found(
    world: World, owner: SignedIn, second: str
) -> None:
    editor = invited(owner, "editor")
    world.core.join(Membership(second, editor.user, Role.VIEWER, world.clock()))
    there = owner.task(workspace=second)
    path = f"{TASKS}/{there['id']}"
    assert editor.get(path).status == 200
    assert editor.call("DELETE", path).status == 404
    named = editor.call("DELETE", path, query={"workspace": second})
    assert (named.status, "role" in named.json["detail"]) == (403, True)
    assert owner.get(path).status == 200


def test_who_left_the_tokens_own_workspace_has_the_others_left(
    world: World, owner: SignedIn, second: str
) -> None:
    member = invited(owner, "editor")
    world.core.join(Membership(second, member.user, Role.EDITOR, world.clock()))
    task = owner.task(workspace=second)
    own = f"{WORKSPACES}/{owner.workspace}/member/{member.user}"
    assert member.call("DELETE", own).status == 204
    lost = member.get(TASKS)
    assert (lost.status, "name another one" in lost.json["detail"]) == (404, True)
    assert member.get(f"{TASKS}/{task['id']}").json["workspace"] == second
    assert member.get(TASKS, workspace=second).json["count"] == 1
    assert member.get("/account/v2/user").json["id"] == member.user
    [left] = member.get(WORKSPACES).json
    assert (left["id"], left["is_default"]) == (second, False)
    assert member.post(LABELS, {"name": "n"}).status == 404
    made = member.made("/account/v2/token", name="next", workspace=second)
    again = replace(member, token=made["token"])
    assert again.get(TASKS).json["count"] == 1
