from collections.abc import Callable
from typing import Any

import pytest
from oriel.domain.errors import Conflict, InvalidInput
from oriel.domain.ids import is_id, new_id
from oriel.domain.token import new_token

from tests.functional.access.conftest import Handler

ARN = "arn:aws:execute-api:eu-west-1:123456789012:abcdef123/v1/GET/recognition/v2/task"


@pytest.fixture
def made(handler_of: Callable[[str], Handler]) -> dict[str, str]:
    reply: dict[str, str] = handler_of("bootstrap")({"workspace_name": new_id()}, None)
    return reply


@pytest.fixture
def authorizer(handler_of: Callable[[str], Handler]) -> Handler:
    return handler_of("authorizer")


def token_event(header: str) -> dict[str, Any]:
    return {"type": "TOKEN", "authorizationToken": header, "methodArn": ARN}


def request_event(header: str) -> dict[str, Any]:
    return {"type": "REQUEST", "headers": {"authorization": header}, "methodArn": ARN}


def test_bootstrap_makes_a_workspace_whose_token_is_let_in(
    made: dict[str, str], authorizer: Handler
) -> None:
    assert is_id(made["workspace"])
    assert is_id(made["user"])
    reply = authorizer(token_event(f"Token {made['token']}"), None)
    assert is_id(reply["context"].pop("token_id"))
    assert reply["context"] == {
        "workspace_id": made["workspace"],
        "user_id": made["user"],
        "roles": f"{made['workspace']}:owner",
        "scopes": "annotate,classify,edit,manage,read,train",
        "token_expires": "",
    }


def test_bootstrap_replaces_a_lost_token_only_when_it_is_told_to(
    handler_of: Callable[[str], Handler], authorizer: Handler
) -> None:
    bootstrap, named = handler_of("bootstrap"), {"workspace_name": new_id()}
    first = bootstrap({**named, "owner_name": "Ada", "email": "ada@example.org"}, None)
    with pytest.raises(Conflict, match="new_token"):
        bootstrap(named, None)
    second = bootstrap({**named, "new_token": True}, None)
    assert {**second, "token": ""} == {**first, "token": ""}
    for made in (first, second):
        reply = authorizer(token_event(f"Token {made['token']}"), None)
        assert reply["principalId"] == first["user"]


@pytest.mark.parametrize("event", [token_event, request_event])
def test_the_policy_covers_the_stage_so_that_it_may_be_cached(
    made: dict[str, str], authorizer: Handler, event: Callable[[str], dict[str, Any]]
) -> None:
    reply = authorizer(event(f"JWT {made['token']}"), None)
    assert reply["principalId"] == made["user"]
    assert reply["policyDocument"]["Statement"] == [
        {
            "Action": "execute-api:Invoke",
            "Effect": "Allow",
            "Resource": "arn:aws:execute-api:eu-west-1:123456789012:abcdef123/v1/*/*",
        }
    ]


@pytest.mark.parametrize("header", ["", "Token", f"Token {new_token()}", "Bearer x"])
def test_who_is_unknown_is_unauthorized_in_the_gateways_word(
    authorizer: Handler, header: str
) -> None:
    for event in (token_event(header), request_event(header)):
        with pytest.raises(Exception, match=r"^Unauthorized$"):
            authorizer(event, None)


def test_a_call_without_headers_is_unauthorized(authorizer: Handler) -> None:
    with pytest.raises(Exception, match=r"^Unauthorized$"):
        authorizer({"type": "REQUEST", "headers": None, "methodArn": ARN}, None)


def test_no_token_is_ever_logged(
    made: dict[str, str],
    authorizer: Handler,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    authorizer(token_event(f"Token {made['token']}"), None)
    with pytest.raises(Exception, match="Unauthorized"):
        authorizer(token_event(f"Token {made['token']}0"), None)
    captured = capfd.readouterr()
    assert made["token"] not in caplog.text + captured.out + captured.err


@pytest.mark.parametrize("payload", [{}, {"workspace_name": 5}, {"workspace_name": " "}])
def test_bootstrap_wants_a_name(
    handler_of: Callable[[str], Handler], payload: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput, match="workspace_name"):
        handler_of("bootstrap")(payload, None)
