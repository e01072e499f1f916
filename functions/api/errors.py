"""Errors as the management API answers them."""

from collections.abc import Mapping
from dataclasses import field

from oriel.adapters.gateway import retry_headers, status_of
from oriel.domain import errors
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """An error's status, body and headers."""

    status: int
    body: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


def domain_error(error: errors.OrielError, request_id: str) -> ErrorReply:
    """Tell the caller what the product says no to."""
    body = _body(str(error), error.code, request_id)
    return ErrorReply(status_of(error), body, retry_headers(error))


def internal_error(request_id: str) -> ErrorReply:
    """Admit a fault of ours without showing its inside."""
    return ErrorReply(500, _body("Something went wrong on our side", "internal", request_id))


def unknown_path(request_id: str) -> ErrorReply:
    """Say that nothing is here."""
    return ErrorReply(404, _body("There is nothing at this path", "not_found", request_id))


def wrong_method(allowed: str, request_id: str) -> ErrorReply:
    """Say which methods the path knows."""
    body = _body(f"This path takes {allowed}", "method_not_allowed", request_id)
    return ErrorReply(405, body, {"Allow": allowed})


def _body(detail: str, code: str, request_id: str) -> dict[str, str]:
    return {"detail": detail, "code": code, "request_id": request_id}
