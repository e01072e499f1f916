"""What the routes work with: the product's use cases, and its stores for plain reading."""

from dataclasses import dataclass

from oriel.ports import (
    ImageStore,
    LabelStore,
    ModelStore,
    SweepStore,
    TaskStore,
    WorkspaceStore,
)
from oriel.services.deletions import Deletions
from oriel.services.images import Images
from oriel.services.labels import Labels
from oriel.services.tasks import Tasks
from oriel.services.training import Trainings
from oriel.services.uploads import Uploads
from oriel.services.usage import UsageReports


@dataclass(frozen=True, slots=True)
class Product:
    """Everything below HTTP."""

    workspace_store: WorkspaceStore
    task_store: TaskStore
    label_store: LabelStore
    image_store: ImageStore
    model_store: ModelStore
    sweep_store: SweepStore
    tasks: Tasks
    labels: Labels
    images: Images
    uploads: Uploads
    deletions: Deletions
    trainings: Trainings
    usage: UsageReports
