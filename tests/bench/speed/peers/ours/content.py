"""A workspace with one trained task, as the tables and the models bucket hold it."""

import base64
import hashlib
from datetime import UTC, datetime
from typing import Any

from oriel.adapters.dynamodb.attributes import encode
from oriel.adapters.dynamodb.keys import task_key, version_sk
from oriel.adapters.dynamodb.model_items import model_to_item
from oriel.adapters.dynamodb.task_items import task_to_item
from oriel.adapters.gateway import caller_to_context
from oriel.domain.access import Permission, Role
from oriel.domain.ids import derived_id
from oriel.domain.model import (
    Artifact,
    ArtifactKind,
    Model,
    ModelLabel,
    TrainMode,
    artifact_key,
)
from oriel.domain.task import Task, TaskType, TrainStatus
from oriel.domain.workspace import Caller

from tests.bench.speed.peers.model import BACKBONE, LABELS, TEMPERATURE, Served

CORE, USAGE, MODELS, IMAGES = "core", "usage", "models", "images"
WORKSPACE, TASK, MODEL, USER = (derived_id("peers", name) for name in ("w", "t", "m", "u"))
CREATED = datetime(2026, 1, 1, tzinfo=UTC)
VERSION = 1


def content_of(served: Served) -> dict[str, Any]:
    """Return what the store is to hold, as its file has it."""
    artifact = _artifact(served)
    pointer = {**task_key(WORKSPACE, TASK, version_sk(VERSION)), "model_id": MODEL}
    items = [task_to_item(_task()), model_to_item(_model(artifact)), pointer]
    head = base64.b64encode(served.head_file).decode()
    return {
        "tables": {CORE: [encode(item) for item in items]},
        "objects": {f"/{MODELS}/{artifact.key}": head},
    }


def authorizer_context() -> dict[str, str]:
    """Return what the authorizer says of the task's owner."""
    roles = {WORKSPACE: Role.OWNER}
    return caller_to_context(Caller(WORKSPACE, USER, roles, frozenset(Permission)))


def _task() -> Task:
    return Task(
        TASK,
        WORKSPACE,
        "Peers",
        TaskType.MULTI_CLASS,
        CREATED,
        production_version=VERSION,
        latest_version=VERSION,
        last_train_status=TrainStatus.TRAINED,
    )


def _model(artifact: Artifact) -> Model:
    return Model(
        MODEL,
        WORKSPACE,
        TASK,
        "Peers",
        TrainMode.INSTANT,
        CREATED,
        version=VERSION,
        train_status=TrainStatus.TRAINED,
        artifact=artifact,
    )


def _artifact(served: Served) -> Artifact:
    head = served.head_file
    sha256 = hashlib.sha256(head).hexdigest()
    return Artifact(
        ArtifactKind.HEAD,
        artifact_key(WORKSPACE, TASK, sha256, "npy"),
        sha256,
        len(head),
        BACKBONE,
        served.input_size,
        TEMPERATURE,
        tuple(ModelLabel(derived_id("peers", name), name) for name in LABELS),
    )
