"""Pictures that were sent straight to S3."""

from dataclasses import replace

import pytest
from oriel.domain.errors import NotFound
from oriel.domain.ids import new_id
from oriel.domain.image import ImageStatus
from oriel.domain.label import Label, LabelType
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.domain.promise import UploadState
from oriel.domain.upload import Arrival, Upload

from tests.functional.api.conftest import png
from tests.functional.ingest.intake import WORKSPACE, Intake, body, message

PNG = png(28, 30)


@pytest.fixture
def intake() -> Intake:
    return Intake()


def label_of(intake: Intake) -> Label:
    label = Label(new_id(), WORKSPACE, "bolt", LabelType.CATEGORY, intake.clock())
    intake.core.labels[label.id] = label
    return label


def state_of(intake: Intake, arrival: Arrival) -> tuple[UploadState, str | None]:
    promise = intake.uploads.get(WORKSPACE, arrival.image_id)
    return promise.state, promise.rejection


def test_what_arrives_becomes_what_was_promised(intake: Intake) -> None:
    label = label_of(intake)
    arrival = intake.promised(
        PNG, label_ids=(label.id,), test_image=True, real=False, meta_data={"shelf": 3}
    )
    assert intake.deliver(arrival) == []
    image = intake.image(arrival)
    assert (image.id, image.test_image, image.real) == (arrival.image_id, True, False)
    assert (image.meta_data, image.content_type) == ({"shelf": 3}, "image/png")
    assert [carried.id for carried in intake.core.labels.values()] == [label.id]
    assert intake.core.labels[label.id].images_count == 1
    upload = Upload(WORKSPACE, image.id)
    assert intake.blobs.objects == {upload.key: PNG}
    assert intake.blobs.types[upload.key] == "image/png"
    assert state_of(intake, arrival) == (UploadState.READY, None)
    assert intake.deliver(upload) == []
    assert intake.image(arrival).status is ImageStatus.READY


def test_the_type_is_read_from_the_bytes_and_not_from_the_promise(intake: Intake) -> None:
    arrival = intake.promised(b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x10\x00\x20\x01\x01\x11\x00")
    assert intake.deliver(arrival) == []
    assert intake.image(arrival).content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7", "not a picture in one of the formats"),
        (PNG + b"broken", "ends too early"),
        (b"x" * (MAX_PICTURE_BYTES + 1), "more than 10 MB"),
    ],
)
def test_what_is_no_good_picture_is_refused_with_a_reason_and_leaves_nothing(
    intake: Intake, data: bytes, reason: str
) -> None:
    arrival = intake.promised(data)
    assert intake.deliver(arrival) == []
    state, rejection = state_of(intake, arrival)
    assert state is UploadState.REJECTED
    assert rejection is not None
    assert reason in rejection
    assert intake.blobs.objects == {}
    assert intake.core.images == {}


def test_a_label_that_vanished_meanwhile_refuses_the_picture(intake: Intake) -> None:
    arrival = intake.promised(PNG, label_ids=(new_id(),))
    assert intake.deliver(arrival) == []
    assert state_of(intake, arrival) == (UploadState.REJECTED, "There is no label with this id")
    assert intake.blobs.objects == {}


def test_what_nobody_promised_is_removed(intake: Intake) -> None:
    stray = Arrival(WORKSPACE, new_id())
    intake.blobs.objects[stray.key] = PNG
    assert intake.deliver(stray) == []
    assert intake.blobs.objects == {}
    assert intake.core.images == {}


def test_what_arrives_after_the_promise_is_forgotten_is_removed(intake: Intake) -> None:
    arrival = intake.promised(PNG)
    intake.clock.advance(86_400)
    assert intake.deliver(arrival) == []
    assert intake.blobs.objects == {}
    assert intake.core.images == {}


def test_a_second_delivery_and_a_second_picture_change_nothing(intake: Intake) -> None:
    label = label_of(intake)
    arrival = intake.promised(PNG, label_ids=(label.id,))
    assert intake.deliver(arrival, arrival) == []
    intake.blobs.objects[arrival.key] = png(9, 9)
    assert intake.deliver(arrival) == []
    assert len(intake.core.images) == 1
    assert intake.core.labels[label.id].images_count == 1
    assert intake.blobs.objects == {Upload(WORKSPACE, arrival.image_id).key: PNG}


@pytest.mark.parametrize("step", ["picture", "image", "settle", "remove"])
def test_a_crash_before_any_write_is_mended_by_the_next_delivery(
    intake: Intake, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = label_of(intake)
    arrival = intake.promised(PNG, label_ids=(label.id,))

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError(step)

    target, name = {
        "picture": (intake.blobs, "put"),
        "image": (intake.images, "create"),
        "settle": (intake.uploads, "settle"),
        "remove": (intake.blobs, "delete"),
    }[step]
    with monkeypatch.context() as patched:
        patched.setattr(target, name, crash)
        assert intake.deliver(arrival) == [arrival.image_id]
    assert intake.deliver(arrival) == []
    assert state_of(intake, arrival) == (UploadState.READY, None)
    assert intake.core.labels[label.id].images_count == 1
    assert intake.blobs.objects == {Upload(WORKSPACE, arrival.image_id).key: PNG}


def test_an_image_that_is_deleted_before_its_promise_is_kept_leaves_no_picture(
    intake: Intake,
) -> None:
    arrival = intake.promised(PNG)
    intake.deliver(arrival)
    promise = intake.uploads.get(WORKSPACE, arrival.image_id)
    waiting = replace(promise, state=UploadState.WAITING)
    intake.uploads.promises[WORKSPACE, arrival.image_id] = waiting
    intake.images.hide(WORKSPACE, arrival.image_id)
    intake.blobs.objects = {arrival.key: PNG}
    assert intake.deliver(arrival) == []
    assert intake.blobs.objects == {}
    assert state_of(intake, arrival)[1] == "The image of this picture was deleted"
    with pytest.raises(NotFound):
        intake.image(arrival)


def test_the_files_of_an_import_are_none_of_its_business(intake: Intake) -> None:
    import_id = new_id()
    key = f"ws/{WORKSPACE}/incoming/{import_id}/files/boots.png"
    intake.blobs.objects[key] = b"PK"
    assert intake.deliver_raw(message("1", body(key))) == []
    assert intake.blobs.objects == {key: b"PK"}
