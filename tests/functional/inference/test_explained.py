"""What a caller gets who asks why."""

from typing import Any

import pytest

from tests.fakes.facts import TASK
from tests.functional.inference.world import Response, World, picture


def explain(world: World, *records: Any, **more: Any) -> Response:
    return world.post({"task_id": TASK, "records": list(records), "explain": True, **more})


def test_the_best_label_is_explained_by_places_that_cover_the_picture(world: World) -> None:
    (record,) = explain(world, picture("8x6:1")).records
    assert record["explanation"] == {
        "label": {"id": "bag", "name": "Bag"},
        "rows": 1,
        "columns": 2,
        "box": [0, 0, 8, 6],
        "heat": [[0.0, 1.0]],
        "lowest": -0.5,
        "highest": 1.5,
        "base": 0.25,
    }
    assert record["best_label"] == {"id": "bag", "name": "Bag", "prob": 0.9}


def test_another_label_is_explained_where_it_is_asked_for(world: World) -> None:
    (record,) = explain(world, picture("8x6:1"), explain_label="coat").records
    assert record["explanation"]["label"] == {"id": "coat", "name": "Coat"}
    assert record["explanation"]["heat"] == [[1.0, 0.0]]
    assert record["best_label"]["id"] == "bag"


def test_an_explained_record_is_billed_as_any_other(world: World) -> None:
    answer = explain(world, picture("8x6:1"), picture("broken"), picture("9x9:0"))
    good, bad, other = answer.records
    assert world.billed() == 2
    assert "explanation" in good
    assert "explanation" in other
    assert "explanation" not in bad
    assert "_explain_error" not in bad


def test_a_model_that_cannot_say_why_answers_all_the_same_and_says_so(world: World) -> None:
    world.recognizer.explains = False
    (record,) = explain(world, picture("8x6:1")).records
    assert record["best_label"]["id"] == "bag"
    assert "train the task again" in record["_explain_error"]
    assert "explanation" not in record
    assert world.billed() == 1


@pytest.mark.parametrize("explain_it", [False, None])
def test_nobody_gets_an_explanation_that_was_not_asked_for(
    world: World, explain_it: bool | None
) -> None:
    body = {"task_id": TASK, "records": [picture("8x6:1")], "explain": explain_it}
    (record,) = world.post(body).records
    assert "explanation" not in record
    assert "_explain_error" not in record


def test_only_the_answer_says_what_an_explanation_is(world: World) -> None:
    own = {"explanation": "mine", "_explain_error": "mine"}
    (record,) = world.classify(picture("8x6:1") | own).records
    assert "mine" not in record.values()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"explain": "yes"}, "explain must be true or false"),
        ({"explain": True, "explain_label": 3}, "explain_label must be a string"),
        ({"explain": True, "explain_label": "hat"}, "explain_label is the id of no label"),
        ({"explain_label": "coat"}, "explain_label needs explain"),
    ],
)
def test_bad_wishes_are_refused_by_name_and_cost_nothing(
    world: World, fields: dict[str, Any], named: str
) -> None:
    answer = world.post({"task_id": TASK, "records": [picture("8x6:1")], **fields})
    assert answer.code == 400
    assert named in answer.body["detail"]
    assert world.billed() == 0
    assert world.recognizer.batches == []
