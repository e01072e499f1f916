"""Archives become images: each file one with its label, or a reason."""

import pytest
from oriel.domain.billing.room import Room
from oriel.domain.ids import is_id
from oriel.domain.imports import FILES_A_BATCH, FileStatus, ImportState, image_id_of
from oriel.domain.label import LabelType
from oriel.domain.task import MAX_LABELS_OF_TASK, TaskType
from oriel.services import import_rows
from oriel.services.import_labels import MAX_NEW_LABELS

from tests.fakes import core
from tests.unit.imports.archives import changed, linked, overlapping, zipped
from tests.unit.imports.importing import WORKSPACE, Importing, batch_of, picture


@pytest.fixture
def importing() -> Importing:
    return Importing()


def test_folders_become_labels_and_files_images(importing: Importing) -> None:
    known = importing.label("boots")
    opened = importing.sent(
        zipped({"set/boots/1.png": picture(2), "hats/1.png": picture(3), "loose.png": picture(4)}),
        test_image=True,
    )
    done = importing.run(opened)
    assert (done.state, done.total, done.done) == (ImportState.DONE, 3, 3)
    assert importing.labels_of(opened, "set/boots/1.png") == {"boots": None}
    assert importing.labels_of(opened, "hats/1.png") == {"hats": None}
    assert importing.labels_of(opened, "loose.png") == {}
    assert importing.image(opened, "loose.png").test_image
    names = [label.name for label in importing.core.labels.values()]
    assert sorted(names) == ["boots", "hats"]
    assert importing.core.labels[known.id].images_count == 1
    for file in importing.files(opened):
        assert is_id(file.image_id)
        key = f"ws/{WORKSPACE}/images/{file.image_id}"
        assert importing.blobs.types[key] == "image/png"
    assert [key for key in importing.blobs.objects if "incoming" in key or "imports" in key] == []


def test_a_task_gets_the_labels_and_lends_its_own(importing: Importing) -> None:
    importing.label("boots", LabelType.TAG)
    younger = importing.label("boots", LabelType.TAG)
    task = importing.task(TaskType.MULTI_LABEL)
    importing.tasks.attach_label(WORKSPACE, task.id, younger.id)
    opened = importing.sent(
        zipped({"boots/1.png": picture(2), "hats/2.png": picture(2)}), task_id=task.id
    )
    assert importing.run(opened).state is ImportState.DONE
    assert importing.core.labels[younger.id].images_count == 1
    labels = importing.tasks.labels(WORKSPACE, task.id)
    assert sorted((label.name, label.type) for label in labels) == [
        ("boots", LabelType.TAG),
        ("hats", LabelType.TAG),
    ]


def test_one_bad_file_fails_alone_and_says_why(importing: Importing) -> None:
    good = picture(2)
    files: dict[str, bytes] = {
        "boots/good.png": good,
        "boots/text.png": b"no picture",
        "boots/cut.png": good + b"broken",
        "boots/empty.png": b"",
        "boots/large.png": bytes(11 * 1024**2),
        "boots/flat.bmp": b"BM" + bytes(5 * 1024**2),
        "boots/inner.zip": zipped({"1.png": good}),
        "../boots/up.png": good,
        "boots/../../up.png": good,
        "/boots/absolute.png": good,
        "C:/boots/drive.png": good,
        "boots\\..\\..\\windows.png": good,
        "boots/new\nline.png": good,
        f"{'x' * 201}/long.png": good,
        f"boots/{'x' * 500}.png": good,
        "__MACOSX/boots/._good.png": b"litter",
        "boots/.DS_Store": b"litter",
        "Thumbs.db": b"litter",
    }
    opened = importing.sent(zipped(files))
    done = importing.run(opened)
    assert (done.state, done.done, done.failed, done.skipped) == (ImportState.DONE, 1, 14, 3)
    reasons = importing.reasons(opened)
    words = {
        "boots/text.png": "not a picture",
        "boots/cut.png": "too early",
        "boots/empty.png": "empty",
        "boots/large.png": "10 MB",
        "boots/flat.bmp": "200 times",
        "boots/inner.zip": "archive within",
        "../boots/up.png": "out of its folder",
        "/boots/absolute.png": "absolute",
        "C:/boots/drive.png": "absolute",
        "boots/../../windows.png": "out of its folder",
        "boots/new\nline.png": "characters",
        "__MACOSX/boots/._good.png": "operating system",
        "Thumbs.db": "operating system",
    }
    for name, word in words.items():
        assert word in (reasons[name] or ""), name
    assert len(importing.core.images) == 1
    assert [label.name for label in importing.core.labels.values()] == ["boots"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (linked("boots/1.png", "/etc/passwd"), "link"),
        (changed(zipped({"boots/1.png": picture(2)}), 8, "<H", 1), "encrypted"),
        (changed(zipped({"boots/1.png": picture(2)}), 10, "<H", 12), "method"),
        (changed(zipped({"boots/1.png": picture(2)}), 16, "<L", 1), "damaged"),
    ],
)
def test_files_that_are_none_are_refused(importing: Importing, data: bytes, word: str) -> None:
    opened = importing.sent(data)
    assert importing.run(opened).failed == 1
    assert word in (importing.reasons(opened)["boots/1.png"] or "")
    assert importing.core.images == {}


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"this is no archive", "not a ZIP file"),
        (overlapping(5000), "over one another"),
        (zipped({}), "no files"),
        (zipped({"boots/": b""}), "no files"),
        (zipped({f"{n}/1.png": b"1" for n in range(MAX_NEW_LABELS + 1)}), "1001 new labels"),
    ],
    ids=range(5),
)
def test_an_archive_that_cannot_be_read_fails_with_a_reason(
    importing: Importing, data: bytes, word: str
) -> None:
    opened = importing.sent(data)
    failed = importing.run(opened)
    assert (failed.state, failed.total) == (ImportState.FAILED, None)
    assert word in (failed.failure or "")
    assert importing.core.labels == {}


def test_too_many_files_and_too_much_in_all_fail_the_import(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zipped({f"boots/{n}.png": picture(2) for n in range(3)})
    with monkeypatch.context() as limits:
        limits.setattr(import_rows, "MAX_FILES", 2)
        assert "at most 2 files" in (importing.run(importing.sent(data)).failure or "")
    monkeypatch.setattr(import_rows, "MAX_TOTAL_BYTES", 100)
    assert "unpacks to more" in (importing.run(importing.sent(data)).failure or "")


def test_folders_that_the_task_has_no_room_for_fail_the_import(importing: Importing) -> None:
    task = importing.task()
    for number in range(MAX_LABELS_OF_TASK - 1):
        label = importing.label(f"label {number}")
        importing.tasks.attach_label(WORKSPACE, task.id, label.id)
    for folders, state in ((2, ImportState.FAILED), (1, ImportState.DONE)):
        data = zipped({f"{folder}/1.png": picture(2) for folder in range(folders)})
        opened = importing.sent(data, task_id=task.id)
        ended = importing.run(opened)
        assert ended.state is state
        assert ("at most 1000 labels" in (ended.failure or "")) == (state is ImportState.FAILED)
    assert len(importing.tasks.labels(WORKSPACE, task.id)) == MAX_LABELS_OF_TASK
    assert len(importing.core.labels) == MAX_LABELS_OF_TASK


def test_a_folder_whose_label_cannot_be_made_says_why(
    importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core, "MAX_LABELS_OF_WORKSPACE", 1)
    importing.label("the only one")
    failed = importing.run(importing.sent(zipped({"boots/1.png": picture(2)})))
    assert failed.state is ImportState.FAILED
    assert "'boots' could not be made: A workspace holds at most" in (failed.failure or "")


def test_an_import_makes_no_more_labels_than_the_plan_has_room_for(importing: Importing) -> None:
    importing.room = Room(labels=2, plan="Small")
    data = zipped({f"{folder}/1.png": picture(2) for folder in ("boots", "hats", "gloves")})
    failed = importing.run(importing.sent(data))
    assert failed.state is ImportState.FAILED
    assert "With the plan Small a workspace holds" in (failed.failure or "")
    assert len(importing.core.labels) == 2


def test_an_import_into_a_full_plan_takes_the_labels_that_there_are(importing: Importing) -> None:
    importing.label("boots")
    importing.room = Room(labels=1, plan="Small")
    done = importing.run(importing.sent(zipped({"boots/1.png": picture(2)})))
    assert done.state is ImportState.DONE


def test_the_second_file_of_a_name_is_skipped(importing: Importing) -> None:
    data = bytearray(zipped({"boots/1.png": picture(2), "boots/2.png": picture(3)}))
    place = data.rindex(b"boots/2.png")
    data[place : place + 11] = b"boots/1.png"
    opened = importing.sent(bytes(data))
    done = importing.run(opened)
    assert (done.done, done.skipped) == (1, 1)
    assert importing.image(opened, "boots/1.png").width == 2


def test_many_files_are_many_batches_and_the_plan_is_of_ranges(importing: Importing) -> None:
    count = 2 * FILES_A_BATCH + 1
    opened = importing.sent(zipped({f"boots/{n}.png": picture(2) for n in range(count)}))
    batches = importing.planned(opened)
    assert len(batches) == 3
    assert all(len(str(batch)) < 400 for batch in batches)
    taken = [importing.take(batch_of(batch)) for batch in reversed(batches)]
    assert [len(some) for some in taken] == [1, FILES_A_BATCH, FILES_A_BATCH]
    names = [file.name for file in importing.files(opened)]
    assert names == [f"boots/{n}.png" for n in range(count)]


def test_the_id_of_an_image_is_of_its_import_and_name_alone() -> None:
    one = image_id_of("a", "boots/1.png")
    assert is_id(one)
    assert one == image_id_of("a", "boots/1.png")
    assert len({one, image_id_of("b", "boots/1.png"), image_id_of("a", "boots/2.png")}) == 3


def test_a_file_name_that_is_no_text_is_refused(importing: Importing) -> None:
    data = changed(zipped({"boots/ä.png": picture(2)}), 46 + 6, "<2s", b"\xff\xfe")  # type: ignore[arg-type]
    opened = importing.sent(data)
    assert importing.run(opened).failed == 1
    [file] = importing.files(opened, FileStatus.FAILED)
    assert "characters" in (file.reason or "")
    assert file.name == "boots/??.png"
