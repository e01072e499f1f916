"""Labels on the wire."""

from typing import Any

from oriel.domain.label import CarriedLabel, Label, LabelType
from pydantic import Field

from functions.api.wire.base import Answer, Moment, Name, Request, Text


class LabelCreate(Request):
    """A new label."""

    name: Name
    type: LabelType = LabelType.CATEGORY
    description: Text = ""
    output_name: Name | None = None


class LabelAnswer(Answer):
    """A label; `images_count` counts every image that carries it."""

    id: str
    workspace: str
    name: str
    type: str
    description: str
    output_name: str | None
    images_count: int
    tasks_count: int
    negative_for_task: str | None = None
    created: Moment

    @classmethod
    def from_domain(cls, label: Label) -> "LabelAnswer":
        """Answer with a label."""
        return cls(**label_fields(label))


class CarriedLabelAnswer(LabelAnswer):
    """A label of an image; a `proposal` is a model's guess, and no ground truth until confirmed."""

    value: float | None = Field(description="The number that a label of the type value gives.")
    proposal: bool

    @classmethod
    def of(cls, carried: CarriedLabel) -> "CarriedLabelAnswer":
        """Answer with a label of an image."""
        fields = label_fields(carried.label)
        return cls(**fields, value=carried.value, proposal=carried.proposal)


class LabelDetailAnswer(LabelAnswer):
    """A label by itself; `recognition_tasks` are follow-up tasks of annotation."""

    recognition_tasks: list[dict[str, str]] = Field(default=[])

    @classmethod
    def from_domain(cls, label: Label) -> "LabelDetailAnswer":
        """Answer with a label."""
        return cls(**label_fields(label))


def label_fields(label: Label) -> dict[str, Any]:
    """Say what every answer with a label says."""
    return {
        "id": label.id,
        "workspace": label.workspace_id,
        "name": label.name,
        "type": label.type,
        "description": label.description,
        "output_name": label.output_name,
        "images_count": label.images_count,
        "tasks_count": label.tasks_count,
        "negative_for_task": label.negative_for_task,
        "created": label.created,
    }
