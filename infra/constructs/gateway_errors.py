"""What API Gateway answers by itself, in the same JSON as the functions.

A client reads `detail`; one that called an inference route also needs `status`, and the gateway
cannot tell routes apart, so every answer carries both, and the limits of callers.
"""

import json
from typing import Any

from aws_cdk.aws_apigateway import ResponseType, RestApi

from infra.constructs.throttle import CALLERS

BROKEN = "Something went wrong here."
RETRY_SECONDS = 1
AGAIN = {"429", "503", "504"}
"""Statuses where coming back helps."""
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "RateLimit-Policy, Retry-After",
    "RateLimit-Policy": CALLERS.policy,
}
"""Of every answer that no function gives."""
SLOWER = "Too many requests; slow down and try again."
AGAIN_LATER = "Try again; nothing was changed."
# type, HTTP status, code, detail
ANSWERS = (
    ("UNAUTHORIZED", 401, "unauthenticated", "Invalid token."),
    ("ACCESS_DENIED", 403, "forbidden", "This token may not do this."),
    ("EXPIRED_TOKEN", 401, "unauthenticated", "Invalid token."),
    ("INVALID_SIGNATURE", 401, "unauthenticated", "Invalid token."),
    ("INVALID_API_KEY", 403, "forbidden", "This token may not do this."),
    # What the gateway calls a missing token is a route that does not exist.
    ("MISSING_AUTHENTICATION_TOKEN", 404, "not_found", "There is nothing at this address."),
    ("RESOURCE_NOT_FOUND", 404, "not_found", "There is nothing at this address."),
    ("BAD_REQUEST_BODY", 400, "invalid_input", "The body of the request cannot be read."),
    ("BAD_REQUEST_PARAMETERS", 400, "invalid_input", "The request's parameters cannot be read."),
    ("UNSUPPORTED_MEDIA_TYPE", 415, "invalid_input", "Send application/json."),
    ("REQUEST_TOO_LARGE", 413, "payload_too_large", "The request is too large."),
    ("THROTTLED", 429, "too_many_requests", SLOWER),
    ("QUOTA_EXCEEDED", 429, "too_many_requests", SLOWER),
    ("WAF_FILTERED", 403, "forbidden", "The request was refused."),
    ("AUTHORIZER_FAILURE", 503, "temporarily_unavailable", AGAIN_LATER),
    # Also of an authorizer that is throttled, or whose table did not answer it.
    ("AUTHORIZER_CONFIGURATION_ERROR", 503, "temporarily_unavailable", AGAIN_LATER),
    ("API_CONFIGURATION_ERROR", 500, "internal_error", BROKEN),
    # What Lambda's 429 becomes, where no concurrency is left (docs/adr/0024-overload.md).
    ("INTEGRATION_FAILURE", 429, "too_many_requests", SLOWER),
    ("INTEGRATION_TIMEOUT", 504, "temporarily_unavailable", "It took too long; try again."),
)


def answer_in_json(api: RestApi) -> None:
    """Replace every answer that API Gateway would give in a form of its own."""
    for name, status, code, detail in ANSWERS:
        _add(api, ResponseType.of(name), str(status), body(code, detail, status))
    # These two stand for whatever is not listed above and keep the status it has.
    _add(api, ResponseType.DEFAULT_4_XX, None, body("invalid_input", "Bad request.", 400))
    _add(api, ResponseType.DEFAULT_5_XX, None, body("internal_error", BROKEN, 500))


def words(code: str, detail: str, status: int) -> dict[str, Any]:
    """Say what is wrong in the contract's fields, but for the request's id."""
    return {"detail": detail, "code": code, "status": {"code": status, "text": detail}}


def body(code: str, detail: str, status: int) -> str:
    """The template of an answer; `$context.requestId` is filled in by the gateway."""
    return json.dumps({**words(code, detail, status), "request_id": "$context.requestId"})


def _add(api: RestApi, kind: ResponseType, status: str | None, template: str) -> None:
    headers = {name: f"'{value}'" for name, value in HEADERS.items()}
    if status in AGAIN:
        headers["Retry-After"] = f"'{RETRY_SECONDS}'"
    api.add_gateway_response(
        f"Answer{kind.response_type}",
        type=kind,
        status_code=status,
        response_headers=headers,
        templates={"application/json": template},
    )
