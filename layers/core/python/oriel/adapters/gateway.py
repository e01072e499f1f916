"""What API Gateway hands a function, and what an error is in HTTP (REST API, proxy integration)."""

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from oriel.adapters import json_text
from oriel.domain import errors
from oriel.domain.access import Permission, Role
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.throttle import Throttle
from oriel.domain.workspace import Caller

MAX_BODY_BYTES = 6 * 1024 * 1024
"""What a Lambda function may be sent, and may answer, synchronously."""

_NO_JSON = "The request body is not valid JSON"

CORS_HEADERS: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "Idempotent-Replayed, Link, RateLimit-Policy, Retry-After, Server-Timing, "
        "X-Oriel-Cold-Start, X-Oriel-Price-Version, X-Oriel-Remaining, X-Oriel-Units"
    ),
}
"""Any page may ask, and read these: what opens a workspace is a token that it was given, never a
cookie."""

_OF_CALLER = itemgetter("workspace_id", "user_id", "roles", "scopes", "token_id", "token_expires")
"""What the authorizer says of a caller, in the order in which `_caller` takes it."""

STATUS_OF: Mapping[type[errors.OrielError], int] = {
    errors.InvalidInput: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.PayloadTooLarge: 413,
    errors.IdempotencyMismatch: 422,
    errors.TemporarilyUnavailable: 503,
}
"""The only table of which error is which status."""


def status_of(error: errors.OrielError) -> int:
    """Return the HTTP status of an error, or of the nearest error above it in the tree."""
    return next((STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF), 500)


def retry_headers(error: errors.OrielError) -> dict[str, str]:
    """Say when to come back, where coming back helps."""
    passing = errors.TemporarilyUnavailable, errors.RequestRunning
    return {"Retry-After": "1"} if isinstance(error, passing) else {}


def throttle_headers(throttle: Throttle | None) -> dict[str, str]:
    """Say how many requests are taken, nothing where there is no such limit.

    How many of them are left nobody can say: the gateway counts them and tells no function.
    """
    return {} if throttle is None else {"RateLimit-Policy": throttle.policy}


def caller_to_context(caller: Caller) -> dict[str, str]:
    """Write a caller as the authorizer may tell it: API Gateway passes on flat text alone.

    With the most workspaces that a user can have this is 2.5 of the 8 KB that it may take.
    """
    expires = caller.token_expires
    return {
        "workspace_id": caller.workspace_id,
        "user_id": caller.user_id,
        "roles": ",".join(f"{one}:{role}" for one, role in caller.roles.items()),
        "scopes": ",".join(sorted(caller.scopes)),
        "token_id": caller.token_id,
        "token_expires": "" if expires is None else to_iso(expires),
    }


def caller_of(event: Mapping[str, Any]) -> Caller:
    """Return whom the authorizer let in; raises Unauthenticated where it did not say all of it."""
    context = event["requestContext"].get("authorizer") or {}
    try:
        return _caller(*_OF_CALLER(context))
    except (KeyError, ValueError):
        raise errors.Unauthenticated("Invalid token.") from None


@lru_cache(maxsize=256)
def _caller(  # noqa: PLR0913, PLR0917 - what the authorizer says
    workspace_id: str, user_id: str, roles: str, scopes: str, token_id: str, token_expires: str
) -> Caller:
    """Read what the authorizer says, which is the same for each request with one token."""
    return Caller(
        workspace_id=workspace_id,
        user_id=user_id,
        roles=MappingProxyType(dict(map(_role, roles.split(",")))),
        scopes=frozenset(map(Permission, scopes.split(","))),
        token_expires=from_iso(token_expires) if token_expires else None,
        token_id=token_id,
    )


def path_of(event: Mapping[str, Any]) -> str:
    """Return the path below the API's root.

    A custom domain that maps the API to a base path has it in front of the event's `path`; what is
    relative to the root, such as a list's `next`, must not hold it.
    """
    path, resource = str(event["path"]), str(event.get("resource") or "")
    start = path.find(resource.partition("{")[0])
    return path[max(start, 0) :]


def header_of(event: Mapping[str, Any], name: str) -> str:
    """Return a header by its name in lower case, however it was sent; empty where it was not."""
    headers: Mapping[str, str] = event.get("headers") or {}
    return next((value for sent, value in headers.items() if sent.lower() == name), "")


def _role(text: str) -> tuple[str, Role]:
    workspace_id, _, role = text.partition(":")
    return workspace_id, Role(role)


def body_of(event: Mapping[str, Any]) -> bytes:
    """Return the body's bytes; raises InvalidInput, and PayloadTooLarge over the limit."""
    text = event.get("body") or ""
    try:
        body = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, UnicodeError):
        raise errors.InvalidInput("The request body cannot be read") from None
    _check_size(len(body))
    return body


def text_of(event: Mapping[str, Any]) -> str:
    """Return the body of a request that cannot be a file; raises as `body_of` does."""
    text: str = event.get("body") or ""
    if text.isascii() and not event.get("isBase64Encoded"):
        # Megabytes, mostly: these are as many bytes as characters, and need not be copied.
        _check_size(len(text))
        return text
    return _text(body_of(event))


def _check_size(length: int) -> None:
    if length > MAX_BODY_BYTES:
        raise errors.PayloadTooLarge(f"A request may hold at most {MAX_BODY_BYTES // 1024**2} MB")


def _text(body: bytes) -> str:
    """Decode a body; raises InvalidInput. JSON is UTF-8 (RFC 8259)."""
    try:
        return body.decode()
    except UnicodeError:
        raise errors.InvalidInput(_NO_JSON) from None


def read_object(body: bytes | str) -> dict[str, Any]:
    """Read a JSON object with finite numbers alone; raises InvalidInput.

    Escaped halves of surrogate pairs are JSON and may come through; who stores or echoes text has
    to refuse them.
    """
    content = read_json(body)
    if not isinstance(content, dict):
        raise errors.InvalidInput("The request body must be a JSON object")
    return content


def read_json(body: bytes | str) -> Any:
    """Read any JSON as `read_object` does; raises InvalidInput."""
    try:
        return json_text.read_json(body if isinstance(body, str) else _text(body))
    except (ValueError, RecursionError):
        raise errors.InvalidInput(_NO_JSON) from None
