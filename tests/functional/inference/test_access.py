"""Who may classify, where the task is looked for, and who pays."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pytest
from oriel.domain.access import Permission, Role
from oriel.domain.member import Membership

from tests.fakes.callers import context_of
from tests.fakes.facts import NOON, TASK
from tests.functional.inference.world import (
    OTHER_WORKSPACE,
    UNKNOWN,
    WORKSPACE,
    Response,
    World,
    picture,
    task,
)

HOME = OTHER_WORKSPACE
"""Where callers of these tests are at home; TASK lies in WORKSPACE."""
MAY = {Role.OWNER, Role.EDITOR}
PATHS = ["/recognition/v2/classify", "/custom/v2/predict"]


def classify(
    world: World,
    context: Mapping[str, str],
    fields: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    path: str = PATHS[0],
) -> Response:
    body = {"task_id": TASK, "records": [picture()], **(fields or {})}
    around = {"requestId": "request", "authorizer": context}
    return world.post(body, requestContext=around, headers=dict(headers or {}), path=path)


def visitor(role: Role = Role.EDITOR, home: Role = Role.OWNER) -> dict[str, str]:
    return context_of(HOME, "someone", home, others={WORKSPACE: role})


def refused(answer: Response, word: str) -> bool:
    told, detail = answer.body["status"], str(answer.body["detail"])
    return (answer.code, told["code"], told["text"]) == (403, 403, detail) and word in detail


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("role", Role)
def test_exactly_these_roles_may(world: World, role: Role, path: str) -> None:
    answer = classify(world, context_of(WORKSPACE, "someone", role), path=path)
    if role in MAY:
        assert answer.code == 200
    else:
        assert refused(answer, f"role in this workspace is {role}")
    assert world.billed() == (role in MAY)


@pytest.mark.parametrize("path", PATHS)
def test_a_token_needs_the_scope_and_no_other(world: World, path: str) -> None:
    def scoped(scopes: Iterable[Permission]) -> Response:
        return classify(world, context_of(WORKSPACE, "someone", scopes=scopes), path=path)

    for scope in set(Permission) - {Permission.CLASSIFY}:
        assert refused(scoped([scope]), "scope classify")
    assert world.billed() == 0
    assert scoped([Permission.CLASSIFY]).code == 200


@pytest.mark.parametrize("path", PATHS)
def test_without_an_authorizers_word_nothing_is_answered(world: World, path: str) -> None:
    whole = context_of(WORKSPACE, "someone")
    for missing in whole:
        context = {name: value for name, value in whole.items() if name != missing}
        assert classify(world, context, path=path).code == 401
    assert classify(world, {**whole, "roles": f"{WORKSPACE}:king"}, path=path).code == 401
    assert classify(world, {**whole, "roles": ""}, path=path).code == 401


@pytest.mark.parametrize("role", Role)
def test_a_foreign_task_does_not_exist(world: World, role: Role) -> None:
    caller = context_of(HOME, "stranger", role)
    for fields in ({}, {"workspace": "Default"}, {"workspace": WORKSPACE}):
        answer = classify(world, caller, fields)
        assert answer.code == 404 or (role not in MAY and answer.code == 403)
    assert world.billed() == 0


@pytest.mark.parametrize("named", [{}, {"workspace": ""}, {"workspace": "Default"}])
def test_a_task_is_found_in_another_workspace_which_pays(
    world: World, named: Mapping[str, str]
) -> None:
    assert classify(world, visitor(), named).code == 200
    assert world.billed() == 1


def test_a_named_workspace_is_the_only_one_that_is_looked_into(world: World) -> None:
    assert classify(world, visitor(), {"workspace": WORKSPACE}).code == 200
    world.core.tasks[UNKNOWN] = replace(task(UNKNOWN), workspace_id=HOME)
    assert classify(world, visitor(), {"workspace": WORKSPACE, "task_id": UNKNOWN}).code == 404
    assert classify(world, visitor(), {"workspace": UNKNOWN}).code == 404


def test_the_role_counts_where_the_task_lies(world: World) -> None:
    assert classify(world, visitor(Role.EDITOR, home=Role.VIEWER)).code == 200
    assert classify(world, visitor(Role.VIEWER)).code == 404
    assert refused(classify(world, visitor(Role.VIEWER), {"workspace": WORKSPACE}), "role")
    assert world.billed() == 1


def test_a_workspace_that_was_joined_after_the_authorizer_looked_is_known(world: World) -> None:
    caller = context_of(HOME, "someone")
    assert classify(world, caller).code == 404
    world.core.join(Membership(WORKSPACE, "someone", Role.EDITOR, NOON))
    assert classify(world, caller).code == 200
    assert classify(world, caller, {"workspace": WORKSPACE}).code == 200
    world.core.join(Membership(WORKSPACE, "someone", Role.VIEWER, NOON))
    assert refused(classify(world, caller, {"workspace": WORKSPACE}), "role")


def test_a_key_repeats_its_answer_in_the_workspace_that_paid(world: World) -> None:
    key = {"Idempotency-Key": "order-1"}
    first = classify(world, visitor(), headers=key)
    again = classify(world, visitor(), headers=key)
    assert again.body == first.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert world.billed() == 1


def test_a_key_repeats_its_answer_though_the_task_is_gone(world: World) -> None:
    key = {"Idempotency-Key": "order-1"}
    caller = context_of(WORKSPACE, "someone")
    first = classify(world, caller, headers=key)
    world.core.tasks.pop(TASK)
    world.seconds += 3600
    assert classify(world, caller, headers=key).body == first.body
    assert classify(world, caller, headers={"Idempotency-Key": "order-2"}).code == 404
    assert refused(classify(world, context_of(WORKSPACE, "x", Role.VIEWER), headers=key), "role")
