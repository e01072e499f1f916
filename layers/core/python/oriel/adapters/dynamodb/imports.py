"""Imports and what became of their files in the core table."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from oriel.adapters.dynamodb.import_items import (
    COUNTER_OF,
    file_from_item,
    file_to_item,
    files_with,
    import_from_item,
    import_to_item,
)
from oriel.adapters.dynamodb.keys import counts_key
from oriel.adapters.dynamodb.table import CoreTable
from oriel.adapters.dynamodb.transaction import Cancelled
from oriel.adapters.dynamodb.upload_keys import (
    FILE_PREFIX,
    begun_sk,
    file_sk,
    import_key,
    imports_of,
)
from oriel.adapters.dynamodb.writes import EXISTS
from oriel.domain.clock import to_iso
from oriel.domain.errors import Conflict, NotFound
from oriel.domain.imports import FileStatus, Import, ImportedFile, ImportState
from oriel.domain.page import Page, PageRequest

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SAME_ATTEMPT = "#state = :was AND attempt = :last"


class DynamoImportStore:
    """An import's counts are changed by the transaction that records what they count."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = CoreTable(client, table_name)

    def create(self, new: Import) -> None:
        """Add an import."""
        writes = self._table.writes
        self._table.write(
            (writes.put(import_to_item(new)), Conflict("The import exists already")),
            (writes.count(counts_key(new.workspace_id), imports_count=1), None),
        )

    def get(self, workspace_id: str, import_id: str) -> Import:
        """Return an import; raises NotFound."""
        item = self._table.find(import_key(workspace_id, import_id))
        if item is None:
            raise _unknown()
        return import_from_item(item)

    def list(self, workspace_id: str, page: PageRequest) -> Page[Import]:
        """Return one page of the workspace's imports, oldest first."""
        items, cursor = self._table.page(imports_of(workspace_id), page)
        counts = self._table.find(counts_key(workspace_id)) or {}
        return Page(tuple(map(import_from_item, items)), counts.get("imports_count", 0), cursor)

    def begin(self, before: Import, at: datetime) -> Import:
        """Set an import RUNNING with the next attempt and return it.

        Raises Conflict where somebody else began or finished it since it was read.
        """
        update = self._table.writes.update(
            import_key(before.workspace_id, before.id),
            assign={
                "state": ImportState.RUNNING.value,
                "attempt": before.attempt + 1,
                "started": to_iso(at),
                "finished": None,
                "failure": None,
            },
            condition=_SAME_ATTEMPT,
            values={"was": before.state.value, "last": before.attempt},
        )
        return import_from_item(
            self._table.update(update, Conflict("Somebody else has just started the import"))
        )

    def set_total(self, workspace_id: str, import_id: str, total: int) -> None:
        """Note how many files there are; raises NotFound."""
        key = import_key(workspace_id, import_id)
        update = self._table.writes.update(key, assign={"total": total}, condition=EXISTS)
        self._table.update(update, _unknown())

    def record(self, workspace_id: str, import_id: str, files: Sequence[ImportedFile]) -> None:
        """Note what became of the files of a batch and count them, all or nothing.

        A file whose end is known already is not counted again.
        """
        remaining = list(files)
        while remaining:
            try:
                self._record(workspace_id, import_id, remaining)
            except Cancelled:
                known = self.recorded(workspace_id, import_id, [one.index for one in remaining])
                if not known:
                    raise
                remaining = [one for one in remaining if one.index not in known]
            else:
                return

    def _record(self, workspace_id: str, import_id: str, files: Sequence[ImportedFile]) -> None:
        writes, key = self._table.writes, import_key(workspace_id, import_id)
        counts = {
            counter: sum(one.status is status for one in files)
            for status, counter in COUNTER_OF.items()
        }
        changes = {counter: count for counter, count in counts.items() if count}
        rows = [writes.put(file_to_item(key["pk"], one)) for one in files]
        self._table.transact([*rows, writes.update(key, add=changes, condition=EXISTS)])

    def recorded(self, workspace_id: str, import_id: str, indexes: Sequence[int]) -> Sequence[int]:
        """Return those of the files of which it is known what became of them."""
        keys = [import_key(workspace_id, import_id, file_sk(index)) for index in indexes]
        return [item["index"] for item in self._table.find_many(keys)]

    def begin_file(self, workspace_id: str, import_id: str, index: int) -> bool:
        """Note that work on a file begins; False where that was noted before. Raises NotFound."""
        note = self._table.writes.put(dict(import_key(workspace_id, import_id, begun_sk(index))))
        there = self._table.writes.check(import_key(workspace_id, import_id), EXISTS)
        try:
            self._table.write((there, _unknown()), (note, Conflict("begun")))
        except Conflict:
            return False
        return True

    def forget_file(self, workspace_id: str, import_id: str, index: int) -> None:
        """Undo `begin_file`: the file may be begun again."""
        self._table.remove([import_key(workspace_id, import_id, begun_sk(index))])

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
        of = self.get(workspace_id, import_id)
        pk = import_key(workspace_id, import_id)["pk"]
        if status is None:
            count, (items, cursor) = of.counted, self._table.page_below(pk, FILE_PREFIX, page)
        else:
            count = getattr(of, COUNTER_OF[status])
            items, cursor = self._table.page(files_with(pk, status), page)
        return Page(tuple(map(file_from_item, items)), count, cursor)

    def finish(
        self, running: Import, state: ImportState, at: datetime, failure: str | None = None
    ) -> None:
        """End an attempt; where it is not the running one nothing changes."""
        update = self._table.writes.update(
            import_key(running.workspace_id, running.id),
            assign={"state": state.value, "finished": to_iso(at), "failure": failure},
            condition=_SAME_ATTEMPT,
            values={"was": ImportState.RUNNING.value, "last": running.attempt},
        )
        try:
            self._table.update(update, Conflict("ended"))
        except Conflict:
            return


def _unknown() -> NotFound:
    return NotFound("There is no import with this id")
