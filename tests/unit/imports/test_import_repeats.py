"""Imports that are repeated, cut off and begun again."""

import zipfile
from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.errors import TemporarilyUnavailable
from oriel.domain.imports import FILES_A_BATCH, ImportState
from oriel.domain.page import PageRequest

from functions.import_take import step as take_step
from tests.unit.imports.archives import zipped
from tests.unit.imports.importing import WORKSPACE, Importing, batch_of, picture


@pytest.fixture
def importing() -> Importing:
    return Importing()


def test_a_repeat_of_every_step_makes_nothing_twice(importing: Importing) -> None:
    opened = importing.sent(zipped({"boots/1.png": picture(2), "boots/2.png": b"bad"}))
    batches = importing.planned(opened)
    importing.plan(WORKSPACE, opened.id)
    for _ in range(2):
        for batch in batches:
            importing.take(batch_of(batch))
    now = importing.now(opened)
    assert (now.done, now.failed) == (1, 1)
    [label] = importing.core.labels.values()
    assert label.images_count == 1
    assert importing.images.list(WORKSPACE, PageRequest()).count == 1


@pytest.mark.parametrize("step", ["picture", "image", "record"])
def test_a_crash_before_any_write_is_mended_by_a_repeat(
    importing: Importing, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = importing.sent(zipped({"boots/1.png": picture(2), "hats/2.png": picture(3)}))
    [batch] = importing.planned(opened)
    calls = 0

    def crash(*_: object, **__: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2 or step == "record":
            raise RuntimeError(step)
        undone(*_, **__)

    target, name = {
        "picture": (importing.blobs, "put"),
        "image": (importing.images, "create"),
        "record": (importing.store, "record"),
    }[step]
    undone: Any = getattr(target, name)
    with monkeypatch.context() as patched:
        patched.setattr(target, name, crash)
        with pytest.raises(RuntimeError):
            importing.take(batch_of(batch))
    assert importing.now(opened).counted == 0
    importing.take(batch_of(batch))
    assert importing.now(opened).done == 2
    assert {label.images_count for label in importing.core.labels.values()} == {1}
    assert len(importing.core.images) == 2


def test_a_picture_that_was_deleted_before_it_was_recorded_stays_deleted(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = importing.sent(zipped({"boots/1.png": picture(2), "boots/2.png": picture(3)}))
    [batch] = importing.planned(opened)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(importing.store, "record", crash)
        with pytest.raises(RuntimeError):
            importing.take(batch_of(batch))
    gone = importing.image(opened, "boots/1.png").id
    importing.images.delete(WORKSPACE, gone)
    importing.take(batch_of(batch))
    assert importing.reasons(opened) == {"boots/1.png": "The image of this picture was deleted"}
    assert importing.images.list(WORKSPACE, PageRequest()).count == 1
    assert importing.now(opened).done == 1


def test_workers_that_meet_step_back_and_go_on(importing: Importing) -> None:
    opened = importing.sent(zipped({"boots/1.png": picture(2)}))
    importing.images.busy = 3
    assert importing.run(opened).done == 1
    assert len(importing.pauses) == 3


def test_a_batch_that_cannot_be_worked_on_leaves_the_import_open_to_go_on(
    importing: Importing,
) -> None:
    count = FILES_A_BATCH + 5
    opened = importing.sent(zipped({f"boots/{n}.png": picture(2) for n in range(count)}))
    first, second = importing.planned(opened)
    importing.take(batch_of(first))
    importing.images.busy = 99
    with pytest.raises(TemporarilyUnavailable):
        importing.take(batch_of(second))
    importing.finish(WORKSPACE, opened.id)
    failed = importing.now(opened)
    assert failed.state is ImportState.FAILED
    assert "5 of 55 files" in (failed.failure or "")
    importing.images.busy = 0
    done = importing.run(opened)
    assert (done.state, done.done, done.attempt, done.failure) == (ImportState.DONE, 55, 2, None)


def test_an_archive_that_is_replaced_after_the_plan_is_not_taken_for_it(
    importing: Importing,
) -> None:
    opened = importing.sent(zipped({"boots/1.png": picture(2)}, zipfile.ZIP_STORED))
    [batch] = importing.planned(opened)
    importing.blobs.objects[opened.list_key] = zipped({"boots/1.png": picture(3)})
    importing.take(batch_of(batch))
    assert "replaced" in (importing.reasons(opened)["boots/1.png"] or "")
    assert importing.core.images == {}


def test_a_label_that_vanishes_after_the_plan_fails_its_files(importing: Importing) -> None:
    opened = importing.sent(zipped({"boots/1.png": picture(2)}))
    [batch] = importing.planned(opened)
    importing.core.labels.clear()
    importing.take(batch_of(batch))
    assert "no label" in (importing.reasons(opened)["boots/1.png"] or "")
    assert importing.core.images == {}
    assert [key for key in importing.blobs.objects if "/images/" in key] == []


def test_a_run_that_is_over_plans_nothing(importing: Importing) -> None:
    opened = importing.sent(zipped({"boots/1.png": picture(2)}))
    assert importing.run(opened).state is ImportState.DONE
    importing.finish(WORKSPACE, opened.id, {"Error": "States.Timeout", "Cause": ""})
    assert importing.now(opened).state is ImportState.DONE


def test_an_internal_error_is_told_without_its_inside(importing: Importing) -> None:
    opened = importing.sent(zipped({"boots/1.png": picture(2)}))
    importing.planned(opened)
    cause = '{"errorMessage": "s3://bucket/ws/1 not there", "errorType": "KeyError"}'
    importing.finish(WORKSPACE, opened.id, {"Error": "KeyError", "Cause": cause})
    failure = importing.now(opened).failure or ""
    assert "internal error (KeyError)" in failure
    assert "s3" not in failure


class InvocationOver(BaseException):
    """Lambda ends the process; nothing catches that."""


class EndlessCheck:
    def check(self, data: bytes) -> None:
        if data.endswith(b"endless"):
            raise InvocationOver


def test_files_that_end_their_function_cost_none_of_the_others(importing: Importing) -> None:
    endless = picture(2) + b"endless"
    names = {f"boots/{n}.png": endless if n in {1, 3} else picture(2) for n in range(5)}
    opened = importing.sent(zipped(names))
    [batch] = importing.planned(opened)
    importing.take = replace(importing.take, pictures=EndlessCheck())
    with pytest.raises(InvocationOver):
        importing.take(batch_of(batch))
    assert importing.now(opened).counted == 0
    for _ in range(2):
        with pytest.raises(InvocationOver):
            importing.take(batch_of(batch), one_by_one=True)
    take_step.run({**batch, "one_by_one": True}, importing.take)
    importing.finish(WORKSPACE, opened.id)
    done = importing.now(opened)
    assert (done.state, done.done, done.failed) == (ImportState.DONE, 3, 2)
    reasons = importing.reasons(opened)
    assert {"ended the function" in (reason or "") for reason in reasons.values()} == {True}
    assert set(reasons) == {"boots/1.png", "boots/3.png"}


def test_a_busy_table_is_no_fault_of_the_file_that_waits_for_it(importing: Importing) -> None:
    opened = importing.sent(zipped({"boots/1.png": picture(2)}))
    [batch] = importing.planned(opened)
    importing.images.busy = 99
    with pytest.raises(TemporarilyUnavailable):
        importing.take(batch_of(batch), one_by_one=True)
    importing.images.busy = 0
    importing.take(batch_of(batch), one_by_one=True)
    assert importing.now(opened).done == 1
