"""Labels on the wire."""

from typing import Any

from oriel.domain.label import Label, LabelType
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
        return cls(**_fields(label))


class LabelDetailAnswer(LabelAnswer):
    """A label by itself; `recognition_tasks` are follow-up tasks of annotation."""

    recognition_tasks: list[dict[str, str]] = Field(default=[])

    @classmethod
    def from_domain(cls, label: Label) -> "LabelDetailAnswer":
        """Answer with a label."""
        return cls(**_fields(label))


def _fields(label: Label) -> dict[str, Any]:
    return {
        "id": label.id,
        "workspace": label.workspace_id,
        "name": label.name,
        "type": label.type,
        "description": label.description,
        "output_name": label.output_name,
        "images_count": label.images_count,
        "tasks_count": label.tasks_count,
        "created": label.created,
    }
