"""Errors on the wire."""

from pydantic import Field

from functions.api.wire.base import Answer


class ErrorStatus(Answer):
    """The same once more, for clients of inference."""

    code: int = Field(description="The HTTP status.", examples=[400])
    text: str = Field(description="The same as `detail`.")


class ErrorAnswer(Answer):
    """What is wrong and what to do about it."""

    detail: str = Field(description="For people.")
    code: str = Field(description="For programs.", examples=["invalid_input"])
    request_id: str = Field(description="Finds the request in the logs.")
    status: ErrorStatus | None = Field(
        default=None, description="On inference, and where the gateway answers by itself."
    )
