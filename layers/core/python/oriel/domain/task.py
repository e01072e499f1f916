"""Tasks: a question asked of pictures, and the labels that may answer it."""

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from oriel.domain.abstention import Abstention, AbstentionMode
from oriel.domain.activation import Activation
from oriel.domain.augmentation import TrainingSetting
from oriel.domain.errors import InvalidInput
from oriel.domain.label import LabelType
from oriel.domain.traffic import Traffic
from oriel.values import dataclass

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


class TaskSettings(TypedDict, total=False):
    """What a task can be told; None is the same as absent."""

    store_images: bool | None
    activation: Activation | None
    training: TrainingSetting | None
    abstention: Abstention | None


class TaskChanges(TaskSettings, total=False):
    """What of a task can be changed; what is None or absent stays."""

    name: str | None
    description: str | None
    traffic: Traffic | None


@dataclass(frozen=True, slots=True)
class Task:
    """A task with its production version.

    `latest_version` is the highest version that was ever published, 0 before the first.
    `training_model_id` names the model in training; while it is set no other training may begin.
    `store_images` lets classification keep pictures as training images where a caller asks for it.
    `negative_label_id` names the label of a tagging task that says "none of the tags".
    `production_set_by` is the id of the user who chose the production version, None where it became
    that by being published. `production_reason` says in words how it came to be that, or why the
    latest version did not. `traffic` is the trial of a candidate, the last one where it has ended.
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
    production_reason: str | None = None
    activation: Activation = field(default_factory=Activation)
    abstention: Abstention = field(default_factory=Abstention)
    traffic: Traffic | None = None
    training: TrainingSetting = field(default_factory=TrainingSetting)

    @property
    def in_production(self) -> int | None:
        """The production version, None before there is one."""
        return None if self.production_version == NO_VERSION else self.production_version

    @property
    def trial(self) -> Traffic | None:
        """The trial that is under way, None where there is none."""
        traffic = self.traffic
        return traffic if traffic and traffic.runs_beside(self.production_version) else None


def check_abstention(kind: TaskType, setting: Abstention | None) -> None:
    """Raise InvalidInput where a task of this type cannot say that it does not know."""
    if setting is None or setting.mode is AbstentionMode.OFF or kind is TaskType.MULTI_CLASS:
        return
    raise InvalidInput(
        f"abstention: only a multi_class task abstains, which has one answer; this is a {kind} task"
    )
