import json
from dataclasses import replace

import pytest
from oriel.domain.image import ImageStatus
from oriel.domain.picture_limits import MAX_PICTURE_BYTES
from oriel.domain.upload import Upload

from tests.functional.ingest.intake import (
    BACKBONE,
    WORKSPACE,
    DyingImageStore,
    Intake,
    MeanwhileReader,
    body,
    message,
)

ANOTHER = "22222222-2222-4222-8222-222222222222"


def test_an_upload_becomes_ready_with_all_that_was_seen() -> None:
    intake = Intake()
    upload = intake.upload(b"boot")
    assert intake.deliver(upload) == []
    image = intake.image(upload)
    assert image.status is ImageStatus.READY
    assert (image.width, image.height, image.size_bytes) == (40, 30, 4)
    assert image.perceptual_hash == "0123456789abcdef"
    assert image.brightness == 12.5
    assert image.picture_key == f"derived/ws/{WORKSPACE}/pictures/{upload.image_id}.png"
    assert intake.blobs.get(image.picture_key) == b"served boot"
    thumbnail = f"derived/ws/{WORKSPACE}/thumbnails/{upload.image_id}.jpg"
    assert intake.blobs.get(thumbnail) == b"small boot"
    assert intake.blobs.types[thumbnail] == "image/jpeg"
    assert intake.core.embeddings == {(WORKSPACE, upload.image_id, BACKBONE): b"vector of boot"}


def test_a_picture_that_may_be_served_as_it_came_gets_no_copy() -> None:
    intake = Intake()
    upload = intake.upload(b"plain")
    assert intake.deliver(upload) == []
    assert intake.image(upload).picture_key is None
    assert intake.derived() == {f"derived/ws/{WORKSPACE}/thumbnails/{upload.image_id}.jpg"}


def test_the_pictures_of_a_batch_are_embedded_together() -> None:
    intake = Intake()
    uploads = [intake.upload(f"picture {number}".encode()) for number in range(10)]
    assert intake.deliver(*uploads) == []
    assert intake.embedder.calls == [10]
    for number, upload in enumerate(uploads):
        vector = intake.core.embeddings[WORKSPACE, upload.image_id, BACKBONE]
        assert vector == f"vector of picture {number}".encode()


def test_a_picture_that_cannot_be_decoded_is_rejected_with_the_reason_and_does_not_come_again() -> (
    None
):
    intake = Intake()
    bad, good = intake.upload(b"bad bytes"), intake.upload()
    assert intake.deliver(bad, good) == []
    assert intake.image(bad).status is ImageStatus.REJECTED
    assert intake.image(bad).rejection == "This is not a picture"
    assert intake.image(good).status is ImageStatus.READY
    assert not [key for key in intake.derived() if bad.image_id in key]


def test_a_picture_over_the_limit_is_rejected_unread() -> None:
    intake = Intake()
    upload = intake.upload(b"x" * (MAX_PICTURE_BYTES + 1))
    assert intake.deliver(upload) == []
    assert intake.image(upload).rejection == "The picture holds more than 10 MB"


def test_an_upload_without_its_image_comes_again() -> None:
    intake = Intake()
    early, good = intake.upload(with_image=False), intake.upload()
    assert intake.deliver(early, good) == [early.image_id]
    assert intake.image(good).status is ImageStatus.READY
    assert not [key for key in intake.derived() if early.image_id in key]


def test_an_upload_that_was_deleted_with_its_image_is_dropped() -> None:
    intake = Intake()
    assert intake.deliver(Upload(WORKSPACE, ANOTHER)) == []
    assert intake.blobs.objects == {}


def test_an_image_that_is_deleted_while_it_is_ingested_leaves_nothing_behind() -> None:
    intake = Intake()
    upload = intake.upload()
    seen = intake.ingest.look(upload)
    assert seen is not None
    (vector,) = intake.ingest.embed([seen])
    intake.images.delete(WORKSPACE, upload.image_id)
    intake.ingest.finish(seen, vector)
    assert intake.derived() == set()
    assert intake.core.embeddings == {}
    assert intake.core.images == {}


def test_what_a_crash_left_of_an_image_that_is_deleted_meanwhile_goes_with_the_next_delivery() -> (
    None
):
    intake = Intake()
    upload = intake.upload()
    seen = intake.ingest.look(upload)
    assert seen is not None
    (vector,) = intake.ingest.embed([seen])
    intake.images.delete(WORKSPACE, upload.image_id)
    intake.blobs.delete([upload.key])
    dying = replace(intake.ingest, images=DyingImageStore(intake.core))
    with pytest.raises(RuntimeError):
        dying.finish(seen, vector)
    assert intake.derived()
    assert intake.deliver(upload) == []
    assert intake.derived() == set()
    assert intake.core.embeddings == {}


@pytest.mark.parametrize("data", [b"good", b"bad"])
def test_an_image_that_is_deleted_while_it_is_read_is_no_failure(data: bytes) -> None:
    intake = Intake()
    upload = intake.upload(data)
    intake.ingest = replace(intake.ingest, reader=MeanwhileReader(intake.images))
    assert intake.deliver(upload) == []
    assert intake.derived() == set()
    assert intake.core.embeddings == {}


@pytest.mark.parametrize("writes", [0, 1])
def test_a_crash_between_two_writes_is_mended_by_the_next_delivery(writes: int) -> None:
    intake = Intake()
    upload = intake.upload()
    intake.blobs.writes_left = writes
    assert intake.deliver(upload) == [upload.image_id]
    assert intake.image(upload).status is ImageStatus.PENDING
    assert intake.deliver(upload) == []
    assert intake.image(upload).status is ImageStatus.READY
    assert len(intake.derived()) == 2


def test_one_failure_does_not_hold_the_others_up() -> None:
    intake = Intake()
    first, second = intake.upload(b"first"), intake.upload(b"second")
    intake.blobs.writes_left = 1
    assert intake.deliver(first, second) == [first.image_id]
    assert intake.image(second).status is ImageStatus.READY


def test_a_second_delivery_ends_in_the_same_state() -> None:
    intake = Intake()
    upload = intake.upload()
    intake.deliver(upload)
    image, objects = intake.image(upload), dict(intake.blobs.objects)
    assert intake.deliver(upload, upload) == []
    assert intake.image(upload) == image
    assert intake.blobs.objects == objects


def test_the_test_event_of_s3_is_ignored() -> None:
    intake = Intake()
    test_event = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"})
    assert intake.deliver_raw(message("1", test_event)) == []


@pytest.mark.parametrize("key", ["other/thing", f"ws/{WORKSPACE}/incoming/{ANOTHER}", "ws/a b/x"])
def test_a_key_that_names_no_upload_is_dropped(key: str) -> None:
    intake = Intake()
    assert intake.deliver_raw(message("1", body(key))) == []
    assert intake.embedder.calls == []


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"Records": [{}]}', '{"Records": 3}', "null"])
def test_a_message_that_s3_did_not_write_goes_to_the_dead_letters(text: str) -> None:
    intake = Intake()
    good = intake.upload()
    answer = intake.deliver_raw(message("1", text), message("2", body(good.key)))
    assert answer == ["1"]
    assert intake.image(good).status is ImageStatus.READY


def test_a_message_may_tell_of_several_uploads() -> None:
    intake = Intake()
    uploads = [intake.upload(f"{number}".encode()) for number in range(3)]
    keys = [upload.key for upload in uploads]
    assert intake.deliver_raw(message("1", body(*keys, keys[0]))) == []
    assert intake.embedder.calls == [3]
