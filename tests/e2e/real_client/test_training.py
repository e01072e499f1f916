"""All three types of task, from pictures to answers, with nothing but the client."""

import base64
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import pytest
from conftest import eventually, what_is_on
from ximilar.client.custom import CustomPredictClient
from ximilar.client.exceptions import XimilarClientException
from ximilar.client.recognition import Label, RecognitionClient, Task

CLASSES = ("Trouser", "Sneaker", "Bag")
WORN_ON_FEET = {"Sneaker"}
EACH = 36
TRAINING_SECONDS = 1200.0


@dataclass(frozen=True)
class World:
    """One workspace with a trained task of each type on the same pictures."""

    kind: Task
    tags: Task
    bright: Task
    labels: dict[str, Label]
    worn: Label
    amount: Label
    unseen: list[Path]


def brightness_of(picture: Path) -> float:
    """Of the whole picture, in percent of white."""
    return float(cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE).mean() / 2.55)


@pytest.fixture(scope="module")
def world(client: RecognitionClient, pictures: list[Path]) -> World:
    chosen = [picture for picture in pictures if what_is_on(picture) in CLASSES]
    seen, unseen = chosen[: len(CLASSES) * EACH], chosen[len(CLASSES) * EACH :][:10]
    assert len(unseen) == 10
    kind, _ = client.create_task("Kind", task_type="multi_class")
    tags, _ = client.create_task("Worn", task_type="multi_label")
    bright, _ = client.create_task("Brightness", task_type="regression")
    labels = {name: client.create_label(name)[0] for name in CLASSES}
    worn = client.create_label("on feet", label_type="tag")[0]
    amount = client.create_label("brightness", label_type="value")[0]
    negative = tags.get_negative_label()[0]
    for label in labels.values():
        kind.add_label(label.id)
    tags.add_label(worn.id)
    bright.add_label(amount.id)

    def record(picture: Path) -> dict[str, Any]:
        name = what_is_on(picture)
        tag = worn if name in WORN_ON_FEET else negative
        return {
            "_file": str(picture),
            "labels": [labels[name].id, tag.id],
            "values": {amount.id: brightness_of(picture)},
        }

    results = client.parallel_records_processing(
        [record(picture) for picture in seen], client.upload_images
    )
    assert len(results) == len(seen)
    assert client.get_label(amount.id)[0].images_count == len(seen)
    return World(kind, tags, bright, labels, worn, amount, unseen)


def train(client: RecognitionClient, *tasks: Task) -> None:
    """Train as the client asks for it, and wait."""

    def begin(task: Task) -> Any:
        answer = task.train()
        if answer.get("code") == "images_still_processing":
            return None
        assert answer["train_status"] in {"CREATED", "IN_TRAINING"}, answer
        return answer

    models = [eventually(lambda task=task: begin(task)) for task in tasks]
    for model in models:
        done = eventually(lambda model=model: _finished(client, model["id"]), TRAINING_SECONDS)
        assert done["train_status"] == "TRAINED", done.get("failure")


def _finished(client: RecognitionClient, model_id: str) -> Any:
    model = client.get(f"recognition/v2/model/{model_id}")
    return model if model["train_status"] in {"TRAINED", "FAILED"} else None


def test_an_untrained_task_says_so(client: RecognitionClient, pictures: list[Path]) -> None:
    task, _ = client.create_task("Untrained")
    with pytest.raises(XimilarClientException):
        task.classify([{"_file": str(pictures[0])}])
    assert client.classify_on_task([{"_file": str(pictures[0])}], task.id) is None
    assert "labels" in task.train()["detail"]
    task.remove()


def test_three_types_train_and_answer(client: RecognitionClient, world: World) -> None:
    train(client, world.kind, world.tags, world.bright)
    trained, _ = client.get_task(world.kind.id)
    assert (trained.production_version, trained.last_train_status) == (1, "TRAINED")
    records = [{"_file": str(picture), "_id": picture.name} for picture in world.unseen]
    _check_kinds(world, world.kind.classify(records))
    _check_tags(world, world.tags.classify(records))
    _check_brightness(world, world.bright.classify(records))


def _check_kinds(world: World, answer: dict[str, Any]) -> None:
    assert answer["status"]["code"] == 200
    assert answer["version"] == 1
    assert [one["_id"] for one in answer["records"]] == [file.name for file in world.unseen]
    for one in answer["records"]:
        assert sum(label["prob"] for label in one["labels"]) == pytest.approx(1, abs=1e-3)
        assert one["best_label"] == one["labels"][0]
    right = [
        one["best_label"]["name"] == what_is_on(file)
        for one, file in zip(answer["records"], world.unseen, strict=True)
    ]
    assert sum(right) >= 9


def _check_tags(world: World, answer: dict[str, Any]) -> None:
    names = {label["name"] for one in answer["records"] for label in one["labels"]}
    assert names == {world.worn.name}
    right = [
        (one["best_label"]["prob"] >= 0.5) == (what_is_on(file) in WORN_ON_FEET)
        for one, file in zip(answer["records"], world.unseen, strict=True)
    ]
    assert sum(right) >= 9


def _check_brightness(world: World, answer: dict[str, Any]) -> None:
    actual = [brightness_of(file) for file in world.unseen]
    middle = sum(actual) / len(actual)
    answered = [one["best_label"]["value"] for one in answer["records"]]
    assert all(one["labels"] == [one["best_label"]] for one in answer["records"])
    error = sum(abs(a - b) for a, b in zip(answered, actual, strict=True))
    assert error < 0.6 * sum(abs(a - middle) for a in actual), "no better than the mean"


def test_answers_come_for_files_bytes_arrays_and_side_by_side(
    client: RecognitionClient, world: World
) -> None:
    file = world.unseen[0]
    array = cv2.cvtColor(cv2.imread(str(file)), cv2.COLOR_BGR2RGB)
    written = "data:image/png;base64," + base64.b64encode(file.read_bytes()).decode()
    inside = {"_url": "http://127.0.0.1/a.jpg"}
    records = [{"_file": str(file)}, {"_img_data": array}, {"_base64": written}, inside]
    answer = client.classify_on_task(records, world.kind.id, version=1)
    codes = [one["_status"]["code"] for one in answer["records"]]
    assert codes == [200, 200, 200, 400]
    assert "best_label" not in answer["records"][3]
    results = client.parallel_records_processing(
        [{"_file": str(file)} for _ in range(3)], method=world.kind.classify
    )
    assert [len(one["records"]) for one in results] == [1, 1, 1]


def test_the_custom_predict_client_gets_the_same_answer(
    client: RecognitionClient, world: World
) -> None:
    custom = CustomPredictClient(client.token, endpoint=client.endpoint, resource_name=None)
    answer = custom.predict([{"_file": str(world.unseen[0])}], world.kind.id)
    assert answer["records"][0]["best_label"]["name"] in CLASSES
    same = client.custom_endpoint_processing(
        [{"_file": str(world.unseen[0])}], "recognition/v2/classify", {"task": world.kind.id}
    )
    assert same["records"] == [{**answer["records"][0], "_status": same["records"][0]["_status"]}]


def test_what_cannot_be_classified_is_an_exception(world: World) -> None:
    with pytest.raises(XimilarClientException):
        world.kind.classify([{"_file": str(world.unseen[0])}], version=99)
    with pytest.raises(XimilarClientException):
        world.kind.classify([{"_file": str(world.unseen[0])}] * 11)


def test_models_are_listed_read_and_removed(client: RecognitionClient, world: World) -> None:
    (first,) = _models(client, world.kind)
    model, _ = client.get_model(first["id"])
    assert (model.task_id, model.task_name, model.version) == (world.kind.id, "Kind", 1)
    assert str(model) == "Kind (TRAINED)"
    assert "detail" in client.remove_model(model.id), "the production version stays"
    client.post(f"recognition/v2/task/{world.kind.id}/train", data={"mode": "instant"})
    eventually(lambda: client.get_task(world.kind.id)[0].production_version == 2)
    client.post(f"recognition/v2/model/{model.id}/activate")
    eventually(lambda: world.kind.classify([{"_file": str(world.unseen[0])}])["version"] == 1)
    second = next(one for one in _models(client, world.kind) if one["version"] == 2)
    assert client.remove_model(second["id"]).status_code == 204
    assert client.get_model(second["id"])[0] is None


def _models(client: RecognitionClient, task: Task) -> list[dict[str, Any]]:
    models: list[dict[str, Any]] = client.get(f"recognition/v2/model/?task={task.id}")["results"]
    return models


def test_a_stored_answer_is_a_proposal_until_it_is_verified(
    client: RecognitionClient, world: World
) -> None:
    records = [{"_file": str(world.unseen[0])}]
    with pytest.raises(XimilarClientException):
        world.kind.classify(records, store_images=True)
    client.patch(f"recognition/v2/task/{world.kind.id}", data={"store_images": True})
    answer = eventually(lambda: _stored(world, records))
    proposed = answer["records"][0]["best_label"]["id"]
    before = client.get_label(proposed)[0].images_count
    image, _ = client.get_image(answer["records"][0]["_stored_image_id"])
    assert [label.id for label in image.get_labels()[0]] == [proposed]
    image.verify(client.get_user_details()["id"])
    assert client.get_label(proposed)[0].images_count == before + 1
    image.remove()


def _stored(world: World, records: list[dict[str, str]]) -> dict[str, Any] | None:
    """A warm instance may remember for seconds that the task does not store."""
    try:
        return world.kind.classify(records, store_images=True)  # type: ignore[no-any-return]
    except XimilarClientException:
        return None


def test_tasks_go_and_their_labels_stay(client: RecognitionClient, world: World) -> None:
    for task in (world.tags, world.bright):
        task.remove()
        assert client.get_task(task.id)[0] is None
    assert client.get_label(world.worn.id)[0] is not None
    assert client.get_label(str(uuid.uuid4()))[0] is None
