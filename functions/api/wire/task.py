"""Tasks on the wire."""

from oriel.domain.task import Task, TaskType
from pydantic import Field, StrictInt

from functions.api.wire.abstention import AbstentionSetting
from functions.api.wire.activation import ActivationSetting
from functions.api.wire.base import Answer, Moment, Name, Request, Text
from functions.api.wire.traffic import TrafficSetting
from functions.api.wire.training import TrainingSettings

_STORE_IMAGES = "Whether classify may keep pictures as training images."


class TaskCreate(Request):
    """A new task."""

    name: Name
    type: TaskType
    description: Text = ""
    store_images: bool = Field(default=False, description=_STORE_IMAGES)
    activation: ActivationSetting | None = None
    training: TrainingSettings | None = None
    abstention: AbstentionSetting | None = None


class TaskUpdate(Request):
    """What of a task can be changed; what is absent stays."""

    name: Name | None = Field(default=None, examples=["Screws and bolts"])
    description: Text | None = None
    store_images: bool | None = Field(default=None, description=_STORE_IMAGES)
    production_version: StrictInt | None = Field(
        default=None,
        description="The version that answers from now on, as `activate` of its model.",
    )
    activation: ActivationSetting | None = None
    traffic: TrafficSetting | None = None
    training: TrainingSettings | None = None
    abstention: AbstentionSetting | None = None


class TaskAnswer(Answer):
    """A task; `production_version` is -1 before the first successful training."""

    id: str
    workspace: str
    name: str
    type: str
    description: str
    production_version: int
    production_since: Moment | None = Field(description="When that version went into production.")
    production_set_by: str | None = Field(
        description="Id of the user who chose it, null where it was the latest to be trained."
    )
    production_reason: str | None = Field(
        description="How that version came into production, or why the latest did not."
    )
    activation: ActivationSetting
    traffic: TrafficSetting | None
    training: TrainingSettings
    abstention: AbstentionSetting
    last_train_status: str
    labels_count: int
    store_images: bool = Field(description=_STORE_IMAGES)
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
            production_since=task.production_since,
            production_set_by=task.production_set_by,
            production_reason=task.production_reason,
            activation=ActivationSetting.from_domain(task.activation),
            traffic=None if task.trial is None else TrafficSetting.from_domain(task.trial),
            training=TrainingSettings.from_domain(task.training),
            abstention=AbstentionSetting.from_domain(task.abstention),
            last_train_status=task.last_train_status,
            labels_count=task.labels_count,
            store_images=task.store_images,
            created=task.created,
        )
