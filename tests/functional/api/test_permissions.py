"""Every route x every role x {own workspace, another's, scope missing, no token}."""

import copy
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from oriel.domain.access import Permission, Role
from oriel.domain.billing.invoices import Invoice
from oriel.domain.billing.periods import period_of
from oriel.domain.ids import new_id
from oriel.domain.member import Membership, User
from oriel.domain.model import Model, TrainMode
from oriel.domain.notification import Notification, NotificationKind
from oriel.domain.sweep import Sweep, SweepKind
from oriel.domain.token import TokenGrant, hash_token, new_token

from functions.api.app import ROUTES
from functions.api.route import Route
from tests.fakes.sweeps import MemorySweepStore
from tests.functional.api.access_table import OWN_THINGS, TABLE
from tests.functional.api.conftest import Client, Reply, World, client_of
from tests.functional.api.test_bad_calls import BODIES

AnyRoute = Route[Any, Any]
Things = Mapping[str, str]

QUERIES: Mapping[str, Callable[[Things], dict[str, str]]] = {
    "GET /recognition/v2/model": lambda things: {"task": things["task_id"]},
    "GET /recognition/v2/model/<model_id>/comparison": lambda things: {"with": things["model_id"]},
}
"""Queries that a route cannot do without."""
IMPORTS = "/recognition/v2/import"
VERIFICATIONS, POINTS = "/annotate/v2/verification", "/annotate/v2/point"
UPLOADS = "/recognition/v2/training-image/upload"
NOTHING: Mapping[str, str] = {}


def name_of(route: AnyRoute) -> str:
    return f"{route.method} {route.path}"


each_route = pytest.mark.parametrize("route", ROUTES, ids=name_of)
each_role = pytest.mark.parametrize("role", Role)


def member_of(world: World, owner: Client, role: Role) -> Client:
    """Another user of the owner's workspace; for an owner, the one that there is."""
    if role is Role.OWNER:
        return owner
    user = User(new_id(), role.value, world.clock())
    world.core.users[user.id] = user
    world.core.join(Membership(owner.workspace, user.id, role, world.clock()))
    return replace(owner, user=user.id, role=role)


def things_of(world: World, owner: Client, caller: Client, *, personal: bool) -> Things:
    """One thing of every kind in the owner's workspace, by the names that paths have for it."""
    task = owner.task()
    model = Model(
        new_id(), owner.workspace, task["id"], task["name"], TrainMode.FULL, world.clock()
    )
    world.core.models[model.id] = model
    hashed = hash_token(new_token())
    grant = TokenGrant(new_id(), hashed, owner.workspace, caller.user, world.clock())
    world.core.grants[hashed] = grant
    sweep = Sweep(owner.workspace, SweepKind.LABEL, new_id(), world.clock())
    MemorySweepStore(world.core).request(sweep)
    notification = Notification(owner.workspace, NotificationKind.EMAIL, "a@b.org")
    world.notifications.add(notification)
    user_id = caller.user if personal else member_of(world, owner, Role.ANNOTATOR).user
    image_id = owner.image()["id"]
    period = period_of(date(2026, 11, 21), 1)
    invoice = Invoice(owner.workspace, period, "open", "2026-01", "EUR", world.clock())
    if world.invoice_store.find(owner.workspace, period.key) is None:
        world.invoice_store.save(invoice)
    return {
        "task_id": task["id"],
        "label_id": owner.label()["id"],
        "image_id": image_id,
        "image": image_id,
        "verification_id": owner.made(VERIFICATIONS, image_id=image_id)["id"],
        "point_id": owner.made(POINTS, image=image_id, name="n")["id"],
        "model_id": model.id,
        "workspace_id": owner.workspace,
        "user_id": user_id,
        "token_id": grant.id,
        "config_type": "limits",
        "period": period.key,
        "notification_id": notification.id,
        "import_id": owner.made(IMPORTS, kind="zip")["id"],
        "subject_id": sweep.subject_id,
        "upload_id": owner.made(UPLOADS, content_type="image/png")["id"],
    }


def send(
    client: Client,
    route: AnyRoute,
    things: Things,
    *,
    query: Mapping[str, str] = NOTHING,
    body: Mapping[str, str] = NOTHING,
) -> Reply:
    """Ask for what would be done if it were allowed."""
    path = re.sub("<([a-z_]+)>", lambda found: things[found[1]], route.path)
    needed = QUERIES.get(name_of(route))
    asked = {**(needed(things) if needed else {}), **query}
    if route.body is None:
        return client.call(route.method, path, query=asked)
    sent = {**BODIES[route.body.__name__], **body}
    sent |= {name: things[name] for name in sent.keys() & things.keys()}
    return client.call(route.method, path, sent, asked)


def state_of(world: World) -> dict[str, Any]:
    names = [field.name for field in fields(world.core) if field.name != "lock"]
    stored = {name: copy.copy(getattr(world.core, name)) for name in names}
    accounts = {one: world.billing_accounts.find(one) for one in world.core.workspaces}
    return {**stored, "blobs": dict(world.blobs.objects), "accounts": accounts}


def refused(reply: Reply, word: str) -> bool:
    return (reply.status, reply.json["code"]) == (403, "forbidden") and word in reply.json["detail"]


def went_through(reply: Reply) -> bool:
    return reply.status in {200, 201, 202, 204, 400, 409}


def test_the_table_names_every_route_and_no_other() -> None:
    assert TABLE.keys() == {name_of(route) for route in ROUTES}


@each_route
@each_role
def test_in_the_own_workspace_exactly_these_roles_may(
    world: World, client: Client, route: AnyRoute, role: Role
) -> None:
    rule, caller = TABLE[name_of(route)], member_of(world, client, role)
    things = things_of(world, client, caller, personal=rule is OWN_THINGS)
    before = state_of(world)
    reply = send(caller, route, things)
    if role in rule.roles:
        assert went_through(reply), reply.text
    else:
        assert refused(reply, f"role in this workspace is {role}"), reply.text
        assert state_of(world) == before


@each_route
def test_a_token_without_the_scope_may_not_and_with_it_alone_may(
    world: World, client: Client, route: AnyRoute
) -> None:
    rule = TABLE[name_of(route)]
    things = things_of(world, client, client, personal=rule is OWN_THINGS)
    before = state_of(world)
    for scope in Permission:
        narrow = replace(client, scopes=[scope])
        if rule.scope not in {None, scope}:
            assert refused(send(narrow, route, things), f"scope {rule.scope}")
            assert state_of(world) == before
    assert went_through(
        send(replace(client, scopes=[rule.scope or Permission.READ]), route, things)
    )


@each_route
@each_role
def test_things_of_a_foreign_workspace_do_not_exist(
    world: World, client: Client, stranger: Client, route: AnyRoute, role: Role
) -> None:
    caller = member_of(world, client, role)
    theirs = things_of(world, stranger, stranger, personal=False)
    before = state_of(world)
    reply = send(caller, route, theirs)
    if theirs.keys() & set(re.findall("<([a-z_]+)>", route.path)) - {"config_type"}:
        # Who may not do it to anything at all may be told so, whatever the id.
        assert reply.status == 404 or (
            role not in TABLE[name_of(route)].roles and refused(reply, "role")
        ), reply.text
        assert state_of(world) == before
    assert of_workspace(stranger, state_of(world)) == of_workspace(stranger, before)


@each_route
@each_role
def test_a_foreign_workspace_cannot_be_named(
    world: World, client: Client, stranger: Client, route: AnyRoute, role: Role
) -> None:
    caller = member_of(world, client, role)
    things = things_of(world, client, caller, personal=TABLE[name_of(route)] is OWN_THINGS)
    before = state_of(world)
    named = {"workspace": stranger.workspace}
    in_the_query = send(caller, route, things, query=named)
    in_the_body = send(caller, route, things, body=named) if route.body else in_the_query
    for reply in (in_the_query, in_the_body):
        assert (reply.status, reply.json["detail"]) == (404, "There is no workspace with this id")
    assert state_of(world) == before


@pytest.mark.parametrize("route", [one for one in ROUTES if "<" in one.path], ids=name_of)
def test_a_thing_is_found_in_another_workspace_and_the_default_one_is_not_touched(
    world: World, client: Client, route: AnyRoute
) -> None:
    client.task(), client.label(), client.image()
    second = client.made("/account/v2/workspace", name="second")["id"]
    there = replace(client, workspace=second)
    things = things_of(world, there, there, personal=TABLE[name_of(route)] is OWN_THINGS)
    before = of_workspace(client, state_of(world))
    both = replace(client, others={second: Role.OWNER})
    assert went_through(send(both, route, things))
    assert of_workspace(client, state_of(world)) == before


@each_route
def test_without_an_authorizers_word_nothing_is_answered(
    world: World, client: Client, route: AnyRoute
) -> None:
    things = things_of(world, client, client, personal=False)
    nobody = Nobody(client.app, client.workspace, client.user)
    before = state_of(world)
    reply = send(nobody, route, things)
    assert (reply.status, reply.json["code"]) == (401, "unauthenticated")
    assert state_of(world) == before


class Nobody(Client):
    @property
    def context(self) -> dict[str, str]:
        return {}


def of_workspace(stranger: Client, state: Mapping[str, Any]) -> list[Any]:
    """Pick what belongs to the stranger's workspace."""
    kinds = (
        "workspaces",
        "memberships",
        "grants",
        "tasks",
        "labels",
        "images",
        "models",
        "verifications",
        "points",
    )
    everything = [thing for kind in kinds for thing in state[kind].values()]
    return [
        thing
        for thing in everything
        if stranger.workspace in {getattr(thing, "workspace_id", ""), getattr(thing, "id", "")}
    ]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANNOTATOR, Role.EDITOR])
def test_of_others_things_nobody_but_an_owner_disposes(
    world: World, client: Client, role: Role
) -> None:
    caller = member_of(world, client, role)
    things = things_of(world, client, client, personal=True)
    before = state_of(world)
    member = f"/account/v2/workspace/{client.workspace}/member/{client.user}"
    assert refused(caller.call("DELETE", member), f"role in this workspace is {role}")
    assert caller.call("DELETE", f"/account/v2/token/{things['token_id']}").status == 404
    assert state_of(world) == before
    own = f"/account/v2/workspace/{client.workspace}/member/{caller.user}"
    assert caller.call("DELETE", own).status == 204
    assert client_of(world).get("/account/v2/user").status == 200
