"""Errors as inference answers them."""

from collections.abc import Mapping

from oriel.adapters.gateway import retry_headers, status_of
from oriel.domain import errors

from functions.inference.gateway import Reply


class MethodNotAllowed(errors.OrielError):
    """The path knows other methods."""

    code = "method_not_allowed"


def error_reply(error: errors.OrielError, request_id: str) -> Reply:
    """Say what is wrong, for people (`detail`) and for the public client (`status`)."""
    status = 405 if isinstance(error, MethodNotAllowed) else status_of(error)
    return _reply(status, str(error), error.code, request_id, retry_headers(error))


def internal_error_reply(request_id: str) -> Reply:
    """Admit a fault of ours without showing its inside."""
    return _reply(500, "Something went wrong on our side", "internal", request_id, {})


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
