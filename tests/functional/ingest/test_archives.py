"""Archives that arrive start their imports."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from oriel.domain.errors import Conflict, TemporarilyUnavailable
from oriel.domain.ids import new_id
from oriel.domain.imports import Import, ImportKind, ImportState

from tests.fakes.imports import MemoryImportStore
from tests.functional.ingest.intake import WORKSPACE, Intake, body, message

ANOTHER = "22222222-2222-4222-8222-222222222222"


@dataclass
class OvertakenStore(MemoryImportStore):
    """Somebody else begins the import between a read and the write; `then` ends their way."""

    then: Callable[[Import], None] = lambda _: None

    def begin(self, before: Import, at: datetime) -> Import:
        self.then(super().begin(before, at))
        raise Conflict("Somebody else has just started the import")


@pytest.fixture
def intake() -> Intake:
    return Intake()


def arrive(intake: Intake, *keys: str, times: int = 1) -> list[str]:
    return intake.deliver_raw(*(message(key, body(key), times) for key in keys))


def state_of(intake: Intake, opened: Import) -> ImportState:
    return intake.imports.get(WORKSPACE, opened.id).state


def test_an_archive_that_arrives_starts_its_import_and_stays(intake: Intake) -> None:
    opened = intake.archive()
    assert arrive(intake, opened.list_key) == []
    begun = intake.imports.get(WORKSPACE, opened.id)
    assert (begun.state, begun.started) == (ImportState.RUNNING, intake.clock())
    assert intake.machine.started == [f"{opened.id}-1"]
    assert intake.blobs.objects == {opened.list_key: b"PK"}


def test_an_arrival_that_is_told_twice_starts_one_run(intake: Intake) -> None:
    opened = intake.archive()
    assert arrive(intake, opened.list_key, opened.list_key) == []
    assert arrive(intake, opened.list_key, times=2) == []
    assert intake.machine.started == [f"{opened.id}-1"]
    assert intake.imports.get(WORKSPACE, opened.id).attempt == 1


@pytest.mark.parametrize("end", [ImportState.DONE, ImportState.FAILED])
def test_a_late_arrival_wakes_no_import_that_has_ended(intake: Intake, end: ImportState) -> None:
    opened = intake.archive()
    arrive(intake, opened.list_key)
    running = intake.imports.get(WORKSPACE, opened.id)
    intake.imports.finish(running, end, intake.clock())
    assert arrive(intake, opened.list_key) == []
    assert (state_of(intake, opened), len(intake.machine.started)) == (end, 1)


def test_an_import_that_was_started_again_is_left_to_who_did_that(intake: Intake) -> None:
    opened = intake.archive()
    first = intake.imports.begin(opened, intake.clock())
    intake.imports.finish(first, ImportState.FAILED, intake.clock())
    intake.imports.begin(intake.imports.get(WORKSPACE, opened.id), intake.clock())
    assert arrive(intake, opened.list_key) == []
    assert intake.machine.started == []


def test_an_arrival_that_no_import_of_the_workspace_waits_for_starts_none(intake: Intake) -> None:
    opened = intake.archive()
    unknown = opened.list_key.replace(opened.id, new_id())
    elsewhere = opened.list_key.replace(WORKSPACE, ANOTHER)
    for key in (unknown, elsewhere):
        intake.blobs.objects[key] = b"PK"
    assert arrive(intake, unknown, elsewhere) == []
    assert (state_of(intake, opened), intake.machine.started) == (ImportState.WAITING, [])


def test_an_archive_that_is_gone_by_now_starts_nothing(intake: Intake) -> None:
    opened = intake.archive()
    intake.blobs.objects.clear()
    assert arrive(intake, opened.list_key) == []
    assert (state_of(intake, opened), intake.machine.started) == (ImportState.WAITING, [])


@pytest.mark.parametrize("kind", [ImportKind.CSV, ImportKind.JSONL])
def test_a_manifest_waits_for_its_files(intake: Intake, kind: ImportKind) -> None:
    opened = intake.archive(kind)
    as_archive = f"{opened.list_key.removesuffix(kind.value)}zip"
    intake.blobs.objects[as_archive] = b"PK"
    assert arrive(intake, opened.list_key, f"{opened.files_key}zip", as_archive) == []
    assert (state_of(intake, opened), intake.machine.started) == (ImportState.WAITING, [])


def test_a_start_that_fails_comes_again_and_starts_the_same_run(intake: Intake) -> None:
    opened = intake.archive()
    upload = intake.upload()
    intake.machine.error = TemporarilyUnavailable("Step Functions cannot be reached")
    assert arrive(intake, opened.list_key, upload.key) == [opened.list_key]
    intake.machine.error = None
    assert arrive(intake, opened.list_key, times=2) == []
    assert (state_of(intake, opened), intake.machine.started) == (
        ImportState.RUNNING,
        [f"{opened.id}-1"],
    )


def test_whoever_was_faster_but_ended_before_the_machine_heard_of_it_is_helped(
    intake: Intake,
) -> None:
    opened = _overtaken(intake, lambda _: None)
    assert arrive(intake, opened.list_key) == []
    assert intake.machine.started == [f"{opened.id}-1"]


def test_whoever_was_faster_and_is_done_is_not_followed(intake: Intake) -> None:
    opened = _overtaken(
        intake, lambda begun: intake.imports.finish(begun, ImportState.DONE, intake.clock())
    )
    assert arrive(intake, opened.list_key) == []
    assert (state_of(intake, opened), intake.machine.started) == (ImportState.DONE, [])


def _overtaken(intake: Intake, then: Callable[[Import], None]) -> Import:
    store = OvertakenStore(then=then)
    intake.imports = store
    intake.archives = type(intake.archives)(
        store, intake.archives.objects, intake.machine, intake.clock
    )
    return intake.archive()
