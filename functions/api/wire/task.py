"""Tasks on the wire."""

from oriel.domain.task import Task, TaskType

from functions.api.wire.base import Answer, Moment, Name, Request, Text


class TaskCreate(Request):
    """A new task."""

    name: Name
    type: TaskType
    description: Text = ""


class TaskUpdate(Request):
    """What of a task can be changed; what is absent stays."""

    name: Name | None = None
    description: Text | None = None


class TaskAnswer(Answer):
    """A task; `production_version` is -1 before the first successful training."""

    id: str
    workspace: str
    name: str
    type: str
    description: str
    production_version: int
    last_train_status: str
    labels_count: int
    created: Moment

    @classmethod
    def from_domain(cls, task: Task) -> "TaskAnswer":
        """Answer with a task."""
        return cls(
            id=task.id,
            workspace=task.workspace_id,
            name=task.name,
            type=task.type,
            description=task.description,
            production_version=task.production_version,
            last_train_status=task.last_train_status,
            labels_count=task.labels_count,
            created=task.created,
        )
