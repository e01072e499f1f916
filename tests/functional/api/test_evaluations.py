import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from oriel.domain.evaluation import evaluation_key
from oriel.domain.ids import new_id
from oriel.domain.model import Artifact, ArtifactKind, Model, TrainMode
from oriel.domain.task import TaskType

from tests.functional.api.conftest import Client, World
from tests.functional.api.test_listing import follow
from tests.functional.training.measured import Truth, evaluated, labelled, picture

MODELS = "/recognition/v2/model"
CLASSES, TAGS, VALUES = TaskType.MULTI_CLASS, TaskType.MULTI_LABEL, TaskType.REGRESSION
Rows = Sequence[Sequence[float]]


@dataclass
class Shelf:
    """Models whose evaluations are made up, of images that there are."""

    world: World
    client: Client

    def model(self, task_type: TaskType, truths: Sequence[Truth], logits: Rows) -> "Known":
        images = [self.client.image()["id"] for _ in truths]
        items = [
            replace(picture(n, truth), image_id=image)
            for n, (truth, image) in enumerate(zip(truths, images, strict=True))
        ]
        document = evaluated(task_type, items, logits)
        labels = labelled(len(logits[0]))
        artifact = Artifact(ArtifactKind.NETWORK, "key", "sha", 1, "", 224, 1.0, labels, task_type)
        model = replace(self.bare(), artifact=artifact, accuracy=document["accuracy"])
        self.world.core.models[model.id] = model
        key = evaluation_key(model.workspace_id, model.task_id, model.id)
        self.world.artifacts.put(key, json.dumps(document).encode(), "application/json")
        return Known(f"{MODELS}/{model.id}", images, document, key)

    def bare(self) -> Model:
        task = self.client.task()
        made = (new_id(), self.client.workspace, task["id"], task["name"], TrainMode.INSTANT)
        model = Model(*made, self.world.clock())
        self.world.core.models[model.id] = model
        return model


@dataclass
class Known:
    path: str
    images: list[str]
    document: dict[str, Any]
    key: str


@pytest.fixture
def shelf(world: World, client: Client) -> Shelf:
    return Shelf(world, client)


@pytest.fixture
def classes(shelf: Shelf) -> Known:
    """Two right answers, a sure mistake and an unsure one."""
    logits = [[3.0, 0.0], [0.0, 3.0], [0.0, 4.0], [0.5, 0.0]]
    return shelf.model(CLASSES, [(0,), (1,), (0,), (1,)], logits)


class TestEvaluation:
    def test_shows_what_was_measured(self, client: Client, classes: Known) -> None:
        shown = client.get(f"{classes.path}/evaluation/").json
        assert (shown["accuracy"], shown["test_count"], shown["type"]) == (0.5, 4, "multi_class")
        assert shown["confusion"] == {
            "rows": "predicted",
            "columns": "actual",
            "labels": ["label-0", "label-1"],
            "counts": [[1, 1], [1, 1]],
        }
        assert [label["support"] for label in shown["per_label"]] == [2, 2]
        assert shown["interval"]["method"] == "wilson"
        assert len(shown["calibration"]["bins"]) == 15
        assert shown["warnings"][0]["code"] == "majority_class"
        assert shown["slices"]["worst_first"] == []
        assert shown["thresholds"] == []
        overall = shown["curves"]["overall"]
        assert [point["given"] for point in overall] == [0.25, 0.75, 1.0]
        assert [point["precision"] for point in overall] == [0, pytest.approx(2 / 3), 0.5]

    def test_finds_the_thresholds_that_are_asked_for(self, client: Client, classes: Known) -> None:
        asked = {"precision": "0.6", "recall": "1", "false_positive": "1", "false_negative": "3"}
        precision, recall, costs = client.get(f"{classes.path}/evaluation", **asked).json[
            "thresholds"
        ]
        assert precision["asked"] == {"precision": 0.6}
        assert precision["overall"]["precision"] == pytest.approx(2 / 3)
        assert precision["overall"]["recall"] == 0.5
        assert recall["overall"] is None  # half of the best labels are wrong at any threshold
        second = recall["per_label"][1]
        assert (second["name"], second["point"]["recall"]) == ("Label 1", 1.0)
        assert costs["asked"] == {"false_positive": 1, "false_negative": 3}
        assert costs["per_label"][0]["point"]["precision"] == 0.5

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ({"precision": "1.5"}, "precision"),
            ({"precision": "nan"}, "precision"),
            ({"recall": "much"}, "recall"),
            ({"false_positive": "-1", "false_negative": "1"}, "false_positive"),
            ({"false_positive": "1"}, "false_negative"),
            ({"false_negative": "1"}, "false_positive"),
        ],
    )
    def test_names_the_parameter_that_makes_no_sense(
        self, client: Client, classes: Known, query: dict[str, str], field: str
    ) -> None:
        reply = client.get(f"{classes.path}/evaluation", **query)
        assert reply.status == 400
        assert reply.json["detail"].startswith(f"{field}: ")

    def test_of_a_model_in_training_is_refused(self, client: Client, shelf: Shelf) -> None:
        for path in ("evaluation", "failed-images"):
            reply = client.get(f"{MODELS}/{shelf.bare().id}/{path}")
            assert (reply.status, reply.json["code"]) == (409, "conflict")
            assert "only a TRAINED model" in reply.json["detail"]

    def test_of_a_model_that_is_being_deleted_is_not_found(
        self, world: World, client: Client, classes: Known
    ) -> None:
        world.artifacts.delete([classes.key])
        assert client.get(f"{classes.path}/evaluation").status == 404

    def test_from_before_there_was_more_shows_what_it_has(
        self, world: World, client: Client, classes: Known
    ) -> None:
        early = ("model_id", "accuracy", "accuracy_interval", "per_label", "confusion")
        counts = ("failed_images", "test_count", "train_count", "test_hash", "code_version")
        kept = {name: classes.document[name] for name in (*early, *counts)}
        world.artifacts.put(classes.key, json.dumps(kept).encode(), "application/json")
        shown = client.get(f"{classes.path}/evaluation", precision="0.5").json
        assert (shown["accuracy"], shown["curves"], shown["thresholds"]) == (0.5, None, [])
        assert len(client.get(f"{classes.path}/failed-images").json["results"]) == 2
        reply = client.post(f"{classes.path}/evaluation", {"costs": [[0, 1], [1, 0]]})
        assert (reply.status, "train it again" in reply.json["detail"]) == (409, True)

    def test_of_tags_has_their_figures_and_no_matrix(self, client: Client, shelf: Shelf) -> None:
        tags = shelf.model(TAGS, [(0,), (), (0, 1)], [[2.0, -1.0], [-1.0, 1.0], [3.0, 4.0]])
        shown = client.get(f"{tags.path}/evaluation", recall="1").json
        assert shown["confusion"] is None
        assert shown["figures"]["exact_match"] == pytest.approx(2 / 3)
        assert shown["per_label"][0]["average_precision"] == 1.0
        assert shown["thresholds"][0]["per_label"][1]["point"]["precision"] == 1.0

    def test_of_values_has_predictions_beside_the_truth(self, client: Client, shelf: Shelf) -> None:
        values = shelf.model(VALUES, [1.0, 2.0, 4.0], [[1.0], [2.5], [2.0]])
        shown = client.get(f"{values.path}/evaluation", precision="0.5").json
        assert shown["predictions"] == [
            {"predicted": 2.0, "actual": 4.0},
            {"predicted": 2.5, "actual": 2.0},
            {"predicted": 1.0, "actual": 1.0},
        ]
        assert (shown["accuracy"], shown["curves"], shown["thresholds"]) == (None, None, [])
        assert shown["interval"]["figure"] == "mae"


class TestFailedImages:
    def test_come_with_the_most_confident_mistake_first(
        self, client: Client, classes: Known
    ) -> None:
        listed = client.get(f"{classes.path}/failed-images/").json
        assert listed["count"] == 2
        sure, unsure = listed["results"]
        assert (sure["image"], unsure["image"]) == (classes.images[2], classes.images[3])
        assert sure["confidence"] > 0.9 > unsure["confidence"]
        assert sure["predicted"] == {"id": "label-1", "name": "Label 1"}
        assert sure["actual"] == {"id": "label-0", "name": "Label 0"}
        assert sure["thumb_img_path"].startswith("https://")
        assert sure["error"] is None

    def test_come_in_pages(self, client: Client, classes: Known) -> None:
        first = client.get(f"{classes.path}/failed-images", page_size="1").json
        assert first["count"] == 2
        second = follow(client, first["next"])
        assert [one["image"] for one in second["results"]] == [classes.images[3]]
        assert second["next"] is None
        bad = client.get(f"{classes.path}/failed-images", page=new_id())
        assert (bad.status, "page" in bad.json["detail"]) == (400, True)

    def test_that_were_deleted_are_listed_without_a_picture(
        self, client: Client, classes: Known
    ) -> None:
        client.call("DELETE", f"/recognition/v2/training-image/{classes.images[2]}")
        gone, _ = client.get(f"{classes.path}/failed-images").json["results"]
        assert gone["image"] == classes.images[2]
        assert gone["thumb_img_path"] is gone["img_path"] is None

    def test_of_tags_name_what_was_missed_and_invented(self, client: Client, shelf: Shelf) -> None:
        tags = shelf.model(TAGS, [(0,), ()], [[-2.0, -1.0], [-1.0, 1.0]])
        first, second = client.get(f"{tags.path}/failed-images").json["results"]
        assert first["missed"] == [{"id": "label-0", "name": "Label 0"}]
        assert second["invented"] == [{"id": "label-1", "name": "Label 1"}]
        assert first["confidence"] > second["confidence"]

    def test_of_values_are_all_by_their_errors(self, client: Client, shelf: Shelf) -> None:
        values = shelf.model(VALUES, [1.0, 2.0], [[1.5], [-2.0]])
        results = client.get(f"{values.path}/failed-images").json["results"]
        assert [one["image"] for one in results] == [values.images[1], values.images[0]]
        assert [one["error"] for one in results] == [4.0, 0.5]
        assert (results[0]["predicted_value"], results[0]["actual_value"]) == (-2.0, 2.0)
        assert results[0]["predicted"] is None


class TestCosts:
    def test_say_what_answers_cost(self, client: Client, classes: Known) -> None:
        body = {"costs": [[0, 8], [2, 0]], "abstain": 1}
        answer = client.post(f"{classes.path}/evaluation", body).json
        assert [label["name"] for label in answer["labels"]] == ["Label 0", "Label 1"]
        assert answer["best_label"] == {"cost": 2.5, "answered": 1.0, "accuracy": 0.5}
        # Of the unsure picture it is better to say nothing; the sure mistake is not seen.
        assert answer["least_costs"]["answered"] == 0.75
        assert answer["least_costs"]["cost"] == pytest.approx((2 + 1) / 4)
        assert answer["threshold"] == pytest.approx(0.9526, abs=1e-4)

    def test_without_a_price_of_no_answer_there_is_no_threshold(
        self, client: Client, classes: Known
    ) -> None:
        answer = client.post(f"{classes.path}/evaluation", {"costs": [[0, 1], [1, 0]]}).json
        assert (answer["threshold"], answer["with_threshold"]) == (None, None)
        assert answer["least_costs"] == answer["best_label"]

    @pytest.mark.parametrize(
        "costs", [[], [[0, 1]], [[0, 1, 1], [1, 0, 1], [1, 1, 0]], [[0], [1]], "free", [[0, "x"]]]
    )
    def test_have_to_be_those_of_the_labels(
        self, client: Client, classes: Known, costs: object
    ) -> None:
        reply = client.post(f"{classes.path}/evaluation", {"costs": costs})
        assert (reply.status, reply.json["detail"][:5]) == (400, "costs")

    def test_are_about_labels_that_exclude_each_other(self, client: Client, shelf: Shelf) -> None:
        tags = shelf.model(TAGS, [(0,), ()], [[2.0, -1.0], [-1.0, 1.0]])
        reply = client.post(f"{tags.path}/evaluation", {"costs": [[0, 1], [1, 0]]})
        assert (reply.status, "multi_class" in reply.json["detail"]) == (400, True)
