"""Imports: many pictures at once, from an archive or from a list of files."""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from oriel.domain.ids import is_id
from oriel.domain.label import LabelType
from oriel.domain.upload import incoming_key
from oriel.values import dataclass

MAX_FILES = 100_000
"""In one import; more is several imports."""
FILES_A_BATCH = 50
"""One transaction records a batch: a write a file and one for the counts, of 100 at most."""
MAX_ARCHIVE_BYTES = 5 * 1024**3
"""What S3 takes by one form (Amazon S3 API Reference, "POST Object")."""
MAX_MANIFEST_BYTES = 64 * 1024**2
FORM_LIFE = timedelta(hours=1)
"""Large archives take their time; a new form can be had as long as the import waits."""


class ImportKind(StrEnum):
    """What says which pictures there are."""

    ZIP = "zip"
    CSV = "csv"
    JSONL = "jsonl"


class ImportState(StrEnum):
    """How far an import is; a FAILED one can be started again."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


class FileStatus(StrEnum):
    """What became of one file."""

    DONE = "DONE"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True)
class Import:
    """One import.

    `label_type` is of the labels that names stand for; where `task_id` is set they answer that
    task. `total` is None until the files have been counted; each is then done, failed or skipped.
    `attempt` counts the starts. `failure` says in words why a FAILED one ended.
    """

    id: str
    workspace_id: str
    created: datetime
    kind: ImportKind
    label_type: LabelType = LabelType.CATEGORY
    task_id: str | None = None
    test_image: bool = False
    state: ImportState = ImportState.WAITING
    attempt: int = 0
    started: datetime | None = None
    finished: datetime | None = None
    failure: str | None = None
    total: int | None = None
    done: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def run_name(self) -> str:
        """Name of the machine's run; each start has its own."""
        return f"{self.id}-{self.attempt}"

    @property
    def counted(self) -> int:
        """Of how many files it is known what became of them."""
        return self.done + self.failed + self.skipped

    @property
    def list_key(self) -> str:
        """Key of the archive or manifest, which the caller puts there."""
        return f"{incoming_key(self.workspace_id, self.id)}/{self.kind.value}"

    @property
    def files_key(self) -> str:
        """What the keys of a manifest's files begin with."""
        return f"{incoming_key(self.workspace_id, self.id)}/files/"

    @property
    def rows_key(self) -> str:
        """Key of the plan's rows, out of its caller's reach."""
        return f"derived/ws/{self.workspace_id}/imports/{self.id}/rows.jsonl"

    @property
    def batches_key(self) -> str:
        """Key of the plan's batches."""
        return f"derived/ws/{self.workspace_id}/imports/{self.id}/batches.json"


@dataclass(frozen=True, slots=True)
class SentArchive:
    """An archive that a caller has put where its import looks for it, or so its key says."""

    workspace_id: str
    import_id: str


def archive_at(key: str) -> SentArchive | None:
    """Read an object key; None where no archive of an import lies there."""
    match key.split("/"):
        case ["ws", workspace_id, "incoming", import_id, ImportKind.ZIP.value] if is_id(
            workspace_id
        ) and is_id(import_id):
            return SentArchive(workspace_id, import_id)
        case _:
            return None


@dataclass(frozen=True, slots=True)
class ArchivePlace:
    """Where an archive holds a file; sizes and the offset of its header in bytes."""

    offset: int
    packed_bytes: int
    size_bytes: int
    crc: int
    deflated: bool


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file of an import before it is taken in.

    `place` is None where it is an object of its own. One that cannot or need not be taken in has
    its `status` and `reason` already.
    """

    index: int
    name: str
    label_ids: tuple[str, ...] = ()
    values: Mapping[str, float] = field(default_factory=dict)
    meta_data: Mapping[str, Any] = field(default_factory=dict)
    test_image: bool = False
    real: bool = True
    place: ArchivePlace | None = None
    status: FileStatus | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What became of a file: an image, or the reason why not."""

    index: int
    name: str
    status: FileStatus
    image_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a plan: where they lie in it, and of which list they were made."""

    workspace_id: str
    import_id: str
    offset: int
    length: int
    etag: str


def image_id_of(import_id: str, name: str) -> str:
    """Return the id of the image that an import makes of a file: always the same, a UUIDv4."""
    digest = hashlib.sha256(f"{import_id}\n{name}".encode()).digest()
    return str(uuid.UUID(bytes=digest[:16], version=4))


def label_id_of(import_id: str, name: str) -> str:
    """Return the id of the label that an import makes for a folder."""
    return image_id_of(import_id, f"label\n{name}")
