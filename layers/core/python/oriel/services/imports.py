"""Imports as their owner sees them: opened, sent, started, watched."""

from dataclasses import replace
from datetime import timedelta

from oriel.domain.clock import Clock
from oriel.domain.errors import Conflict, InvalidInput, NotFound, OrielError
from oriel.domain.ids import new_id
from oriel.domain.imports import (
    FORM_LIFE,
    MAX_ARCHIVE_BYTES,
    MAX_MANIFEST_BYTES,
    Import,
    ImportKind,
    ImportState,
)
from oriel.domain.label import LabelType
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.domain.task import TaskType
from oriel.ports import TaskStore
from oriel.upload_ports import (
    ImportMachine,
    ImportStore,
    IncomingObjects,
    PostForm,
    PostTerms,
)
from oriel.values import dataclass

START_GRACE = timedelta(minutes=1)
"""Longer than any request lives: a younger run may be one that is about to start."""

LABELS_OF_TASKS = {
    TaskType.MULTI_CLASS: LabelType.CATEGORY,
    TaskType.MULTI_LABEL: LabelType.TAG,
}
# What S3 notes of an object; nothing goes by it, and a form names it for its caller.
LIST_TYPES = {
    ImportKind.ZIP: "application/zip",
    ImportKind.CSV: "text/csv",
    ImportKind.JSONL: "application/jsonl",
}
FILE_TYPE = "application/octet-stream"
FOLDER_LABELS = frozenset(LABELS_OF_TASKS.values())


@dataclass(frozen=True, slots=True)
class NewImport:
    """What somebody wants to import; `label_type` None for that of the task, or categories."""

    kind: ImportKind
    label_type: LabelType | None = None
    task_id: str | None = None
    test_image: bool = False


@dataclass(frozen=True, slots=True)
class ImportForms:
    """Where to send the archive or manifest, and the files of a manifest."""

    list_form: PostForm
    files_form: PostForm | None


@dataclass(frozen=True, slots=True)
class Imports:
    """What can be done with imports."""

    store: ImportStore
    tasks: TaskStore
    objects: IncomingObjects
    machine: ImportMachine
    clock: Clock

    def open(self, workspace_id: str, new: NewImport) -> tuple[Import, ImportForms]:
        """Add an import and sign its forms; raises NotFound for the task, InvalidInput."""
        opened = Import(
            id=new_id(),
            workspace_id=workspace_id,
            created=self.clock(),
            kind=new.kind,
            label_type=self._label_type(workspace_id, new),
            task_id=new.task_id,
            test_image=new.test_image,
        )
        self.store.create(opened)
        return opened, self._sign(opened)

    def forms(self, workspace_id: str, import_id: str) -> tuple[Import, ImportForms]:
        """Sign the forms again; raises NotFound, and Conflict once nothing may be sent any more."""
        found = self.store.get(workspace_id, import_id)
        if found.state in {ImportState.RUNNING, ImportState.DONE}:
            raise Conflict(f"The import is {found.state}; open another one to send more")
        return found, self._sign(found)

    def start(self, workspace_id: str, import_id: str) -> Import:
        """Start an import, or a failed one again: what is done stays.

        The arrival of an archive starts its import too, maybe at this moment: one that runs or is
        done is answered as it is. Raises NotFound; Conflict where nothing was sent yet, and for a
        manifest that runs or is done.
        """
        try:
            return self._start(self.store.get(workspace_id, import_id))
        except Conflict:
            now = self.store.get(workspace_id, import_id)
            started = now.state in {ImportState.RUNNING, ImportState.DONE}
            if started and now.kind is ImportKind.ZIP:
                return now
            raise

    def _start(self, found: Import) -> Import:
        if found.state is ImportState.DONE:
            raise Conflict("The import is DONE; open another one to send more")
        if found.state is ImportState.RUNNING and not self._has_ended(found):
            raise Conflict("The import is running already")
        self._check_sent(found)
        running = self.store.begin(found, self.clock())
        try:
            self.machine.start(running)
        except OrielError:
            reason = "The import could not be started; start it again"
            self.store.finish(running, ImportState.FAILED, self.clock(), reason)
            raise
        return running

    def _has_ended(self, running: Import) -> bool:
        """Tell whether the run has ended without saying so, as one that was aborted does."""
        fresh = running.started is not None and self.clock() - running.started < START_GRACE
        return not fresh and not self.machine.is_running(running)

    def _check_sent(self, found: Import) -> None:
        if found.total is not None:
            return
        try:
            self.objects.describe(found.list_key)
        except NotFound:
            what = "archive" if found.kind is ImportKind.ZIP else "manifest"
            raise Conflict(f"Send the {what} with the import's form before you start it") from None

    def _label_type(self, workspace_id: str, new: NewImport) -> LabelType:
        of_task = self._type_of_task(workspace_id, new)
        chosen = new.label_type or of_task or LabelType.CATEGORY
        if new.kind is ImportKind.ZIP and chosen not in FOLDER_LABELS:
            raise InvalidInput("The folders of an archive can be labels of type category or tag")
        if of_task is not None and chosen is not of_task:
            raise InvalidInput(f"The labels of this task are of type {of_task}, not {chosen}")
        return chosen

    def _type_of_task(self, workspace_id: str, new: NewImport) -> LabelType | None:
        if new.task_id is None:
            return None
        kind = self.tasks.get(workspace_id, new.task_id).type
        if new.kind is ImportKind.ZIP and kind not in LABELS_OF_TASKS:
            raise InvalidInput(f"The folders of an archive cannot be labels of a {kind} task")
        return LABELS_OF_TASKS.get(kind)

    def _sign(self, of: Import) -> ImportForms:
        largest = MAX_ARCHIVE_BYTES if of.kind is ImportKind.ZIP else MAX_MANIFEST_BYTES
        terms = PostTerms(
            key=of.list_key,
            content_type=LIST_TYPES[of.kind],
            min_bytes=1,
            max_bytes=largest,
            expires_seconds=int(FORM_LIFE.total_seconds()),
        )
        if of.kind is ImportKind.ZIP:
            return ImportForms(self.objects.sign_post(terms), None)
        files = replace(
            terms, key=of.files_key, content_type=FILE_TYPE, max_bytes=MAX_PICTURE_BYTES
        )
        return ImportForms(self.objects.sign_post(terms), self.objects.sign_post(files))
