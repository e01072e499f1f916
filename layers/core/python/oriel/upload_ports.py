"""What uploads straight to S3 and imports need of the outside world.

As in `oriel.ports`, what lies in another workspace is `NotFound`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from oriel.domain.imports import FileStatus, Import, ImportedFile, ImportState
from oriel.domain.page import Page, PageRequest
from oriel.domain.promise import UploadPromise, UploadState
from oriel.values import dataclass


@dataclass(frozen=True, slots=True)
class PostForm:
    """A form with which anyone may put an object into S3; its last field, `file`, is the object."""

    url: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostTerms:
    """What S3 holds an upload to.

    A `key` that ends in `/` stands for every key below it. Sizes are in bytes, both ends included.
    """

    key: str
    content_type: str
    min_bytes: int
    max_bytes: int
    expires_seconds: int


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object's size and the tag of its content."""

    size_bytes: int
    etag: str


class IncomingObjects(Protocol):
    """The quarantine: where callers put objects themselves."""

    def sign_post(self, terms: PostTerms) -> PostForm:
        """Return a form that S3 takes until it expires, on these terms alone."""

    def describe(self, key: str) -> StoredObject:
        """Return what lies under a key; raises NotFound."""

    def read_range(self, key: str, start: int, length: int, etag: str) -> bytes:
        """Return `length` bytes from `start` on, fewer at the object's end.

        Raises NotFound, and Conflict where another object than that of the etag lies there.
        """


class UploadStore(Protocol):
    """Promises of uploads."""

    def create(self, promise: UploadPromise) -> None:
        """Remember a promise until it is forgotten."""

    def get(self, workspace_id: str, upload_id: str) -> UploadPromise:
        """Return a promise; raises NotFound. It may be one that should be forgotten by now."""

    def settle(
        self, workspace_id: str, upload_id: str, state: UploadState, rejection: str | None = None
    ) -> None:
        """Note what became of a promise; one that is not WAITING stays as it is."""


class ImportStore(Protocol):
    """Imports, and what became of their files."""

    def create(self, new: Import) -> None:
        """Add an import."""

    def get(self, workspace_id: str, import_id: str) -> Import:
        """Return an import; raises NotFound."""

    def list(self, workspace_id: str, page: PageRequest) -> Page[Import]:
        """Return one page of the workspace's imports, oldest first."""

    def begin(self, before: Import, at: datetime) -> Import:
        """Set an import RUNNING with the next attempt and return it.

        Raises Conflict where somebody else began or finished it since it was read.
        """

    def set_total(self, workspace_id: str, import_id: str, total: int) -> None:
        """Note how many files there are; raises NotFound."""

    def record(self, workspace_id: str, import_id: str, files: Sequence[ImportedFile]) -> None:
        """Note what became of the files of a batch and count them, all or nothing.

        A file whose end is known already is not counted again.
        """

    def recorded(self, workspace_id: str, import_id: str, indexes: Sequence[int]) -> Sequence[int]:
        """Return those of the files of which it is known what became of them."""

    def begin_file(self, workspace_id: str, import_id: str, index: int) -> bool:
        """Note that work on a file begins; False where that was noted before. Raises NotFound."""

    def forget_file(self, workspace_id: str, import_id: str, index: int) -> None:
        """Undo `begin_file`: the file may be begun again."""

    def files(
        self,
        workspace_id: str,
        import_id: str,
        page: PageRequest,
        status: FileStatus | None = None,
    ) -> Page[ImportedFile]:
        """Return one page of the files, all or those of a status, in their order; raises NotFound.

        `count` is of all files of that status of which it is known.
        """

    def finish(
        self, running: Import, state: ImportState, at: datetime, failure: str | None = None
    ) -> None:
        """End an attempt; where it is not the running one nothing changes."""


class ImportMachine(Protocol):
    """The state machine that imports."""

    def start(self, running: Import) -> None:
        """Start the attempt's run; starting it again changes nothing."""

    def is_running(self, running: Import) -> bool:
        """Tell whether the attempt's run exists and has not ended."""
