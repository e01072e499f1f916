"""Classification, for the OpenAPI document alone: the inference function answers it.

The document describes one public API; what answers which path is nothing that a caller sees.
"""

from typing import Annotated, Literal

from oriel.domain.abstention import AbstentionReason
from oriel.services.records import MAX_TASKS
from pydantic import ConfigDict, Field

from functions.api.wire.base import Answer, Request

SeveralTasks = Annotated[
    list[str],
    Field(min_length=1, max_length=MAX_TASKS, json_schema_extra={"uniqueItems": True}),
]


class Record(Answer):
    """A picture, by `_url` or by `_base64`; the caller's own fields come back in the answer.

    JPEG, PNG, WebP, AVIF, GIF (its first frame), BMP or TIFF, of 10 MB and 40 megapixels at most.
    """

    model_config = ConfigDict(extra="allow")

    url: str | None = Field(default=None, alias="_url", examples=["https://example.com/bolt.jpg"])
    base64: str | None = Field(default=None, alias="_base64")


class ClassifyRequest(Request):
    """What to classify."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["task_id"]}, {"required": ["task"]}]}
    )

    task_id: str | SeveralTasks | None = Field(
        default=None,
        description="Required, here or as `task`. As a list, also of one, each task answers each "
        "record in `_tasks`, and each is billed. They must lie in one workspace.",
    )
    task: str | SeveralTasks | None = Field(default=None, description="Another name of `task_id`.")
    version: int | None = Field(
        default=None,
        description="Absent: the production version. Not with a list of tasks.",
    )
    records: list[Record] = Field(min_length=1, max_length=10)
    store_images: bool = Field(
        default=False,
        description="Keep the pictures as training images, with the answers as proposals until "
        "somebody confirms them; the task's own store_images must be true. Not with a list of "
        "tasks.",
    )
    explain: bool = Field(
        default=False,
        description="Say of each answer where in the picture it comes from; it costs no more.",
    )
    explain_label: str | None = Field(
        default=None,
        description="Id of the label to explain, with explain; absent: each picture's best label. "
        "Not with a list of tasks.",
    )
    playground: bool = Field(
        default=False,
        description="Only try what the task would say. Where the deployment gives that for "
        "nothing, nothing is billed or kept, also not under an Idempotency-Key; elsewhere this "
        "is a request like any other. Not with store_images.",
    )
    sticky_id: str | None = Field(
        default=None,
        max_length=255,
        description="Whoever asks, in any words: while a candidate version is on trial, the same "
        "id is answered by the same version. Absent: the Idempotency-Key, or each request alone.",
    )


class AnsweredLabel(Answer):
    """What the model says of a label: how probable it is, or in regression its value."""

    id: str
    name: str
    prob: float | None = Field(
        default=None,
        description="In [0, 1]. In a multi_class task the labels' add up to 1; in a multi_label "
        "task each tag has one of its own. Absent in regression.",
    )
    value: float | None = Field(
        default=None, description="In the label's units. Only in regression."
    )


class RecordStatus(Answer):
    """Whether a record, or the whole request, was answered: 200, or what is wrong."""

    code: int = Field(examples=[200])
    text: str = Field(examples=["OK"])
    request_id: str


class ExplainedLabel(Answer):
    """The label that is explained."""

    id: str
    name: str


class Explanation(Answer):
    """A coarse heat map: how much each place of the picture speaks for the label."""

    label: ExplainedLabel = Field(description="The label whose answer is split up.")
    rows: int = Field(description="Of places, from the top.", examples=[7])
    columns: int = Field(description="Of places, from the left.", examples=[7])
    box: list[int] = Field(
        description="What the places cover evenly, [xmin, ymin, xmax, ymax] in the picture's "
        "pixels as displayed.",
        examples=[[0, 0, 640, 480]],
    )
    heat: list[list[float]] = Field(
        description="Rows from the top, in each the places from the left: 0 where a place adds "
        "`lowest`, 1 where it adds `highest`, evenly between."
    )
    lowest: float = Field(description="What a place of heat 0 adds.")
    highest: float = Field(description="What a place of heat 1 adds.")
    base: float = Field(
        description="What the places add up to together with this is, in regression, the value; "
        "in a multi_label task the natural logarithm of the tag's odds; in a multi_class task how "
        "far the label's logit lies above the mean of all labels'."
    )


class _Said(Answer):
    """What a task answers to a record."""

    best_label: AnsweredLabel | None = None
    labels: list[AnsweredLabel] | None = Field(
        default=None,
        description="All labels of the model, the most probable first. A multi_label task's "
        "negative label is not among them.",
    )
    abstained: Literal[True] | None = Field(
        default=None,
        description="The model does not know, by the task's `abstention`; its labels are what it "
        "would have said. Absent where it knows.",
    )
    abstain_reason: AbstentionReason | None = Field(
        default=None,
        description="unsure: the best label is not probable enough; too_costly: it costs more on "
        "average than abstaining; target_out_of_reach: no probability is enough for this version "
        "to make so few mistakes; not_measured: this version was trained before abstention, train "
        "again.",
    )
    explanation: Explanation | None = Field(default=None, description="With explain.")
    explain_error: str | None = Field(
        default=None,
        alias="_explain_error",
        description="Why there is none, with explain; the answer holds all the same.",
    )
    record_id: str | None = Field(
        default=None,
        alias="_record_id",
        description="While a candidate version is on trial: what `feedback` of the task takes.",
    )


class AnsweredTask(Answer):
    """A task, and the version of it that answered."""

    task_id: str
    version: int


class TaskAnswer(_Said, AnsweredTask):
    """What one of several tasks answers to a record."""


class RecordAnswer(_Said):
    """An answered record; without labels where its `_status` is not 200, or under `_tasks`."""

    model_config = ConfigDict(extra="allow")

    status: RecordStatus = Field(alias="_status")
    tasks: list[TaskAnswer] | None = Field(
        default=None,
        alias="_tasks",
        description="Where the tasks came as a list: what each says, in the order of the request.",
    )
    width: int | None = Field(default=None, alias="_width")
    height: int | None = Field(default=None, alias="_height")
    stored_image_id: str | None = Field(
        default=None,
        alias="_stored_image_id",
        description="The training image that the picture became, with store_images.",
    )
    store_error: str | None = Field(
        default=None,
        alias="_store_error",
        description="Why it became none, with store_images; the answer holds all the same.",
    )


class Receipt(Answer):
    """What an answer is billed by."""

    facts: list[str] = Field(
        description="One for each answered record and task, as downloads of usage name it: the "
        "request, the place of the record, that of the task.",
        examples=[["key.order-1/0/0"]],
    )
    units: int
    price_version: str = Field(description="The price list of the moment.", examples=["2026-11"])
    remaining: int | None = Field(
        description="Credits that are left of plan, packs and caps after this; null where nothing "
        "limits them."
    )


class Statistics(Answer):
    """Of the request as a whole."""

    processing_time: float = Field(alias="processing time", description="In seconds.")
    billing: Receipt = Field(description="A retry is given the same, and costs nothing.")


class ClassifyAnswer(Answer):
    """The records in the order in which they were sent."""

    task_id: str | None = Field(default=None, description="Where one task was asked.")
    version: int | None = Field(default=None, description="Which version of it answered.")
    tasks: list[AnsweredTask] | None = Field(
        default=None, description="Where the tasks came as a list: they, in its order."
    )
    status: RecordStatus
    statistics: Statistics
    records: list[RecordAnswer]
