"""Takes the files of one batch in, and records what became of them.

A file is an image with its labels or a failed row, never half of it. Each image has an id that its
import and its name give, so that a repeat finds it and makes nothing twice; what became of the
whole batch is recorded in one transaction, after all of it.
"""

import random
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from oriel.domain.clock import Clock
from oriel.domain.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    PayloadTooLarge,
    TemporarilyUnavailable,
)
from oriel.domain.file_names import shown
from oriel.domain.imports import (
    Batch,
    FileStatus,
    Import,
    ImportedFile,
    ImportKind,
    PlannedFile,
    image_id_of,
)
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.ports import Blobs
from oriel.services.archive import Archive
from oriel.services.arrivals import PictureCheck
from oriel.services.images import Images, NewImage
from oriel.services.import_plan import read_rows
from oriel.upload_ports import ImportStore, IncomingObjects, StoredObject
from oriel.values import dataclass

ATTEMPTS = 6
FIRST_PAUSE_SECONDS = 0.2
"""The workspace's counter is written by every image: workers that meet there step back."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class TakeFiles:
    """The step that works on a batch."""

    imports: ImportStore
    images: Images
    objects: IncomingObjects
    blobs: Blobs
    pictures: PictureCheck
    clock: Clock
    sleep: Callable[[float], None] = time.sleep

    def __call__(self, batch: Batch, *, one_by_one: bool = False) -> Sequence[ImportedFile]:
        """Take in what is not recorded yet and return what was recorded.

        `one_by_one` is for a batch that has ended its function: each file is recorded at once, and
        one that was begun and never ended is given up.

        Raises TemporarilyUnavailable where a repeat may do what this could not.
        """
        of = self.imports.get(batch.workspace_id, batch.import_id)
        plan = self.objects.describe(of.rows_key)
        rows = read_rows(
            self.objects.read_range(of.rows_key, batch.offset, batch.length, plan.etag)
        )
        known = set(self.imports.recorded(of.workspace_id, of.id, [row.index for row in rows]))
        read = self._reader(of, batch)
        unknown = [row for row in rows if row.index not in known]
        if one_by_one:
            taken = [self._take_alone(of, row, read) for row in unknown]
        else:
            taken = [self._take(of, row, read) for row in unknown]
            self._record(of, taken)
        if of.kind is not ImportKind.ZIP:
            # Recorded, so nobody needs them again.
            self.blobs.delete([f"{of.files_key}{row.name}" for row in rows if row.status is None])
        return taken

    def _record(self, of: Import, taken: Sequence[ImportedFile]) -> None:
        if taken:
            self._patiently(lambda: self.imports.record(of.workspace_id, of.id, taken))

    def _take_alone(
        self, of: Import, row: PlannedFile, read: Callable[[PlannedFile], bytes]
    ) -> ImportedFile:
        where = (of.workspace_id, of.id, row.index)
        if self.imports.begin_file(*where):
            try:
                taken = self._take(of, row, read)
            except Exception:
                # Not the file's fault: only what ends the whole function leaves the note behind.
                self.imports.forget_file(*where)
                raise
        else:
            reason = "It could not be worked on: it ended the function that tried"
            taken = ImportedFile(row.index, shown(row.name), FileStatus.FAILED, reason=reason)
        self._record(of, [taken])
        return taken

    def _reader(self, of: Import, batch: Batch) -> Callable[[PlannedFile], bytes]:
        if of.kind is not ImportKind.ZIP:
            return lambda row: self.blobs.get(f"{of.files_key}{row.name}", MAX_PICTURE_BYTES)
        # Its size bounds reads ahead; the tag makes sure that it is the archive of the plan.
        size = self.objects.describe(of.list_key).size_bytes
        archive = Archive(self.objects, of.list_key, StoredObject(size, batch.etag))

        def read(row: PlannedFile) -> bytes:
            if row.place is None:
                raise NotFound("There is no such file in the archive")
            return archive.read(row.place)

        return read

    def _take(
        self, of: Import, row: PlannedFile, read: Callable[[PlannedFile], bytes]
    ) -> ImportedFile:
        if row.status is not None:
            return ImportedFile(row.index, row.name, row.status, reason=row.reason)
        image_id = image_id_of(of.id, row.name)
        try:
            self._patiently(lambda: self._make_image(of, row, image_id, read))
        except (InvalidInput, NotFound, Conflict, PayloadTooLarge) as reason:
            return ImportedFile(row.index, shown(row.name), FileStatus.FAILED, reason=str(reason))
        return ImportedFile(row.index, shown(row.name), FileStatus.DONE, image_id)

    def _make_image(
        self, of: Import, row: PlannedFile, image_id: str, read: Callable[[PlannedFile], bytes]
    ) -> None:
        data = self._data(row, read)
        self.pictures.check(data)
        new = NewImage(data, row.label_ids, row.test_image, row.real, row.meta_data)
        self.images.take_in(of.workspace_id, image_id, new)
        self._set_values(of, row, image_id)

    def _data(self, row: PlannedFile, read: Callable[[PlannedFile], bytes]) -> bytes:
        try:
            return read(row)
        except NotFound:
            raise NotFound("No file of this name was sent") from None
        except PayloadTooLarge:
            limit = MAX_PICTURE_BYTES // 1024**2
            raise PayloadTooLarge(f"It holds more than {limit} MB") from None

    def _set_values(self, of: Import, row: PlannedFile, image_id: str) -> None:
        """Give the image its numbers, or take it back: it is never half of what the row says."""
        try:
            for label_id, value in row.values.items():
                self.images.store.add_label(
                    of.workspace_id, image_id, label_id, self.clock(), value=value
                )
        except (NotFound, Conflict, InvalidInput):
            self.images.delete(of.workspace_id, image_id)
            raise

    def _patiently(self, call: Callable[[], R]) -> R:
        for attempt in range(ATTEMPTS - 1):
            try:
                return call()
            except TemporarilyUnavailable:
                self.sleep(random.uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter
        return call()
