"""The whole of an import over memory stores: open, send, plan, take, finish."""

import json
from dataclasses import dataclass, field
from typing import Any

from oriel.domain.billing.room import ANY_ROOM, Room
from oriel.domain.errors import InvalidPicture, OrielError, TemporarilyUnavailable
from oriel.domain.ids import new_id
from oriel.domain.image import Image
from oriel.domain.imports import Batch, FileStatus, Import, ImportedFile, ImportKind, image_id_of
from oriel.domain.label import Label, LabelType
from oriel.domain.page import PageRequest
from oriel.domain.task import Task, TaskType
from oriel.services.images import Images
from oriel.services.import_finish import FinishImport
from oriel.services.import_plan import PlanImport
from oriel.services.import_take import TakeFiles
from oriel.services.imports import Imports, NewImport

from functions.import_finish import step as finish_step
from functions.import_plan import step as plan_step
from functions.import_take import step as take_step
from tests.fakes.blobs import MemoryBlobs
from tests.fakes.clock import FrozenClock
from tests.fakes.core import MemoryCore
from tests.fakes.images import MemoryImageStore
from tests.fakes.imports import MemoryImportMachine, MemoryImportStore
from tests.fakes.incoming import MemoryIncoming
from tests.fakes.labels import MemoryLabelStore
from tests.fakes.tasks import MemoryTaskStore
from tests.functional.api.conftest import png

WORKSPACE = "11111111-1111-4111-8111-111111111111"


class TrustingCheck:
    """Takes everything but what ends in `broken` for a picture."""

    def check(self, data: bytes) -> None:
        if data.endswith(b"broken"):
            raise InvalidPicture("This picture ends too early")


class BusyImageStore(MemoryImageStore):
    """Is busy for as many creations as it is told."""

    busy: int = 0

    def create(self, image: Image, *labels: Any) -> Image:
        if self.busy:
            self.busy -= 1
            raise TemporarilyUnavailable("The table is busy; try again")
        return super().create(image, *labels)


@dataclass
class Importing:
    core: MemoryCore = field(default_factory=MemoryCore)
    clock: FrozenClock = field(default_factory=FrozenClock)
    pauses: list[float] = field(default_factory=list)
    room: Room = ANY_ROOM

    def __post_init__(self) -> None:
        self.blobs = MemoryBlobs()
        self.objects = MemoryIncoming(self.blobs)
        self.store = MemoryImportStore()
        self.machine = MemoryImportMachine()
        self.labels = MemoryLabelStore(self.core, self.clock)
        self.tasks = MemoryTaskStore(self.core)
        self.images = BusyImageStore(self.core)
        self.imports = Imports(self.store, self.tasks, self.objects, self.machine, self.clock)
        self.plan = PlanImport(
            *(self.store, self.labels, self.tasks, self.objects, self.blobs),
            *(lambda _: self.room, self.clock),
        )
        self.take = TakeFiles(
            self.store,
            Images(self.images, self.labels, self.blobs, self.clock),
            self.objects,
            self.blobs,
            TrustingCheck(),
            self.clock,
            self.pauses.append,
        )
        self.finish = FinishImport(self.store, self.blobs, self.clock)

    def label(self, name: str, kind: LabelType = LabelType.CATEGORY) -> Label:
        label = Label(new_id(), WORKSPACE, name, kind, self.clock())
        self.labels.create(label)
        return label

    def task(self, kind: TaskType = TaskType.MULTI_CLASS) -> Task:
        task = Task(new_id(), WORKSPACE, "Wardrobe", kind, self.clock())
        self.core.tasks[task.id] = task
        return task

    def sent(self, data: bytes, kind: ImportKind = ImportKind.ZIP, **choices: Any) -> Import:
        """Open an import and send its archive or manifest."""
        opened, _ = self.imports.open(WORKSPACE, NewImport(kind, **choices))
        self.blobs.objects[opened.list_key] = data
        return opened

    def listed(self, kind: ImportKind, manifest: str, **files: bytes) -> Import:
        """Open an import of a manifest and send it with its files."""
        opened = self.sent(manifest.encode(), kind)
        for name, data in files.items():
            self.blobs.objects[f"{opened.files_key}{name}.png"] = data
        return opened

    def planned(self, opened: Import) -> list[dict[str, Any]]:
        """Start an import and plan it; return its batches as the machine's map reads them."""
        started = self.imports.start(WORKSPACE, opened.id)
        self.machine.running.discard(started.run_name)
        names = {"workspace_id": WORKSPACE, "import_id": opened.id}
        made = plan_step.run(names, self.plan)
        batches: list[dict[str, Any]] = json.loads(self.blobs.objects[made["batches_key"]])
        return batches

    def run(self, opened: Import) -> Import:
        """Do what the machine does."""
        names = {"workspace_id": WORKSPACE, "import_id": opened.id}
        try:
            batches = self.planned(opened)
        except OrielError as error:
            caught = {
                "Error": type(error).__name__,
                "Cause": json.dumps({"errorMessage": str(error)}),
            }
            finish_step.run({**names, "error": caught}, self.finish)
        else:
            for batch in batches:
                take_step.run(batch, self.take)
            finish_step.run(names, self.finish)
        return self.now(opened)

    def now(self, opened: Import) -> Import:
        return self.store.get(WORKSPACE, opened.id)

    def files(self, opened: Import, status: FileStatus | None = None) -> list[ImportedFile]:
        return list(self.store.files(WORKSPACE, opened.id, PageRequest(500), status).items)

    def reasons(self, opened: Import) -> dict[str, str | None]:
        """Why each file that gave no image gave none."""
        return {
            file.name: file.reason
            for file in self.files(opened)
            if file.status is not FileStatus.DONE
        }

    def image(self, opened: Import, name: str) -> Image:
        return self.images.get(WORKSPACE, image_id_of(opened.id, name))

    def labels_of(self, opened: Import, name: str) -> dict[str, float | None]:
        carried = self.images.labels(WORKSPACE, image_id_of(opened.id, name))
        return {one.label.name: one.value for one in carried}


def batch_of(batch: dict[str, Any]) -> Batch:
    return Batch(**batch)


def picture(size: int) -> bytes:
    return png(size, size)
