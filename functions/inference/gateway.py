"""API Gateway's events and answers (REST API, proxy integration)."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from oriel.domain.errors import InvalidInput, PayloadTooLarge, Unauthenticated
from oriel.domain.workspace import Caller

MAX_BODY_BYTES = 6 * 1024 * 1024
"""What a Lambda function may be sent, and may answer, synchronously."""

_HEADERS = {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*"}
"""Any page may ask: what opens a workspace is a token that it was given, never a cookie."""


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request; header names in lower case, the path without slashes at its ends.

    `request_id` is shown to the caller, who may have chosen it; `invocation_id` is Lambda's own.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    caller: Caller
    request_id: str
    invocation_id: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer; the body becomes JSON."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


def request_id_of(event: Mapping[str, Any]) -> str:
    """Return the gateway's id of the request."""
    return str(event["requestContext"]["requestId"])


def read_call(event: Mapping[str, Any], invocation_id: str) -> Call:
    """Take an event apart; raises Unauthenticated, InvalidInput and PayloadTooLarge."""
    context = event["requestContext"]
    return Call(
        method=event["httpMethod"],
        path=event["path"].strip("/"),
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        body=_body(event),
        caller=_caller(context.get("authorizer") or {}),
        request_id=request_id_of(event),
        invocation_id=invocation_id,
    )


def to_json(body: Mapping[str, Any]) -> str:
    """Write a body; raises PayloadTooLarge where it is more than a function may answer."""
    text = json.dumps(body, separators=(",", ":"), allow_nan=False)
    if len(text) > MAX_BODY_BYTES:
        raise PayloadTooLarge("The answer is too large; send fewer records or shorter own fields")
    return text


def write_reply(reply: Reply) -> dict[str, Any]:
    """Write an answer."""
    return {
        "statusCode": reply.status,
        "headers": {**_HEADERS, **reply.headers},
        "body": to_json(reply.body),
    }


def _caller(authorizer: Mapping[str, Any]) -> Caller:
    try:
        return Caller(authorizer["workspace_id"], authorizer["user_id"])
    except KeyError:
        raise Unauthenticated("Invalid token.") from None


def _body(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    try:
        body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeError):
        raise InvalidInput("The request body cannot be read") from None
    if len(body) > MAX_BODY_BYTES:
        raise PayloadTooLarge(f"The request body is larger than {MAX_BODY_BYTES} bytes")
    return body
