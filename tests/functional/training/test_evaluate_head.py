import json

import pytest
from oriel.domain.abstention import Abstention, AbstentionMode
from oriel.domain.errors import Conflict, TrainingFailed
from oriel.domain.evaluation import evaluation_key
from oriel.domain.model import ArtifactKind
from oriel.domain.snapshot import from_json
from oriel.domain.split import Side

from tests.functional.training.steps import evaluate, fit_head, prepare
from tests.functional.training.world import WORKSPACE, World


def test_a_good_head_carries_its_figures_to_the_model() -> None:
    world = World().fill()
    prepared = prepare(world)
    result = evaluate(world, prepared, fit_head(world, prepared))
    model = world.now()
    assert result == {"accuracy": 1.0, "test_count": prepared["test_count"]}
    assert model.accuracy == 1.0
    assert model.artifact is not None
    assert model.artifact.kind is ArtifactKind.HEAD
    assert [label.name for label in model.artifact.labels] == ["Boots", "Shirts"]
    assert model.metrics["test_count"] == prepared["test_count"]
    assert model.metrics["train_count"] == prepared["train_count"]
    assert model.metrics["code_version"] == "code-1"
    assert model.metrics["accuracy_interval"][1] == 1.0
    snapshot = from_json(world.datasets.get(prepared["snapshot_key"]))
    assert model.metrics["test_hash"] == snapshot.test_hash()
    assert model.version is None


def test_the_confusion_matrix_has_a_row_a_prediction_and_a_column_an_answer() -> None:
    world = World().fill()
    world.add(world.boots, 1, test_image=True, towards=-1.0)
    prepared = prepare(world)
    evaluate(world, prepared, fit_head(world, prepared))
    boots, shirts = world.now().metrics["confusion"]
    assert boots[1] == 0
    assert shirts[0] == 1
    assert sum(boots) + sum(shirts) == prepared["test_count"]


def test_a_picture_that_was_answered_wrongly_is_listed_in_the_full_evaluation() -> None:
    world = World().fill()
    (wrong,) = world.add(world.boots, 1, test_image=True, towards=-1.0)
    prepared = prepare(world)
    evaluate(world, prepared, fit_head(world, prepared))
    kept = world.artifacts.get(evaluation_key(WORKSPACE, world.model.task_id, world.model.id))
    document = json.loads(kept)
    (mistake,) = document["failed_images"]
    assert mistake["image_id"] == wrong.id
    assert (mistake["predicted"], mistake["actual"]) == (world.shirts.id, world.boots.id)
    assert 0.5 <= mistake["confidence"] <= 1
    assert document["snapshot_key"] == prepared["snapshot_key"]
    assert document["model_id"] == world.model.id
    assert document["accuracy"] == pytest.approx(1 - 1 / prepared["test_count"])


def test_abstention_is_measured_for_all_thresholds_and_as_the_task_sets_it() -> None:
    world = World().fill()
    world.add(world.boots, 1, test_image=True, towards=-1.0)
    never = Abstention(AbstentionMode.THRESHOLD, threshold=1.0)
    world.tasks.update(WORKSPACE, world.model.task_id, abstention=never)
    prepared = prepare(world)
    evaluate(world, prepared, fit_head(world, prepared))
    model = world.now()
    noted = model.metrics["notes"]["abstention"]
    error = pytest.approx(1 / prepared["test_count"], abs=1e-6)
    assert noted["risk_coverage"][-1]["coverage"] == 1.0
    assert noted["risk_coverage"][-1]["error"] == error
    assert noted["as_set"]["mode"] == "threshold"
    assert noted["as_set"]["coverage"] < 1
    assert noted["as_set"]["error_of_all"] == error
    assert model.artifact is not None
    assert model.artifact.risk is not None
    assert model.artifact.risk.points[-1].answers == prepared["train_count"]


def test_what_was_left_out_is_on_record() -> None:
    world = World().fill()
    world.ready(world.upload(world.boots, world.shirts))
    prepared = prepare(world)
    evaluate(world, prepared, fit_head(world, prepared))
    assert world.now().metrics["notes"]["left_out"] == {"two_labels": 1}


def test_a_deleted_test_picture_changes_what_the_figures_are_comparable_with() -> None:
    world = World().fill()
    prepared = prepare(world)
    trained = fit_head(world, prepared)
    snapshot = from_json(world.datasets.get(prepared["snapshot_key"]))
    gone, *rest = snapshot.side(Side.TEST)
    world.images.delete(WORKSPACE, gone.image_id)
    result = evaluate(world, prepared, trained)
    assert result["test_count"] == prepared["test_count"] - 1
    assert world.now().metrics["test_hash"] == snapshot.test_hash(rest)


def test_of_very_many_test_pictures_some_are_measured_and_the_figures_say_so() -> None:
    world = World().fill()
    prepared = prepare(world)
    trained = fit_head(world, prepared)
    snapshot = from_json(world.datasets.get(prepared["snapshot_key"]))
    smallest = sorted(snapshot.side(Side.TEST), key=lambda item: item.sha256)[:3]
    result = evaluate(world, prepared, trained, most=3)
    metrics = world.now().metrics
    assert result["test_count"] == metrics["test_count"] == 3
    assert metrics["test_hash"] == snapshot.test_hash(smallest)
    assert metrics["notes"]["not_measured"] == prepared["test_count"] - 3


def test_a_picture_that_was_deleted_does_not_count_as_not_measured() -> None:
    world = World().fill()
    prepared = prepare(world)
    trained = fit_head(world, prepared)
    gone = from_json(world.datasets.get(prepared["snapshot_key"])).side(Side.TEST)[0]
    world.images.delete(WORKSPACE, gone.image_id)
    evaluate(world, prepared, trained)
    assert world.now().metrics["notes"]["not_measured"] == 0


def test_nothing_left_to_measure_is_a_failure() -> None:
    world = World().fill()
    prepared = prepare(world)
    trained = fit_head(world, prepared)
    for item in from_json(world.datasets.get(prepared["snapshot_key"])).side(Side.TEST):
        world.images.delete(WORKSPACE, item.image_id)
    with pytest.raises(TrainingFailed, match="deleted meanwhile"):
        evaluate(world, prepared, trained)


def test_a_repeat_changes_nothing() -> None:
    world = World().fill()
    prepared = prepare(world)
    trained = fit_head(world, prepared)
    evaluate(world, prepared, trained)
    model, objects = world.now(), dict(world.artifacts.objects)
    evaluate(world, prepared, trained)
    assert world.now() == model
    assert world.artifacts.objects == objects


def test_a_published_model_keeps_its_figures() -> None:
    world = World().fill()
    prepared = prepare(world)
    trained = fit_head(world, prepared)
    evaluate(world, prepared, trained)
    world.models.publish(WORKSPACE, world.model.id, world.clock())
    with pytest.raises(Conflict):
        evaluate(world, prepared, trained)


def test_the_full_evaluation_says_how_each_picture_came_out() -> None:
    world = World().fill()
    (wrong,) = world.add(world.boots, 1, test_image=True, towards=-1.0)
    prepared = prepare(world)
    evaluate(world, prepared, fit_head(world, prepared))
    kept = world.artifacts.get(evaluation_key(WORKSPACE, world.model.task_id, world.model.id))
    document = json.loads(kept)
    assert (document["format"], document["task_type"]) == (2, "multi_class")
    assert document["labels"] == [
        {"id": world.boots.id, "name": "Boots"},
        {"id": world.shirts.id, "name": "Shirts"},
    ]
    test = from_json(world.datasets.get(prepared["snapshot_key"])).side(Side.TEST)
    assert document["outcomes"] == [
        {
            "image_id": item.image_id,
            "sha256": item.sha256,
            "score": float(item.image_id != wrong.id),
            "group": item.group,
        }
        for item in test
    ]


def test_the_most_confident_mistake_is_listed_first() -> None:
    world = World().fill()
    slightly, plainly = (
        world.add(world.boots, 1, test_image=True, towards=towards)[0] for towards in (-0.4, -2.0)
    )
    prepared = prepare(world)
    evaluate(world, prepared, fit_head(world, prepared))
    kept = world.artifacts.get(evaluation_key(WORKSPACE, world.model.task_id, world.model.id))
    mistakes = json.loads(kept)["failed_images"]
    assert [mistake["image_id"] for mistake in mistakes] == [plainly.id, slightly.id]
    assert mistakes[0]["confidence"] > mistakes[1]["confidence"]
