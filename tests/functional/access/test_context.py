"""What the authorizer tells the functions, written and read again."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from oriel.adapters.gateway import caller_of, caller_to_context
from oriel.domain.access import Permission, Role
from oriel.domain.errors import Unauthenticated
from oriel.domain.ids import new_id
from oriel.domain.member import MAX_WORKSPACES_OF_USER
from oriel.domain.workspace import Caller

from functions.authorizer.policy import allow

MOST_BYTES = 8 * 1024
"""What API Gateway takes of an authorizer."""

WORKSPACES = [new_id() for _ in range(MAX_WORKSPACES_OF_USER)]
CALLER = Caller(
    workspace_id=WORKSPACES[0],
    user_id=new_id(),
    roles=dict.fromkeys(WORKSPACES, Role.ANNOTATOR),
    scopes=frozenset(Permission),
    token_expires=datetime(2027, 1, 1, 12, 30, tzinfo=UTC),
    token_id=new_id(),
)


def read(context: dict[str, str]) -> Caller:
    return caller_of({"requestContext": {"authorizer": context}})


@pytest.mark.parametrize(
    "caller",
    [
        CALLER,
        replace(CALLER, token_expires=None),
        replace(CALLER, scopes=frozenset({Permission.READ})),
        replace(CALLER, roles={new_id(): Role.OWNER}),
    ],
)
def test_a_caller_is_read_as_it_was_written(caller: Caller) -> None:
    context = caller_to_context(caller)
    assert read(context) == caller
    assert list(read(context).roles) == list(caller.roles)
    assert all(isinstance(value, str) for value in context.values())


def test_the_most_workspaces_that_there_may_be_fit() -> None:
    arn = "arn:aws:execute-api:ap-southeast-1:123456789012:abcdef1234/production/POST/a/b"
    assert len(json.dumps(allow(CALLER, arn))) < MOST_BYTES / 2


@pytest.mark.parametrize("name", list(caller_to_context(CALLER)))
def test_a_part_of_a_context_is_nobody(name: str) -> None:
    context = caller_to_context(CALLER)
    del context[name]
    with pytest.raises(Unauthenticated):
        read(context)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("roles", ""),
        ("roles", new_id()),
        ("roles", f"{new_id()}:king"),
        ("roles", f"{new_id()}:owner,"),
        ("scopes", ""),
        ("scopes", "read,everything"),
        ("token_expires", "soon"),
    ],
)
def test_a_context_that_nobody_wrote_is_nobody(name: str, value: str) -> None:
    with pytest.raises(Unauthenticated):
        read({**caller_to_context(CALLER), name: value})


def test_no_context_is_nobody() -> None:
    arounds: list[dict[str, object]] = [{}, {"authorizer": None}, {"authorizer": {}}]
    for around in arounds:
        with pytest.raises(Unauthenticated):
            caller_of({"requestContext": around})
