"""A workspace with a task of two labels, its pictures and their embeddings, in memory."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from oriel.domain.ids import new_id
from oriel.domain.image import Image, ImageStatus
from oriel.domain.label import Label
from oriel.domain.model import Model, TrainMode
from oriel.domain.task import LABEL_TYPE_OF, Task, TaskType

from tests.fakes.blobs import MemoryBlobs
from tests.fakes.clock import FrozenClock
from tests.fakes.core import MemoryCore
from tests.fakes.embeddings import MemoryEmbeddingStore
from tests.fakes.images import MemoryImageStore
from tests.fakes.labels import MemoryLabelStore
from tests.fakes.models import MemoryModelStore
from tests.fakes.tasks import MemoryTaskStore

WORKSPACE = "11111111-1111-4111-8111-111111111111"
STRANGER = "99999999-9999-4999-8999-999999999999"
BACKBONE = "lite0-int8"
DIMENSIONS = 16


@dataclass
class World:
    core: MemoryCore = field(default_factory=MemoryCore)
    clock: FrozenClock = field(default_factory=FrozenClock)
    pictures: MemoryBlobs = field(default_factory=MemoryBlobs)
    artifacts: MemoryBlobs = field(default_factory=MemoryBlobs)
    datasets: MemoryBlobs = field(default_factory=MemoryBlobs)
    task_type: TaskType = TaskType.MULTI_CLASS
    label_names: tuple[str, str] = ("Boots", "Shirts")

    def __post_init__(self) -> None:
        self.tasks = MemoryTaskStore(self.core)
        self.labels = MemoryLabelStore(self.core)
        self.images = MemoryImageStore(self.core)
        self.embeddings = MemoryEmbeddingStore(self.core)
        self.models = MemoryModelStore(self.core)
        self.random = np.random.default_rng(7)
        self.task = self._task()
        self.boots = self._label(self.label_names[0])
        self.shirts = self._label(self.label_names[1])
        self.model = self.begin()

    def _task(self) -> Task:
        task = Task(new_id(), WORKSPACE, "Wardrobe", self.task_type, self.clock())
        self.tasks.create(task)
        return task

    def _label(self, name: str, negative_for_task: str | None = None) -> Label:
        self.clock.advance(1)
        label = Label(
            new_id(),
            WORKSPACE,
            name,
            LABEL_TYPE_OF[self.task_type],
            self.clock(),
            negative_for_task=negative_for_task,
        )
        self.labels.create(label)
        self.tasks.attach_label(WORKSPACE, self.task.id, label.id)
        return label

    def begin(self, mode: TrainMode = TrainMode.INSTANT) -> Model:
        model = Model(new_id(), WORKSPACE, self.task.id, self.task.name, mode, self.clock())
        self.tasks.begin_training(self.tasks.get(WORKSPACE, self.task.id), model)
        return model

    def add(
        self, label: Label, count: int, *, test_image: bool = False, towards: float = 1.0
    ) -> list[Image]:
        """Add READY pictures whose embeddings lie around a label's own direction."""
        return [
            self.ready(self.upload(label, test_image=test_image), towards) for _ in range(count)
        ]

    def upload(self, *labels: Label, test_image: bool = False, value: float | None = None) -> Image:
        """Add an image that ingest has not seen yet."""
        image = Image(
            id=new_id(),
            workspace_id=WORKSPACE,
            created=self.clock(),
            content_type="image/png",
            size_bytes=1,
            sha256=self.random.bytes(32).hex(),
            width=28,
            height=28,
            test_image=test_image,
        )
        self.images.create(image, [label.id for label in labels])
        if value is not None:
            self.images.add_label(WORKSPACE, image.id, labels[0].id, self.clock(), value)
        self.pictures.put(f"ws/{WORKSPACE}/images/{image.id}", b"picture", "image/png")
        return image

    def ready(self, image: Image, towards: float = 1.0) -> Image:
        """Do what ingest does; `towards` -1 gives the embedding of the other label."""
        known = replace(image, status=ImageStatus.READY, perceptual_hash=self.random.bytes(8).hex())
        self.images.mark_ready(known)
        labels = {carried.label.id for carried in self.images.labels(WORKSPACE, image.id)}
        sign = 1.0 if self.boots.id in labels else -1.0
        self.embed(image, np.full(DIMENSIONS, sign * towards))
        return known

    def embed(self, image: Image, around: NDArray[np.floating]) -> None:
        """Store an embedding with a little noise."""
        vector = self.random.normal(0, 0.2, DIMENSIONS) + around
        self.embeddings.put(WORKSPACE, image.id, BACKBONE, vector.astype("<f2").tobytes())

    def fill(self, count: int = 30) -> "World":
        self.add(self.boots, count)
        self.add(self.shirts, count)
        return self

    def now(self) -> Model:
        return self.models.get(WORKSPACE, self.model.id)
