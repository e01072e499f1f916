"""Limits on the wire."""

from pydantic import Field

from functions.api.wire.base import Answer


class LimitsAnswer(Answer):
    """The most that one request takes."""

    records: int = Field(description="Pictures of a classification.")
    picture_bytes: int = Field(description="Bytes of a picture's file.")
    picture_pixels: int = Field(description="Width times height of a picture.")
    labels_of_upload: int = Field(description="Labels that an upload carries along.")
    labels_of_task: int
    page_size: int = Field(description="Things on one page of a listing.")
