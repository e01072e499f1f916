"""What a caller of classify gets who does everything right."""

import base64
from dataclasses import replace

import pytest
from oriel.domain.task import TaskType

from tests.fakes.facts import TASK
from tests.functional.inference.world import WORKSPACE, World, model, picture, task


def test_answers_a_picture_with_all_labels_the_most_probable_first(world: World) -> None:
    answer = world.classify(picture("8x6:1"))
    assert answer.code == 200
    (record,) = answer.records
    assert record["best_label"] == {"id": "bag", "name": "Bag", "prob": 0.9}
    assert record["labels"][0] == record["best_label"]
    assert [label["id"] for label in record["labels"]] == ["bag", "boot", "coat"]
    assert sum(label["prob"] for label in record["labels"]) == pytest.approx(1, abs=1e-5)
    assert (record["_width"], record["_height"]) == (8, 6)
    assert record["_status"] == {"code": 200, "text": "OK", "request_id": "request-1"}


def test_a_tagging_task_lists_every_tag_by_its_own_probability(world: World) -> None:
    world.retype(TaskType.MULTI_LABEL)
    world.recognizer.row = [0.25, 0.999, 0.75]
    (record,) = world.classify(picture()).records
    assert record["labels"] == [
        {"id": "bag", "name": "Bag", "prob": 0.999},
        {"id": "coat", "name": "Coat", "prob": 0.75},
        {"id": "boot", "name": "Boot", "prob": 0.25},
    ]
    assert record["best_label"] == record["labels"][0]
    assert world.billed() == 1


@pytest.mark.parametrize(
    ("found", "answered"),
    [(4.730000019073486, 4.73), (-1.5e20, -1.5e20), (0.0, 0.0), (1234567.89, 1234568.0)],
)
def test_a_regression_answers_the_value_of_its_label(
    world: World, found: float, answered: float
) -> None:
    world.retype(TaskType.REGRESSION)
    world.recognizer.row = [found]
    (record,) = world.classify(picture()).records
    assert record["best_label"] == {"id": "boot", "name": "Boot", "value": answered}
    assert record["labels"] == [record["best_label"]]
    assert world.billed() == 1


def test_says_which_model_answered_and_how_long_it_took(world: World) -> None:
    answer = world.classify(picture())
    assert answer.body["task_id"] == TASK
    assert answer.body["version"] == 2
    assert answer.body["status"]["code"] == 200
    assert answer.body["status"]["text"] == "OK"
    assert answer.body["status"]["request_id"] == "request-1"
    assert answer.body["statistics"]["processing time"] >= 0
    assert {part.split(";")[0] for part in answer.headers["Server-Timing"].split(", ")} >= {
        "decode",
        "infer",
        "usage",
    }


def test_answers_ten_records_in_order_as_one_batch(world: World) -> None:
    records = [picture(f"{number + 1}x9:{number % 3}") for number in range(10)]
    answer = world.classify(*records)
    assert [record["_width"] for record in answer.records] == list(range(1, 11))
    assert world.recognizer.batches == [("head-2", 10)]
    assert world.billed() == 10


def test_echoes_own_fields_but_neither_picture_nor_file(world: World) -> None:
    own = {"_id": "7", "_file": "/home/me/x.png", "shelf": {"row": [1, None]}, "_url": "https://u"}
    (record,) = world.classify(picture() | own).records
    assert record["_id"] == "7"
    assert record["shelf"] == {"row": [1, None]}
    assert record["_url"] == "https://u"
    assert not {"_base64", "_file"} & record.keys()


def test_lets_no_own_field_pass_for_an_answer(world: World) -> None:
    forged = {"best_label": {"id": "x"}, "labels": [], "_status": {"code": 200}, "_width": 1}
    (record,) = world.classify({"_base64": "AAAA"} | forged).records
    assert record["_status"]["code"] == 400
    assert not {"best_label", "labels", "_width"} & record.keys()


def test_fetches_a_url(world: World) -> None:
    (record,) = world.classify({"_url": "https://pictures.test/coat"}).records
    assert record["best_label"]["id"] == "coat"
    assert record["_url"] == "https://pictures.test/coat"


@pytest.mark.parametrize(
    "prefix", ["data:image/png;base64,", "data:;base64,", " DATA:image/png;base64,"]
)
def test_takes_base64_as_a_data_uri(world: World, prefix: str) -> None:
    (record,) = world.classify({"_base64": prefix + picture("8x6:1")["_base64"]}).records
    assert record["best_label"]["id"] == "bag"


def test_takes_base64_with_line_breaks(world: World) -> None:
    text = picture("8x6:1")["_base64"]
    (record,) = world.classify({"_base64": f"{text[:4]}\r\n{text[4:]}\n"}).records
    assert record["best_label"]["id"] == "bag"


def test_takes_task_for_task_id_and_null_for_absent(world: World) -> None:
    body = {"task": TASK, "task_id": None, "version": None, "records": [picture()], "more": 1}
    assert world.post(body).body["task_id"] == TASK


@pytest.mark.parametrize("workspace", [WORKSPACE, "Default", None])
def test_takes_the_callers_workspace_by_any_name(world: World, workspace: str | None) -> None:
    body = {"task_id": TASK, "records": [picture()], "workspace": workspace}
    assert world.post(body).code == 200


def test_answers_with_the_version_that_is_asked_for(world: World) -> None:
    answer = world.post({"task_id": TASK, "version": 1, "records": [picture()]})
    assert answer.body["version"] == 1
    assert world.recognizer.batches == [("head-1", 1)]


def test_takes_a_body_that_the_gateway_encoded(world: World) -> None:
    text = f'{{"task_id": "{TASK}", "records": [{{"_base64": "{picture()["_base64"]}"}}]}}'
    encoded = base64.b64encode(text.encode()).decode()
    assert world.send(body=encoded, isBase64Encoded=True).code == 200


def test_answers_with_or_without_a_trailing_slash(world: World) -> None:
    assert world.classify(picture(), path="/recognition/v2/classify/").code == 200


@pytest.mark.parametrize("path", ["/custom/v2/predict", "/custom/v2/predict/"])
def test_answers_the_same_by_its_name_for_custom_models(world: World, path: str) -> None:
    (by_one,) = world.classify(picture("8x6:1")).records
    (by_other,) = world.classify(picture("8x6:1"), path=path).records
    assert by_one["labels"] == by_other["labels"]
    assert by_other["_status"]["text"] == "OK"
    assert world.billed() == 2


def test_follows_a_new_production_version_within_a_second(world: World) -> None:
    assert world.classify(picture()).body["version"] == 2
    world.core.models["model-3"] = model(3)
    world.core.tasks[TASK] = task(TASK, production_version=3, latest_version=3)
    world.seconds += 1
    assert world.classify(picture()).body["version"] == 3


def test_answers_a_new_version_at_once_where_it_is_asked_for(world: World) -> None:
    world.classify(picture())
    world.core.models["model-3"] = model(3)
    body = {"task_id": TASK, "version": 3, "records": [picture()]}
    assert world.post(body).body["version"] == 3


def test_answers_the_first_version_at_once(world: World) -> None:
    published = world.core.tasks[TASK]
    world.core.tasks[TASK] = task(TASK)
    assert world.classify(picture()).code == 400
    world.core.tasks[TASK] = published
    assert world.classify(picture()).code == 200


def test_reads_no_table_for_a_busy_task(world: World) -> None:
    world.classify(picture())
    world.core.tasks[TASK] = replace(world.core.tasks[TASK], production_version=1)
    assert world.classify(picture()).body["version"] == 2
