"""Imports as items, and what became of their files."""

from typing import Any

from oriel.adapters.dynamodb.attributes import Item
from oriel.adapters.dynamodb.cursors import place_below
from oriel.adapters.dynamodb.keys import Key, Listing
from oriel.adapters.dynamodb.upload_keys import FILE_PREFIX, file_sk, import_key, imports_of
from oriel.domain.clock import from_iso, to_iso
from oriel.domain.imports import FileStatus, Import, ImportedFile, ImportKind, ImportState
from oriel.domain.label import LabelType
from oriel.values import dataclass

COUNTER_OF = {
    FileStatus.DONE: "done",
    FileStatus.FAILED: "failed",
    FileStatus.SKIPPED: "skipped",
}


@dataclass(frozen=True, slots=True)
class FileListing(Listing):
    """Files of one status; their place is that below their import."""

    def start_after(self, cursor: str) -> Key:
        """Index key to go on after; raises InvalidInput for what is no cursor."""
        place = place_below(cursor, FILE_PREFIX)
        return {**self.key_of(place), "gsi1pk": self.partition, "gsi1sk": place}


def files_with(import_pk: str, status: FileStatus) -> FileListing:
    """The files of an import that have this status."""
    return FileListing(f"{import_pk}#{status}", lambda place: {"pk": import_pk, "sk": place})


def import_to_item(of: Import) -> Item:
    """Write an import, listed in its workspace."""
    return {
        **import_key(of.workspace_id, of.id),
        **imports_of(of.workspace_id).place(of.created, of.id),
        "id": of.id,
        "workspace_id": of.workspace_id,
        "created": to_iso(of.created),
        "kind": of.kind.value,
        "label_type": of.label_type.value,
        "task_id": of.task_id,
        "test_image": of.test_image,
        "state": of.state.value,
        "attempt": of.attempt,
        "total": of.total,
        "done": of.done,
        "failed": of.failed,
        "skipped": of.skipped,
    }


def import_from_item(item: Item) -> Import:
    """Read an import."""
    return Import(
        id=item["id"],
        workspace_id=item["workspace_id"],
        created=from_iso(item["created"]),
        kind=ImportKind(item["kind"]),
        label_type=LabelType(item["label_type"]),
        task_id=item.get("task_id"),
        test_image=item["test_image"],
        state=ImportState(item["state"]),
        attempt=item["attempt"],
        started=_moment(item, "started"),
        finished=_moment(item, "finished"),
        failure=item.get("failure"),
        total=item.get("total"),
        done=item["done"],
        failed=item["failed"],
        skipped=item["skipped"],
    )


def _moment(item: Item, name: str) -> Any:
    return from_iso(item[name]) if name in item else None


def file_to_item(import_pk: str, file: ImportedFile) -> Item:
    """Write what became of a file, listed by its status."""
    place = file_sk(file.index)
    return {
        "pk": import_pk,
        "sk": place,
        "gsi1pk": files_with(import_pk, file.status).partition,
        "gsi1sk": place,
        "index": file.index,
        "name": file.name,
        "status": file.status.value,
        "image_id": file.image_id,
        "reason": file.reason,
    }


def file_from_item(item: Item) -> ImportedFile:
    """Read what became of a file."""
    return ImportedFile(
        index=item["index"],
        name=item["name"],
        status=FileStatus(item["status"]),
        image_id=item.get("image_id"),
        reason=item.get("reason"),
    )
