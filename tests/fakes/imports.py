from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock

from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.imports import FileStatus, Import, ImportedFile, ImportState
from oriel.domain.page import Page, PageRequest


@dataclass
class MemoryImportStore:
    imports: dict[tuple[str, str], Import] = field(default_factory=dict)
    recorded_files: dict[tuple[str, str], dict[int, ImportedFile]] = field(default_factory=dict)
    begun: set[tuple[str, str, int]] = field(default_factory=set)
    lock: RLock = field(default_factory=RLock)

    def create(self, new: Import) -> None:
        with self.lock:
            if (new.workspace_id, new.id) in self.imports:
                raise Conflict("The import exists already")
            self.imports[new.workspace_id, new.id] = new
            self.recorded_files[new.workspace_id, new.id] = {}

    def get(self, workspace_id: str, import_id: str) -> Import:
        try:
            return self.imports[workspace_id, import_id]
        except KeyError:
            raise NotFound("There is no import with this id") from None

    def list(self, workspace_id: str, page: PageRequest) -> Page[Import]:
        mine = [one for one in self.imports.values() if one.workspace_id == workspace_id]
        listed = sorted(mine, key=lambda one: (one.created, one.id))
        ids = [one.id for one in listed]
        start = _after(page.cursor, ids)
        items = tuple(listed[start : start + page.size])
        last = start + page.size >= len(listed)
        return Page(items, len(listed), None if last else items[-1].id)

    def begin(self, before: Import, at: datetime) -> Import:
        with self.lock:
            now = self.get(before.workspace_id, before.id)
            if (now.state, now.attempt) != (before.state, before.attempt):
                raise Conflict("Somebody else has just started the import")
            return self._set(
                now,
                state=ImportState.RUNNING,
                attempt=now.attempt + 1,
                started=at,
                finished=None,
                failure=None,
            )

    def set_total(self, workspace_id: str, import_id: str, total: int) -> None:
        with self.lock:
            self._set(self.get(workspace_id, import_id), total=total)

    def record(self, workspace_id: str, import_id: str, files: Sequence[ImportedFile]) -> None:
        with self.lock:
            of = self.get(workspace_id, import_id)
            known = self.recorded_files[workspace_id, import_id]
            new = [one for one in files if one.index not in known]
            known.update({one.index: one for one in new})
            counts = Counter(one.status for one in new)
            self._set(
                of,
                done=of.done + counts[FileStatus.DONE],
                failed=of.failed + counts[FileStatus.FAILED],
                skipped=of.skipped + counts[FileStatus.SKIPPED],
            )

    def recorded(self, workspace_id: str, import_id: str, indexes: Sequence[int]) -> Sequence[int]:
        known = self.recorded_files.get((workspace_id, import_id), {})
        return [index for index in indexes if index in known]

    def begin_file(self, workspace_id: str, import_id: str, index: int) -> bool:
        self.get(workspace_id, import_id)
        key = (workspace_id, import_id, index)
        if key in self.begun:
            return False
        self.begun.add(key)
        return True

    def forget_file(self, workspace_id: str, import_id: str, index: int) -> None:
        self.begun.discard((workspace_id, import_id, index))

    def files(
        self,
        workspace_id: str,
        import_id: str,
        page: PageRequest,
        status: FileStatus | None = None,
    ) -> Page[ImportedFile]:
        self.get(workspace_id, import_id)
        known = self.recorded_files[workspace_id, import_id]
        listed = [known[index] for index in sorted(known) if status in {None, known[index].status}]
        start = _after(page.cursor, [str(one.index) for one in listed])
        items = tuple(listed[start : start + page.size])
        last = start + page.size >= len(listed)
        return Page(items, len(listed), None if last else str(items[-1].index))

    def finish(
        self, running: Import, state: ImportState, at: datetime, failure: str | None = None
    ) -> None:
        with self.lock:
            now = self.imports.get((running.workspace_id, running.id))
            if now is None or (now.state, now.attempt) != (ImportState.RUNNING, running.attempt):
                return
            self._set(now, state=state, finished=at, failure=failure)

    def _set(self, of: Import, **changes: object) -> Import:
        changed = replace(of, **changes)  # type: ignore[arg-type]
        self.imports[of.workspace_id, of.id] = changed
        return changed


def _after(cursor: str | None, ids: Sequence[str]) -> int:
    if cursor is None:
        return 0
    if cursor not in ids:
        raise InvalidInput("page is not a page of this listing")
    return list(ids).index(cursor) + 1


@dataclass
class MemoryImportMachine:
    running: set[str] = field(default_factory=set)
    started: list[str] = field(default_factory=list)
    error: Exception | None = None

    def start(self, running: Import) -> None:
        if self.error is not None:
            raise self.error
        if running.run_name not in self.started:
            self.started.append(running.run_name)
            self.running.add(running.run_name)

    def is_running(self, running: Import) -> bool:
        return running.run_name in self.running
