"""Makes things of one fresh workspace, each a second younger than the one before."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from oriel.domain.activation import Activation, ActivationPolicy
from oriel.domain.ids import new_id
from oriel.domain.image import Image, original_key
from oriel.domain.label import Label, LabelType
from oriel.domain.member import User
from oriel.domain.model import Artifact, ArtifactKind, Model, ModelLabel, TrainMode
from oriel.domain.risk import RiskCoverage
from oriel.domain.task import Task, TaskType
from oriel.domain.token import TokenGrant, hash_token, new_token
from oriel.domain.workspace import Workspace

from tests.fakes.clock import FrozenClock


@dataclass
class Maker:
    workspace_id: str = field(default_factory=new_id)
    clock: FrozenClock = field(default_factory=FrozenClock)

    def now(self) -> datetime:
        self.clock.advance(1)
        return self.clock()

    def user(self, **changes: Any) -> User:
        return replace(User(new_id(), "Ada & Söhne", self.now(), "ada@example.org"), **changes)

    def workspace(self, owner_id: str, **changes: Any) -> Workspace:
        workspace = Workspace(self.workspace_id, f"Screws {new_id()}", self.now(), owner_id)
        return replace(workspace, **changes)

    def grant(self, user_id: str, **changes: Any) -> TokenGrant:
        hashed = hash_token(new_token())
        grant = TokenGrant(new_id(), hashed, self.workspace_id, user_id, self.now(), "first")
        return replace(grant, **changes)

    def task(self, name: str = "Fasteners", **changes: Any) -> Task:
        task = Task(new_id(), self.workspace_id, name, TaskType.MULTI_CLASS, self.now())
        task = replace(task, activation=Activation(ActivationPolicy.ALWAYS))
        return replace(task, **changes)

    def label(self, name: str = "bolt", **changes: Any) -> Label:
        label = Label(new_id(), self.workspace_id, name, LabelType.CATEGORY, self.now())
        return replace(label, **changes)

    def tagging(self, name: str = "Defects") -> tuple[Task, Label]:
        """A tagging task as it is created, with its negative label."""
        task = self.task(name, type=TaskType.MULTI_LABEL, labels_count=1)
        negative = self.label(
            name, type=LabelType.TAG, tasks_count=1, negative_for_task=task.id, created=task.created
        )
        return replace(task, negative_label_id=negative.id), negative

    def image(self, **changes: Any) -> Image:
        image_id = new_id()
        image = Image(
            id=image_id,
            workspace_id=self.workspace_id,
            created=self.now(),
            content_type="image/png",
            size_bytes=1234,
            sha256=hashlib.sha256(original_key(self.workspace_id, image_id).encode()).hexdigest(),
            width=28,
            height=30,
            meta_data={"shelf": 4, "scale": 0.5, "tags": ["a", ""], "": None},
        )
        return replace(image, **changes)

    def model(self, task: Task, **changes: Any) -> Model:
        model = Model(new_id(), task.workspace_id, task.id, task.name, TrainMode.FULL, self.now())
        return replace(model, **changes)

    def evaluated(self, model: Model) -> Model:
        artifact = Artifact(
            kind=ArtifactKind.HEAD,
            key=f"ws/{model.workspace_id}/models/{'0' * 64}.npy",
            sha256="0" * 64,
            size_bytes=5120,
            backbone="lite0-int8",
            input_size=224,
            temperature=1.25,
            labels=(ModelLabel(new_id(), "bolt"), ModelLabel(new_id(), "nut")),
            risk=RiskCoverage.of([0.9, 0.875, 0.5], [True, False, True]),
        )
        return replace(model, artifact=artifact, accuracy=1.0, metrics={"f1": [0.5, 1.0]})
