"""Labels on the wire."""

from collections.abc import Sequence
from typing import Annotated, Any

from oriel.domain.label import CarriedLabel, Label, LabelChange, LabelType
from pydantic import Field, StringConstraints

from functions.api.wire.base import Answer, Moment, Name, Request, Text

OutputName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class LabelCreate(Request):
    """A new label."""

    name: Name
    type: LabelType = LabelType.CATEGORY
    description: Text = ""
    output_name: OutputName | None = Field(
        default=None,
        description="The name in answers of recognition, instead of `name`; empty for none.",
    )


class LabelUpdate(Request):
    """What of a label can be changed; what is absent stays."""

    name: Name | None = Field(default=None, examples=["bolt"])
    description: Text | None = None
    output_name: OutputName | None = Field(default=None, description="Empty for none.")

    def to_domain(self) -> LabelChange:
        """Read the change."""
        return LabelChange(self.name, self.description, self.output_name)


class TaskReference(Request):
    """Names a task."""

    task_id: str


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
    negative_for_task: str | None = Field(
        description='Id of the tagging task whose "none of the tags" this label is.'
    )
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


class TaskName(Answer):
    """A task, by its id."""

    id: str


class LabelDetailAnswer(LabelAnswer):
    """A label by itself; `recognition_tasks` are follow-up tasks of annotation."""

    recognition_tasks: list[TaskName]

    @classmethod
    def with_tasks(cls, label: Label, task_ids: Sequence[str]) -> "LabelDetailAnswer":
        """Answer with a label and its follow-up tasks."""
        tasks = [TaskName(id=task_id) for task_id in task_ids]
        return cls(**label_fields(label), recognition_tasks=tasks)


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
