"""API Gateway's events and answers (REST API, proxy integration)."""

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from oriel.adapters.gateway import CORS_HEADERS, MAX_BODY_BYTES, caller_of, path_of, text_of
from oriel.domain.errors import PayloadTooLarge
from oriel.domain.workspace import Caller
from oriel.values import dataclass

# Nothing that is answered holds itself: it was read as JSON, or made here.
_JSON = json.JSONEncoder(separators=(",", ":"), allow_nan=False, check_circular=False)
_HEADERS = {"Content-Type": "application/json", **CORS_HEADERS}


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request; header names in lower case, the path without slashes at its ends.

    `request_id` is shown to the caller, who may have chosen it; `invocation_id` is Lambda's own.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: str
    caller: Caller
    request_id: str
    invocation_id: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer; the body becomes JSON, or is so already in `text`."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None


def request_id_of(event: Mapping[str, Any]) -> str:
    """Return the gateway's id of the request."""
    return str(event["requestContext"]["requestId"])


def read_call(event: Mapping[str, Any], invocation_id: str) -> Call:
    """Take an event apart; raises Unauthenticated, InvalidInput and PayloadTooLarge."""
    return Call(
        method=event["httpMethod"],
        path=path_of(event).strip("/"),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=text_of(event),
        caller=caller_of(event),
        request_id=request_id_of(event),
        invocation_id=invocation_id,
    )


def to_json(body: Mapping[str, Any]) -> str:
    """Write a body; raises PayloadTooLarge where it is more than a function may answer."""
    text = _JSON.encode(body)
    if len(text) > MAX_BODY_BYTES:
        raise PayloadTooLarge(
            "The answer is too large; send fewer records or tasks, or shorter own fields"
        )
    return text


def write_reply(reply: Reply, standing: Mapping[str, str]) -> dict[str, Any]:
    """Write an answer, with the headers that every answer has."""
    return {
        "statusCode": reply.status,
        "headers": {**_HEADERS, **standing, **reply.headers},
        "body": to_json(reply.body) if reply.text is None else reply.text,
    }
