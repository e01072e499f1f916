"""Errors as HTTP: the only table of which error is which status."""

from collections.abc import Mapping

from oriel.domain import errors

from functions.inference.gateway import Reply

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


class MethodNotAllowed(errors.OrielError):
    """The path knows other methods."""

    code = "method_not_allowed"


def error_reply(error: errors.OrielError, request_id: str) -> Reply:
    """Say what is wrong, for people (`detail`) and for the public client (`status`)."""
    status = _status_of(type(error))
    headers = {"Retry-After": "1"} if status == STATUS_OF[errors.TemporarilyUnavailable] else {}
    return _reply(status, str(error), error.code, request_id, headers)


def internal_error_reply(request_id: str) -> Reply:
    """Admit a fault of ours without showing its inside."""
    return _reply(500, "Something went wrong on our side", "internal", request_id, {})


def _status_of(kind: type[errors.OrielError]) -> int:
    if issubclass(kind, MethodNotAllowed):
        return 405
    return next((STATUS_OF[base] for base in kind.__mro__ if base in STATUS_OF), 500)


def _reply(
    status: int, detail: str, code: str, request_id: str, headers: Mapping[str, str]
) -> Reply:
    body = {
        "detail": detail,
        "code": code,
        "request_id": request_id,
        "status": {"code": status, "text": detail, "request_id": request_id},
    }
    return Reply(status, body, headers)
