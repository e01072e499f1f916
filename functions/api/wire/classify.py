"""Classification, for the OpenAPI document alone: the inference function answers it.

The document describes one public API; what answers which path is nothing that a caller sees.
"""

from pydantic import ConfigDict, Field

from functions.api.wire.base import Answer, Request


class Record(Answer):
    """A picture, by `_url` or by `_base64`; the caller's own fields come back in the answer."""

    model_config = ConfigDict(extra="allow")

    url: str | None = Field(default=None, alias="_url")
    base64: str | None = Field(default=None, alias="_base64")


class ClassifyRequest(Request):
    """What to classify."""

    task_id: str
    version: int | None = Field(default=None, description="Absent: the production version.")
    records: list[Record] = Field(min_length=1, max_length=10)


class Probability(Answer):
    """How sure the model is of a label."""

    id: str
    name: str
    prob: float


class RecordStatus(Answer):
    """Whether a record, or the whole request, was answered: 200, or what is wrong."""

    code: int
    text: str
    request_id: str


class RecordAnswer(Answer):
    """An answered record; without labels where its `_status` is not 200."""

    model_config = ConfigDict(extra="allow")

    status: RecordStatus = Field(alias="_status")
    best_label: Probability | None = None
    labels: list[Probability] | None = Field(default=None, description="Most probable first.")
    width: int | None = Field(default=None, alias="_width")
    height: int | None = Field(default=None, alias="_height")


class ClassifyAnswer(Answer):
    """The records in the order in which they were sent."""

    task_id: str
    version: int
    status: RecordStatus
    statistics: dict[str, float]
    records: list[RecordAnswer]
