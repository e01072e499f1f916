"""Errors on the wire."""

from functions.api.wire.base import Answer


class ErrorAnswer(Answer):
    """What is wrong and what to do about it; on inference also `status`."""

    detail: str
    code: str
    request_id: str
