"""What an operation may answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from oriel.values import dataclass

from functions.api.document.operation import Operation
from functions.api.wire.error import ErrorAnswer

JSON = "application/json"
ERROR_REFERENCE = f"#/components/schemas/{ErrorAnswer.__name__}"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is not the wanted one; `again` where coming back later helps."""

    name: str
    description: str
    code: str
    detail: str
    again: bool = False


REFUSALS: Mapping[str, Refusal] = {
    "400": Refusal(
        "Invalid",
        "Something that was sent cannot be taken; `detail` names it.",
        "invalid_input",
        "name: Field required",
    ),
    "401": Refusal(
        "Unauthenticated",
        "There is no token, or it is unknown or revoked.",
        "unauthenticated",
        "Invalid token.",
    ),
    "403": Refusal(
        "Forbidden",
        "The token is good, but does not allow this.",
        "forbidden",
        "This token may not do this.",
    ),
    "404": Refusal(
        "NotFound",
        "There is no such thing in the workspace.",
        "not_found",
        "There is no task with this id",
    ),
    "409": Refusal(
        "Conflict",
        "The present state of the thing forbids it.",
        "already_training",
        "A training of this task is under way; wait until it finishes",
    ),
    "413": Refusal(
        "TooLarge",
        "The request, or the picture in it, is too large.",
        "payload_too_large",
        "A request may hold at most 6 MB",
    ),
    "422": Refusal(
        "OtherBody",
        "The `Idempotency-Key` was used before with another body.",
        "idempotency_mismatch",
        "This Idempotency-Key was used with another request",
    ),
    "429": Refusal(
        "TooMany",
        "Too many requests at once, of this caller or of all.",
        "too_many_requests",
        "Too many requests; slow down and try again.",
        again=True,
    ),
    "503": Refusal(
        "Unavailable",
        "Something this depends on did not answer; nothing was lost.",
        "temporarily_unavailable",
        "Try again in a moment.",
        again=True,
    ),
    "5XX": Refusal(
        "Fault",
        "A fault on our side.",
        "internal",
        "Something went wrong on our side",
    ),
}
"""By status; the last one stands for whatever of its kind has no line of its own."""

_WANTED = {
    200: "Done.",
    201: "Made.",
    202: "Begun; it goes on by itself.",
    204: "Done; the body is empty.",
}
HEADERS: Mapping[str, Any] = {
    "RateLimit-Policy": {
        "description": "How many requests (`q`) are taken in so many seconds (`w`), of all callers "
        "together: steadily, and at once. How many are left is not known.",
        "schema": {"type": "string"},
        "example": '"steady";q=200;w=1, "burst";q=400;w=2',
    },
}
"""What every answer has."""
_STANDING = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
_RETRY_AFTER = {
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}},
}


def responses_of(operation: Operation, answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """Describe every answer; `answer` is the content of the wanted one."""
    wanted: dict[str, Any] = {"description": _WANTED[operation.status], "headers": _STANDING}
    if answer is not None:
        wanted["content"] = answer
    refused = {status: reference(REFUSALS[status].name) for status in _refusals(operation)}
    return {str(operation.status): wanted, **refused}


def components() -> dict[str, Any]:
    """Describe every refusal once."""
    return {refusal.name: _response(refusal) for refusal in REFUSALS.values()}


def _refusals(operation: Operation) -> Sequence[str]:
    return sorted(set(_occurring(operation)))


def _occurring(operation: Operation) -> Iterator[str]:
    # 404 is always there: whoever names a workspace that is not the token's finds none.
    yield from ("401", "403", "404", "429", "503", "5XX")
    if operation.body or operation.query:
        yield "400"
    if operation.changes:
        yield "409"
    if operation.body:
        yield "413"
    yield from map(str, operation.also)


def _response(refusal: Refusal) -> dict[str, Any]:
    example = {
        "detail": refusal.detail,
        "code": refusal.code,
        "request_id": "8f0c1d2e-5b6a-4c3d-9e8f-7a6b5c4d3e2f",
    }
    content = {JSON: {"schema": {"$ref": ERROR_REFERENCE}, "example": example}}
    headers = {**_STANDING, **_RETRY_AFTER} if refusal.again else _STANDING
    return {"description": refusal.description, "headers": headers, "content": content}


def reference(name: str) -> dict[str, str]:
    """Refer to a refusal that is described once."""
    return {"$ref": f"#/components/responses/{name}"}
