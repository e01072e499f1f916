"""Pictures that are kept as training images: the caller asks for it, and the task allows it."""

import base64
import struct
import time
from collections.abc import Mapping
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from oriel.domain.errors import NotFound, TemporarilyUnavailable
from oriel.domain.ids import is_id
from oriel.domain.image import original_key
from oriel.domain.image_change import ImageChange
from oriel.domain.label import Label, LabelType
from oriel.domain.page import PageRequest
from oriel.domain.task import TaskType

from tests.fakes.facts import NOON, TASK
from tests.functional.inference.world import (
    GIF,
    LABELS,
    WORKSPACE,
    Response,
    World,
    artifact,
    model,
    picture,
    task,
)

NEGATIVE = "nothing"


@pytest.fixture(autouse=True)
def labels(world: World) -> None:
    add_labels(world)


def add_labels(world: World) -> None:
    for name in (*(label.id for label in LABELS), NEGATIVE):
        world.core.labels[name] = Label(name, WORKSPACE, name, LabelType.CATEGORY, NOON)
    allow(world)


def allow(world: World, **changes: Any) -> None:
    known = world.core.tasks[TASK]
    world.core.tasks[TASK] = replace(known, **{"store_images": True, **changes})


def gif(text: str) -> bytes:
    width, _, rest = text.partition("x")
    return b"GIF89a" + struct.pack("<HH", int(width), int(rest.partition(":")[0])) + text.encode()


def record(text: str = "8x6:1") -> dict[str, Any]:
    return {"_base64": base64.b64encode(gif(text)).decode()}


def store(world: World, *records: Any, key: str | None = None, **changes: Any) -> Response:
    headers = {} if key is None else {"headers": {"Idempotency-Key": key}}
    body = {"task_id": TASK, "records": list(records), "store_images": True}
    return world.post(body, **headers, **changes)


def carried(world: World, image_id: str) -> Mapping[str, tuple[float | None, bool]]:
    found = world.images.labels(WORKSPACE, image_id)
    return {one.label.id: (one.value, one.proposal) for one in found}


def of_type(world: World, kind: TaskType, outputs: list[float], **changes: Any) -> None:
    labels = LABELS[: len(outputs)]
    changed = replace(artifact(2), task_type=kind, labels=labels)
    world.core.models["model-2"] = replace(model(2), artifact=changed)
    world.recognizer.row = outputs
    allow(world, type=kind, **changes)


def test_keeps_the_bytes_as_an_image_with_the_best_label_as_a_proposal(world: World) -> None:
    (answered,) = store(world, record("8x6:1")).records
    image = world.images.get(WORKSPACE, answered["_stored_image_id"])
    assert is_id(image.id)
    assert world.blobs.objects == {original_key(WORKSPACE, image.id): gif("8x6:1")}
    assert (image.content_type, image.width, image.height) == ("image/gif", 8, 6)
    assert carried(world, image.id) == {"bag": (None, True)}
    assert world.core.labels["bag"].images_count == 0
    assert image.meta_data == {
        "prediction": {"task_id": TASK, "version": 2, "labels": [{"id": "bag", "prob": 0.9}]}
    }
    assert "_store_error" not in answered
    assert world.billed() == 1


def test_keeps_what_a_url_gave(world: World) -> None:
    (answered,) = store(world, {"_url": "https://pictures.test/gif"}).records
    key = original_key(WORKSPACE, answered["_stored_image_id"])
    assert world.blobs.objects[key] == gif("9x9:1") == GIF


def test_keeps_each_answered_record_as_an_image_of_its_own(world: World) -> None:
    records = [record(f"{number + 1}x1:{number % 3}") for number in range(9)]
    answer = store(world, *records, picture("broken"))
    *answered, broken = answer.records
    images = [world.images.get(WORKSPACE, one["_stored_image_id"]) for one in answered]
    assert [image.width for image in images] == list(range(1, 10))
    assert not {"_stored_image_id", "_store_error"} & broken.keys()
    assert world.images.list(WORKSPACE, PageRequest()).count == 9
    assert world.billed() == 9


def test_proposes_all_likely_tags(world: World) -> None:
    of_type(world, TaskType.MULTI_LABEL, [0.5, 0.2, 0.8], negative_label_id=NEGATIVE)
    (answered,) = store(world, record()).records
    image_id = answered["_stored_image_id"]
    assert carried(world, image_id) == {"coat": (None, True), "boot": (None, True)}
    noted = world.images.get(WORKSPACE, image_id).meta_data["prediction"]["labels"]
    assert noted == [{"id": "coat", "prob": 0.8}, {"id": "boot", "prob": 0.5}]


@pytest.mark.parametrize(("negative", "proposed"), [(NEGATIVE, {NEGATIVE}), (None, set())])
def test_proposes_the_negative_label_where_no_tag_is_likely(
    world: World, negative: str | None, proposed: set[str]
) -> None:
    of_type(world, TaskType.MULTI_LABEL, [0.1, 0.2, 0.4], negative_label_id=negative)
    (answered,) = store(world, record()).records
    assert carried(world, answered["_stored_image_id"]).keys() == proposed


def test_proposes_a_value_with_its_label(world: World) -> None:
    of_type(world, TaskType.REGRESSION, [4.75])
    (answered,) = store(world, record()).records
    image_id = answered["_stored_image_id"]
    assert carried(world, image_id) == {"boot": (4.75, True)}
    noted = world.images.get(WORKSPACE, image_id).meta_data["prediction"]["labels"]
    assert noted == [{"id": "boot", "value": 4.75}]


def test_a_confirmed_proposal_is_ground_truth(world: World) -> None:
    (answered,) = store(world, record()).records
    image_id = answered["_stored_image_id"]
    world.images.change(WORKSPACE, image_id, ImageChange(confirm=True), NOON)
    assert carried(world, image_id) == {"bag": (None, False)}


def test_refuses_before_inferring_where_the_task_does_not_allow_it(world: World) -> None:
    allow(world, store_images=False)
    answer = store(world, record())
    assert answer.code == 403
    assert answer.body["code"] == "forbidden"
    assert "store_images to true" in answer.body["detail"]
    assert answer.body["status"] == {
        "code": 403,
        "text": answer.body["detail"],
        "request_id": "request-1",
    }
    assert world.recognizer.batches == []
    assert world.blobs.objects == {}
    assert world.billed() == 0


def test_follows_the_switch_at_once_when_it_is_switched_on(world: World) -> None:
    allow(world, store_images=False)
    assert world.classify(record()).code == 200
    assert store(world, record()).code == 403
    allow(world)
    assert store(world, record()).code == 200


@pytest.mark.parametrize("wish", [False, None])
def test_keeps_nothing_that_nobody_asks_for(world: World, wish: bool | None) -> None:
    body = {"task_id": TASK, "records": [record()], "store_images": wish}
    answer = world.post(body)
    assert "store;" not in answer.headers["Server-Timing"]
    (answered,) = answer.records
    assert not {"_stored_image_id", "_store_error"} & answered.keys()
    assert world.blobs.objects == {}


@pytest.mark.parametrize("wish", ["true", 1, [], {}])
def test_names_the_field_of_a_wrong_wish(world: World, wish: Any) -> None:
    answer = world.post({"task_id": TASK, "records": [record()], "store_images": wish})
    assert answer.code == 400
    assert "store_images" in answer.body["detail"]


def test_says_no_unknown_or_untrained_task_is_forbidden(world: World) -> None:
    body = {"task_id": TASK[::-1], "records": [record()], "store_images": True}
    assert world.post(body).code == 404
    world.core.tasks[TASK] = task(TASK, store_images=True)
    assert store(world, record()).body["code"] == "not_trained"


def test_lets_no_own_field_pass_for_a_stored_image(world: World) -> None:
    forged = {"_stored_image_id": "x", "_store_error": "y"}
    (answered,) = world.classify(record() | forged).records
    assert not forged.keys() & answered.keys()


def test_other_requests_keep_images_of_their_own(world: World) -> None:
    for key in ("order-1", "order-2", None, None):
        assert store(world, record(), key=key).code == 200
    assert world.images.list(WORKSPACE, PageRequest()).count == 4


def test_another_body_of_a_key_does_not_reach_the_pictures_of_the_first(world: World) -> None:
    (answered,) = store(world, record("8x6:1"), key="order-1").records
    assert store(world, record("9x9:2"), key="order-1").code == 422
    key = original_key(WORKSPACE, answered["_stored_image_id"])
    assert world.blobs.objects == {key: gif("8x6:1")}


def test_keeps_a_picture_without_the_label_that_was_deleted(world: World) -> None:
    of_type(world, TaskType.MULTI_LABEL, [0.7, 0.2, 0.8])
    del world.core.labels["coat"]
    (answered,) = store(world, record()).records
    assert carried(world, answered["_stored_image_id"]) == {"boot": (None, True)}


class Broken:
    """A store or bucket whose every call ends in the same way."""

    def __init__(self, fault: Exception) -> None:
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        def fail(*_: Any, **__: Any) -> None:
            raise self._fault

        return fail


@pytest.mark.parametrize("part", ["blobs", "images"])
@pytest.mark.parametrize("fault", [TemporarilyUnavailable("table 7"), OSError("broken pipe")])
def test_answers_and_bills_what_it_cannot_keep(world: World, part: str, fault: Exception) -> None:
    broken: Any = {part: Broken(fault)}
    world.keeper = replace(world.keeper, **broken)
    world.restart()
    answer = store(world, record(), record(), key="order-1")
    assert answer.code == 200
    for answered in answer.records:
        assert answered["best_label"]["id"] == "bag"
        assert answered["_status"]["code"] == 200
        assert "could not be stored" in answered["_store_error"]
        assert str(fault) not in answered["_store_error"]
        assert "_stored_image_id" not in answered
    assert store(world, record(), record(), key="order-1").body == answer.body
    assert world.billed() == 2


def test_says_why_a_picture_can_be_no_image(world: World) -> None:
    (answered,) = store(world, picture("8x6:1")).records
    assert answered["best_label"]["id"] == "bag"
    assert "not a picture in one of the formats" in answered["_store_error"]


def test_waits_no_longer_for_a_store_than_an_answer_may(world: World) -> None:
    released = Event()

    class Slow:
        def put(self, *_: object) -> None:
            released.wait(timeout=30)
            raise NotFound("too late")

    slow: Any = Slow()
    world.keeper = replace(world.keeper, blobs=slow, seconds=0.2)
    world.restart()
    begun = time.monotonic()
    answer = store(world, *[record()] * 6)
    assert time.monotonic() - begun < 5
    released.set()
    assert {one["_status"]["code"] for one in answer.records} == {200}
    assert {one["_store_error"][:12] for one in answer.records} <= {"It was not k", "There was no"}
    assert world.billed() == 6
