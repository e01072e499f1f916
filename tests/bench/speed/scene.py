"""What is needed to be asked once: a task, its model, a picture and the event that brings it."""

import base64
import hashlib
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import numpy as np
from oriel.adapters.dynamodb.keys import task_key, version_sk
from oriel.adapters.dynamodb.model_items import model_to_item
from oriel.adapters.dynamodb.task_items import task_to_item
from oriel.adapters.gateway import caller_to_context
from oriel.domain.access import Permission, Role
from oriel.domain.ids import new_id
from oriel.domain.model import Artifact, ArtifactKind, Model, ModelLabel, TrainMode
from oriel.domain.task import Task, TaskType
from oriel.domain.workspace import Caller
from oriel_vision.head import head_to_bytes
from PIL import Image

from tests.bench.speed.aws_in_memory import MemoryAws, memory_aws

BACKBONE, DIM, SIDE = "lite0-int8", 1280, 224
LABELS = 10
BUCKET = "models"
MADE = datetime(2026, 11, 21, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scene:
    """A trained task of one workspace, and a picture for it."""

    task: Task
    model: Model
    head: bytes
    picture: bytes

    @classmethod
    def new(cls, width: int = 640, height: int = 480) -> "Scene":
        """Make up a task, a head and a JPEG of this size."""
        head, workspace_id, task_id = _head(), new_id(), new_id()
        sha256 = hashlib.sha256(head).hexdigest()
        labels = tuple(ModelLabel(new_id(), f"label {number}") for number in range(LABELS))
        artifact = Artifact(
            ArtifactKind.HEAD, f"{sha256}.npy", sha256, len(head), BACKBONE, SIDE, 1.0, labels
        )
        model = Model(new_id(), workspace_id, task_id, "Things", TrainMode.INSTANT, MADE, 1)
        task = Task(task_id, workspace_id, "Things", TaskType.MULTI_CLASS, MADE)
        return cls(
            replace(task, production_version=1, latest_version=1),
            replace(model, artifact=artifact),
            head,
            _jpeg(width, height),
        )

    @contextmanager
    def stored(self) -> Iterator[MemoryAws]:
        """Serve tables and bucket while the block runs."""
        workspace_id, task = self.task.workspace_id, self.task
        pointer = {
            **task_key(workspace_id, task.id, version_sk(1)),
            "model_id": self.model.id,
        }
        objects = {f"{BUCKET}/{self._key}": self.head}
        items = task_to_item(task), model_to_item(self.model), pointer
        with memory_aws(*items, objects=objects) as aws:
            yield aws

    def event(self) -> dict[str, Any]:
        """What API Gateway sends for a request that classifies the picture."""
        record = {"_base64": base64.b64encode(self.picture).decode()}
        roles = {self.task.workspace_id: Role.OWNER}
        caller = Caller(self.task.workspace_id, new_id(), roles, frozenset(Permission))
        return {
            "httpMethod": "POST",
            "path": "/recognition/v2/classify",
            "resource": "/recognition/v2/classify",
            "headers": {"Content-Type": "application/json"},
            "body": json.dumps({"task_id": self.task.id, "records": [record]}),
            "isBase64Encoded": False,
            "requestContext": {
                "requestId": str(uuid.uuid4()),
                "authorizer": caller_to_context(caller),
            },
        }

    @property
    def _key(self) -> str:
        if self.model.artifact is None:
            raise ValueError("the scene's model has no artifact")
        return self.model.artifact.key


def _head() -> bytes:
    weights = np.random.default_rng(1).normal(size=(DIM + 1, LABELS))
    return head_to_bytes(weights.astype(np.float32))


def _jpeg(width: int, height: int) -> bytes:
    """Return a JPEG with edges and gradients, which takes as long to decode as a photograph."""
    random = np.random.default_rng(2)
    coarse = random.integers(0, 256, (height // 16 + 1, width // 16 + 1, 3)).astype(np.uint8)
    image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    target = BytesIO()
    image.save(target, "JPEG", quality=85)
    return target.getvalue()
