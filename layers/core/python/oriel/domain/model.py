"""Models: the trained versions of a task."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any

from oriel.domain.errors import Conflict
from oriel.domain.export import Export
from oriel.domain.risk import RiskCoverage
from oriel.domain.task import Task, TaskType, TrainStatus
from oriel.values import dataclass

MAX_VERSION = 99_999_999
"""As many digits as the key of a version has."""


class TrainMode(StrEnum):
    """How a model is made: a head on stored embeddings, or a fine-tuned network."""

    INSTANT = "instant"
    FULL = "full"


class ArtifactKind(StrEnum):
    """What has to run to answer: the shared backbone and a head, or a network of its own."""

    HEAD = "head"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class ModelLabel:
    """A label as a model knows it; its place in the artifact's list is its output column."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """The stored file of a model and what is needed to run it.

    `key` is in the models bucket and ends in the content's SHA-256. `backbone` names the
    embedding a head stands on, and is empty for a network. `input_size` is the side of the square
    input in pixels. `temperature` divides the logits before they become probabilities.

    What the outputs are follows from `task_type`: one probability distribution over the labels,
    a probability of its own for each label, or a number in the units of the only label.

    `risk` is how often answers to pictures are wrong that the model was not fitted to, by their
    calibrated confidence; None in other tasks than multi_class, and where it was not measured.
    """

    kind: ArtifactKind
    key: str
    sha256: str
    size_bytes: int
    backbone: str
    input_size: int
    temperature: float
    labels: tuple[ModelLabel, ...]
    task_type: TaskType = TaskType.MULTI_CLASS
    risk: RiskCoverage | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A model of a task; `version` is None until it is published, `export` until that was tried.

    `production_reason` says in words why publishing it did or did not put it into production.
    """

    id: str
    workspace_id: str
    task_id: str
    task_name: str
    mode: TrainMode
    created: datetime
    version: int | None = None
    train_status: TrainStatus = TrainStatus.CREATED
    artifact: Artifact | None = None
    accuracy: float | None = None
    metrics: Mapping[str, Any] = field(default_factory=dict)
    snapshot_key: str | None = None
    failure: str | None = None
    finished: datetime | None = None
    export: Export | None = None
    production_reason: str | None = None


def check_deletable(model: Model, task: Task) -> None:
    """Raise Conflict for a model that its task answers with or tries, or that is in training."""
    if model.version is not None and model.version == task.production_version:
        raise Conflict(
            f"Version {model.version} is the production version; activate another version first"
        )
    if task.trial is not None and model.version == task.trial.candidate_version:
        raise Conflict(f"Version {model.version} is on trial; end the task's traffic first")
    if task.training_model_id == model.id:
        raise Conflict("The model is in training; wait until the training has finished")


def task_prefix(workspace_id: str, task_id: str) -> str:
    """Begin the key of every object of a task's, so that no two tasks ever share one."""
    return f"ws/{workspace_id}/tasks/{task_id}/"


def job_name(model_id: str) -> str:
    """Name the training job of a model; a repeat of the job adds a number to it."""
    return f"oriel-{model_id}"


def job_prefixes(model_id: str) -> tuple[str, str]:
    """Begin the keys of what training jobs leave in the models bucket: results, checkpoints."""
    name = job_name(model_id)
    return f"training-jobs/{name}-", f"checkpoints/{name}/"


def artifact_key(workspace_id: str, task_id: str, sha256: str, extension: str) -> str:
    """Name a model file by its content."""
    return f"{task_prefix(workspace_id, task_id)}models/{sha256}.{extension}"


def export_key(workspace_id: str, task_id: str, model_id: str) -> str:
    """Name a model's export in the models bucket."""
    return f"{task_prefix(workspace_id, task_id)}exports/{model_id}.zip"
