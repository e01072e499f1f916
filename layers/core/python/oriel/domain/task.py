"""Tasks: a question asked of pictures, and the labels that may answer it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from oriel.domain.label import LabelType

NO_VERSION = -1
"""`production_version` before the first successful training, as the public contract has it."""

MAX_TASKS_OF_WORKSPACE = 1000
"""A search reads them all, so there is a bound to them."""

MAX_LABELS_OF_TASK = 1000
MAX_LABEL_NAMES_BYTES = 250_000
"""Of all labels of a task together, as JSON: a model carries them in its item of 400 KB."""


class TaskType(StrEnum):
    """The kind of question."""

    MULTI_CLASS = "multi_class"
    MULTI_LABEL = "multi_label"
    REGRESSION = "regression"


class TrainStatus(StrEnum):
    """Where the latest training of a task, or a model, stands."""

    NOT_TRAINED = "NOT_TRAINED"
    CREATED = "CREATED"
    IN_TRAINING = "IN_TRAINING"
    TRAINED = "TRAINED"
    FAILED = "FAILED"


LABEL_TYPE_OF = {
    TaskType.MULTI_CLASS: LabelType.CATEGORY,
    TaskType.MULTI_LABEL: LabelType.TAG,
    TaskType.REGRESSION: LabelType.VALUE,
}


@dataclass(frozen=True, slots=True)
class Task:
    """A task with its production version.

    `latest_version` is the highest version that was ever published, 0 before the first.
    `training_model_id` names the model in training; while it is set no other training may begin.
    `store_images` lets classification keep pictures as training images where a caller asks for it.
    `negative_label_id` names the label of a tagging task that says "none of the tags".
    `production_set_by` is the id of the user who chose the production version, None where it became
    that by being published.
    """

    id: str
    workspace_id: str
    name: str
    type: TaskType
    created: datetime
    description: str = ""
    production_version: int = NO_VERSION
    latest_version: int = 0
    last_train_status: TrainStatus = TrainStatus.NOT_TRAINED
    training_model_id: str | None = None
    labels_count: int = 0
    store_images: bool = False
    negative_label_id: str | None = None
    production_since: datetime | None = None
    production_set_by: str | None = None
