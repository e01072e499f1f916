"""Plans an import: which files there are, and in which batches they are taken in.

The plan lies in S3: its rows as JSON Lines, its batches as ranges of them, which the machine's map
reads. Once it is made it stays, so that every later attempt goes on with the same files.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from oriel.domain.billing.room import Room
from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.imports import (
    FILES_A_BATCH,
    MAX_MANIFEST_BYTES,
    ArchivePlace,
    Batch,
    FileStatus,
    Import,
    ImportKind,
    ImportState,
    PlannedFile,
)
from oriel.domain.manifest import read_csv, read_json_lines
from oriel.label_ports import LabelStore
from oriel.ports import Blobs, TaskStore
from oriel.services.archive import Archive
from oriel.services.import_labels import LabelBook
from oriel.services.import_rows import rows_of_archive, rows_of_manifest
from oriel.upload_ports import ImportStore, IncomingObjects, StoredObject
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class PlanImport:
    """The first step of an import; `room_of` says how much a workspace may hold."""

    imports: ImportStore
    labels: LabelStore
    tasks: TaskStore
    objects: IncomingObjects
    blobs: Blobs
    room_of: Callable[[str], Room]
    clock: Clock

    def __call__(self, workspace_id: str, import_id: str) -> Import:
        """Make the plan where there is none yet and return the import.

        Raises NotFound, Conflict where it is not RUNNING, and InvalidInput where nothing of what
        was sent can be taken in.
        """
        of = self.imports.get(workspace_id, import_id)
        if of.state is not ImportState.RUNNING:
            raise Conflict("The import is not running")
        if of.total is None:
            self._plan(of)
        return self.imports.get(workspace_id, import_id)

    def _plan(self, of: Import) -> None:
        stored = self._stored(of)
        book = LabelBook(self.labels, self.tasks, of, self.room_of, self.clock)
        book.open()
        rows = self._rows(of, stored, book)
        if not rows:
            raise InvalidInput("There are no files in what was sent")
        lines = [json.dumps(_row_to_json(row), separators=(",", ":")).encode() for row in rows]
        batches = [asdict(batch) for batch in _batches(of, lines, stored)]
        self.blobs.put(of.rows_key, b"".join(_terminated(lines)), "application/jsonl")
        self.blobs.put(of.batches_key, json.dumps(batches).encode(), "application/json")
        self.imports.set_total(of.workspace_id, of.id, len(rows))

    def _stored(self, of: Import) -> StoredObject:
        try:
            return self.objects.describe(of.list_key)
        except NotFound:
            raise InvalidInput("Nothing was sent yet: send the archive or manifest first") from None

    def _rows(self, of: Import, stored: StoredObject, book: LabelBook) -> Sequence[PlannedFile]:
        if of.kind is ImportKind.ZIP:
            archive = Archive(self.objects, of.list_key, stored)
            return rows_of_archive(archive.entries(), of, book)
        if stored.size_bytes > MAX_MANIFEST_BYTES:
            limit = MAX_MANIFEST_BYTES // 1024**2
            raise InvalidInput(f"The manifest holds more than {limit} MB; send several imports")
        data = self.objects.read_range(of.list_key, 0, stored.size_bytes, stored.etag)
        read = read_csv if of.kind is ImportKind.CSV else read_json_lines
        return rows_of_manifest(read(data), of, book)


def _terminated(lines: Sequence[bytes]) -> Iterator[bytes]:
    return (line + b"\n" for line in lines)


def _batches(of: Import, lines: Sequence[bytes], stored: StoredObject) -> Iterator[Batch]:
    offset = 0
    for first in range(0, len(lines), FILES_A_BATCH):
        some = lines[first : first + FILES_A_BATCH]
        length = sum(len(line) + 1 for line in some)
        yield Batch(of.workspace_id, of.id, offset, length, stored.etag)
        offset += length


def _row_to_json(row: PlannedFile) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if value not in (None, (), {})}


def read_rows(data: bytes) -> Sequence[PlannedFile]:
    """Read the rows of a batch."""
    return [_row_from_json(json.loads(line)) for line in data.splitlines()]


def _row_from_json(row: dict[str, Any]) -> PlannedFile:
    return PlannedFile(
        **{
            **row,
            "label_ids": tuple(row.get("label_ids", ())),
            "place": ArchivePlace(**row["place"]) if "place" in row else None,
            "status": FileStatus(row["status"]) if "status" in row else None,
        }
    )
