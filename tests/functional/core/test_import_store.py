from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from oriel.adapters.dynamodb.imports import DynamoImportStore
from oriel.adapters.dynamodb.uploads import DynamoUploadStore
from oriel.adapters.dynamodb.workspace_remains import DynamoWorkspaceRemains
from oriel.domain.errors import Conflict, InvalidInput, NotFound
from oriel.domain.ids import new_id
from oriel.domain.imports import (
    FILES_A_BATCH,
    FileStatus,
    Import,
    ImportedFile,
    ImportKind,
    ImportState,
    image_id_of,
)
from oriel.domain.label import LabelType
from oriel.domain.page import PageRequest
from oriel.domain.promise import UploadPromise
from oriel.upload_ports import ImportStore

from tests.fakes.imports import MemoryImportStore
from tests.functional.core.things import Maker


@pytest.fixture(params=["memory", "dynamodb"])
def imports(request: pytest.FixtureRequest) -> ImportStore:
    if request.param == "memory":
        return MemoryImportStore()
    table = request.getfixturevalue("core_table")
    return DynamoImportStore(table.client, table.name)


def an_import(make: Maker, **changes: object) -> Import:
    plain = Import(new_id(), make.workspace_id, make.now(), ImportKind.ZIP)
    return replace(plain, **changes)  # type: ignore[arg-type]


def a_file(index: int, status: FileStatus = FileStatus.DONE) -> ImportedFile:
    name = f"boots/{index}.png"
    if status is FileStatus.DONE:
        return ImportedFile(index, name, status, image_id_of("i", name))
    return ImportedFile(index, name, status, reason="It is empty")


class TestImportStore:
    def test_an_import_comes_back_as_it_was_stored(self, imports: ImportStore, make: Maker) -> None:
        plain = an_import(make)
        full = an_import(
            make,
            kind=ImportKind.CSV,
            label_type=LabelType.TAG,
            task_id=new_id(),
            test_image=True,
        )
        for one in (plain, full):
            imports.create(one)
            assert imports.get(make.workspace_id, one.id) == one
        with pytest.raises(Conflict):
            imports.create(plain)

    @pytest.mark.parametrize("import_id", [new_id(), "", "b" * 5000])
    def test_an_unknown_import_is_not_found(
        self, imports: ImportStore, make: Maker, import_id: str
    ) -> None:
        with pytest.raises(NotFound):
            imports.get(make.workspace_id, import_id)
        with pytest.raises(NotFound):
            imports.files(make.workspace_id, import_id, PageRequest())

    def test_an_import_of_another_workspace_is_not_found(
        self, imports: ImportStore, make: Maker
    ) -> None:
        mine = an_import(make)
        imports.create(mine)
        imports.record(make.workspace_id, mine.id, [a_file(0)])
        stranger = new_id()
        for ask in (
            lambda: imports.get(stranger, mine.id),
            lambda: imports.files(stranger, mine.id, PageRequest()),
            lambda: imports.set_total(stranger, mine.id, 1),
        ):
            with pytest.raises(NotFound):
                ask()
        assert list(imports.recorded(stranger, mine.id, [0])) == []
        assert imports.list(stranger, PageRequest()).count == 0

    def test_pages_list_all_imports_oldest_first_and_once(
        self, imports: ImportStore, make: Maker
    ) -> None:
        made = tuple(an_import(make) for _ in range(3))
        for one in made:
            imports.create(one)
        first = imports.list(make.workspace_id, PageRequest(2))
        second = imports.list(make.workspace_id, PageRequest(2, first.next_cursor))
        assert first.items + second.items == made
        assert (first.count, second.next_cursor) == (3, None)

    def test_each_start_is_an_attempt_and_only_one_caller_begins_it(
        self, imports: ImportStore, make: Maker
    ) -> None:
        waiting = an_import(make)
        imports.create(waiting)
        at = make.now()
        running = imports.begin(waiting, at)
        assert (running.state, running.attempt, running.started) == (ImportState.RUNNING, 1, at)
        with pytest.raises(Conflict):
            imports.begin(waiting, at)
        imports.finish(running, ImportState.FAILED, at, "Nothing was sent")
        failed = imports.get(make.workspace_id, waiting.id)
        assert (failed.state, failed.failure) == (ImportState.FAILED, "Nothing was sent")
        again = imports.begin(failed, at + timedelta(seconds=1))
        assert (again.attempt, again.failure, again.finished) == (2, None, None)

    def test_an_attempt_that_was_overtaken_ends_nothing(
        self, imports: ImportStore, make: Maker
    ) -> None:
        waiting = an_import(make)
        imports.create(waiting)
        first = imports.begin(waiting, make.now())
        second = imports.begin(first, make.now())
        imports.finish(first, ImportState.FAILED, make.now(), "late")
        assert imports.get(make.workspace_id, waiting.id) == second
        imports.finish(second, ImportState.DONE, make.now())
        done = imports.get(make.workspace_id, waiting.id)
        imports.finish(second, ImportState.FAILED, make.now(), "late")
        assert imports.get(make.workspace_id, waiting.id) == done

    def test_a_batch_is_counted_once_however_often_it_is_recorded(
        self, imports: ImportStore, make: Maker
    ) -> None:
        one = an_import(make)
        imports.create(one)
        imports.set_total(make.workspace_id, one.id, FILES_A_BATCH + 1)
        files = [a_file(index) for index in range(FILES_A_BATCH - 2)]
        files += [
            a_file(FILES_A_BATCH - 2, FileStatus.FAILED),
            a_file(FILES_A_BATCH - 1, FileStatus.SKIPPED),
        ]
        imports.record(make.workspace_id, one.id, files[:3])
        for _ in range(2):
            imports.record(make.workspace_id, one.id, files)
        now = imports.get(make.workspace_id, one.id)
        assert (now.total, now.counted) == (FILES_A_BATCH + 1, FILES_A_BATCH)
        assert (now.done, now.failed, now.skipped) == (FILES_A_BATCH - 2, 1, 1)
        known = imports.recorded(make.workspace_id, one.id, range(FILES_A_BATCH + 1))
        assert sorted(known) == list(range(FILES_A_BATCH))

    def test_a_file_is_begun_once_until_that_is_forgotten(
        self, imports: ImportStore, make: Maker
    ) -> None:
        one = an_import(make)
        imports.create(one)
        where = (make.workspace_id, one.id)
        assert [imports.begin_file(*where, 7), imports.begin_file(*where, 7)] == [True, False]
        assert imports.begin_file(*where, 8)
        imports.forget_file(*where, 7)
        assert imports.begin_file(*where, 7)
        assert imports.files(*where, PageRequest()).items == ()
        with pytest.raises(NotFound):
            imports.begin_file(make.workspace_id, new_id(), 7)

    @pytest.mark.parametrize("status", [None, *FileStatus])
    def test_pages_list_files_in_their_order_all_or_of_a_status(
        self, imports: ImportStore, make: Maker, status: FileStatus | None
    ) -> None:
        one = an_import(make)
        imports.create(one)
        files = [a_file(index, list(FileStatus)[index % 3]) for index in range(15)]
        imports.record(make.workspace_id, one.id, files[10:])
        imports.record(make.workspace_id, one.id, files[:10])
        expected = [file for file in files if status in {None, file.status}]
        seen: list[ImportedFile] = []
        cursor = None
        for _ in range(len(expected)):
            page = imports.files(make.workspace_id, one.id, PageRequest(2, cursor), status)
            assert page.count == len(expected)
            seen += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        assert seen == expected

    @pytest.mark.parametrize("status", [None, FileStatus.DONE])
    @pytest.mark.parametrize("cursor", ["", "nonsense", "TUVUQQ", "RklMRSMjMQ"])
    def test_what_is_no_page_of_the_files_is_refused(
        self, imports: ImportStore, make: Maker, status: FileStatus | None, cursor: str
    ) -> None:
        one = an_import(make)
        imports.create(one)
        imports.record(make.workspace_id, one.id, [a_file(0), a_file(1)])
        with pytest.raises(InvalidInput):
            imports.files(make.workspace_id, one.id, PageRequest(1, cursor), status)


def test_imports_and_promises_go_with_their_workspace(core_table: Any, make: Maker) -> None:
    where = (core_table.client, core_table.name)
    store, uploads = DynamoImportStore(*where), DynamoUploadStore(*where)
    one = an_import(make)
    store.create(one)
    store.record(make.workspace_id, one.id, [a_file(index) for index in range(3)])
    promise = UploadPromise(new_id(), make.workspace_id, make.now(), "image/png")
    uploads.create(promise)
    remains = DynamoWorkspaceRemains(*where)
    removed: Counter[str] = Counter()
    while some := remains.remove_some(make.workspace_id, 10):
        removed.update(some)
    assert (removed["imports"], removed["uploads"]) == (1, 1)
    assert list(store.recorded(make.workspace_id, one.id, range(3))) == []
    for ask, thing in ((store.get, one.id), (uploads.get, promise.id)):
        with pytest.raises(NotFound):
            ask(make.workspace_id, thing)
