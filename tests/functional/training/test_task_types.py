"""Tags and values, from the pictures to what the model carries."""

import json
from typing import Any

import pytest
from oriel.domain.errors import InvalidInput, TooFewImages, TrainingFailed
from oriel.domain.model import ArtifactKind
from oriel.domain.snapshot import from_json
from oriel.domain.split import Side
from oriel.domain.task import TaskType

from tests.functional.training.kinds import TagWorld, ValueWorld
from tests.functional.training.steps import (
    PretendNetwork,
    PretendNetworks,
    evaluate,
    fit_head,
    prepare,
)
from tests.functional.training.test_evaluate_network import TRAINED, put_package
from tests.functional.training.world import WORKSPACE, World


def listed(world: World, name: str) -> list[dict[str, Any]]:
    (key,) = [key for key in world.artifacts.objects if "/evaluations/" in key]
    found: list[dict[str, Any]] = json.loads(world.artifacts.get(key))[name]
    return found


def test_a_good_tagger_carries_its_figures_to_the_model() -> None:
    world = TagWorld().fill()
    prepared = prepare(world)
    result = evaluate(world, prepared, fit_head(world, prepared))
    model = world.now()
    assert result == {"accuracy": 1.0, "test_count": prepared["test_count"]}
    assert model.artifact is not None
    assert model.artifact.task_type is TaskType.MULTI_LABEL
    assert [label.name for label in model.artifact.labels] == ["Boots", "Shirts"]
    assert model.metrics["mean_average_precision"] == 1.0
    assert model.metrics["exact_match"] == model.metrics["micro_f1"] == 1.0
    assert [tag["average_precision"] for tag in model.metrics["per_label"]] == [1.0, 1.0]
    assert all(tag["support"] > 0 for tag in model.metrics["per_label"])


def test_a_picture_with_wrong_tags_is_listed_with_those_it_missed_and_invented() -> None:
    world = TagWorld().fill()
    turned = world.show(world.boots, test_image=True, towards=-1.0)
    prepared = prepare(world)
    evaluate(world, prepared, fit_head(world, prepared))
    (mistake,) = listed(world, "failed_images")
    assert mistake["image_id"] == turned.id
    assert (mistake["missed"], mistake["invented"]) == ([world.boots.id], [world.shirts.id])
    assert 0.5 <= mistake["confidence"] <= 1
    count = prepared["test_count"]
    assert world.now().accuracy == pytest.approx(1 - 2 / (2 * count))
    assert world.now().metrics["exact_match"] == pytest.approx(1 - 1 / count)


def test_a_picture_without_tags_is_one_that_carries_the_negative_label() -> None:
    world = TagWorld().fill()
    negative = world.show(world.neither)
    snapshot = from_json(world.datasets.get(prepare(world)["snapshot_key"]))
    columns = {item.image_id: item.columns for item in snapshot.items}
    assert columns[negative.id] == ()
    assert world.neither.id not in {label.id for label in snapshot.labels}
    assert len(columns) == len(world.core.images)


def test_a_picture_with_a_tag_and_the_negative_label_is_left_out_and_counted() -> None:
    world = TagWorld().fill()
    both = world.show(world.boots, world.neither)
    prepared = prepare(world)
    assert prepared["left_out"] == {"tag_and_negative": 1}
    assert both.id.encode() not in world.datasets.get(prepared["snapshot_key"])


def test_a_tag_that_hardly_any_picture_is_without_says_how_to_correct_it() -> None:
    world = TagWorld()
    for _ in range(30):
        world.show(world.boots, world.shirts)
    for _ in range(17):
        world.show(world.boots)
    with pytest.raises(TooFewImages) as refused:
        prepare(world)
    assert str(refused.value) == (
        "Each tag needs at least 20 usable pictures with it and 20 without it: 'Boots' is 20 short "
        "without it, 'Shirts' is 3 short without it. Pictures that have no tag of the task carry "
        "its negative label 'Wardrobe'"
    )


def test_a_tag_whose_contrast_was_deleted_meanwhile_fails_by_name() -> None:
    world = TagWorld().fill()
    prepared = prepare(world)
    snapshot = from_json(world.datasets.get(prepared["snapshot_key"]))
    for item in snapshot.side(Side.TRAIN):
        if 1 not in item.columns:
            world.images.delete(WORKSPACE, item.image_id)
    with pytest.raises(TrainingFailed, match="without label 'Shirts' were deleted"):
        fit_head(world, prepared)


def test_a_tagging_network_is_measured_by_the_sign_of_its_logits() -> None:
    world = TagWorld().fill()
    prepared = prepare(world, mode="full")
    snapshot = from_json(world.datasets.get(prepared["snapshot_key"]))
    put_package(world, [item.image_id for item in snapshot.items[:8]], [0.25, -3.0])
    networks = PretendNetworks(PretendNetwork((0.25, -3.0)))
    evaluate(world, prepared, TRAINED, networks)
    test = snapshot.side(Side.TEST)
    right = sum((0 in item.columns) + (1 not in item.columns) for item in test)
    model = world.now()
    assert model.artifact is not None
    assert (model.artifact.kind, model.artifact.task_type) == (
        ArtifactKind.NETWORK,
        TaskType.MULTI_LABEL,
    )
    assert model.accuracy == pytest.approx(right / (2 * len(test)))


def test_a_good_regression_carries_its_errors_and_has_no_accuracy() -> None:
    world = ValueWorld().fill()
    prepared = prepare(world)
    result = evaluate(world, prepared, fit_head(world, prepared))
    model = world.now()
    assert result == {"accuracy": None, "test_count": prepared["test_count"]}
    assert model.accuracy is None
    assert model.artifact is not None
    assert model.artifact.task_type is TaskType.REGRESSION
    assert [label.name for label in model.artifact.labels] == ["Boots"]
    assert 0 < model.metrics["mae"] <= model.metrics["rmse"] < 0.1
    assert model.metrics["r2"] > 0.95
    assert "accuracy_interval" not in model.metrics
    world.models.publish(WORKSPACE, model.id, world.clock())
    assert world.now().version == 1


def test_what_a_regression_answered_is_listed_the_largest_error_first() -> None:
    world = ValueWorld().fill()
    wrong = world.show(1.0, test_image=True)
    world.embed(wrong, 9.0 * (world.random.normal(size=16) * 0 + 1))
    prepared = prepare(world)
    evaluate(world, prepared, fit_head(world, prepared))
    predictions = listed(world, "predictions")
    assert len(predictions) == prepared["test_count"]
    assert predictions[0]["image_id"] == wrong.id
    assert predictions[0]["actual"] == 1.0
    assert predictions[0]["predicted"] == pytest.approx(3.0, abs=0.3)


def test_a_picture_whose_value_was_never_entered_is_left_out_and_counted() -> None:
    world = ValueWorld().fill()
    empty = world.show(None)
    prepared = prepare(world)
    assert prepared["left_out"] == {"no_value": 1}
    assert empty.id.encode() not in world.datasets.get(prepared["snapshot_key"])


def test_too_few_values_say_how_many_are_missing() -> None:
    world = ValueWorld().fill(37)
    for _ in range(9):
        world.show(None)
    with pytest.raises(TooFewImages) as refused:
        prepare(world)
    assert str(refused.value) == (
        "'Boots' needs at least 40 usable pictures with a value: it has 37 and needs 3 more"
    )


def test_pictures_of_one_value_alone_are_refused_with_it() -> None:
    world = ValueWorld()
    for _ in range(45):
        world.show(2.5)
    with pytest.raises(TooFewImages, match=r"All pictures have the value 2\.5 for 'Boots'"):
        prepare(world)


def test_values_that_no_model_can_answer_are_refused() -> None:
    world = ValueWorld().fill()
    world.ready(world.upload(world.boots, value=1e31))
    with pytest.raises(InvalidInput, match="must lie between -1e"):
        prepare(world)


def test_a_regression_with_two_labels_is_refused() -> None:
    world = ValueWorld().fill()
    world.tasks.attach_label(WORKSPACE, world.task.id, world.shirts.id)
    with pytest.raises(TooFewImages, match="exactly one value label to be trained; this one has 2"):
        prepare(world)


@pytest.mark.parametrize(("shift", "passes"), [(0.02, True), (0.2, False)])
def test_the_proof_of_a_regression_depends_on_how_far_its_values_spread(
    shift: float, passes: bool
) -> None:
    world = ValueWorld().fill()
    prepared = prepare(world, mode="full")
    snapshot = from_json(world.datasets.get(prepared["snapshot_key"]))
    put_package(world, [item.image_id for item in snapshot.items[:8]], [2.0])
    networks = PretendNetworks(PretendNetwork((2.0 + shift,)))
    if passes:
        evaluate(world, prepared, TRAINED, networks)
        assert world.now().metrics["r2"] < 0.1
    else:
        with pytest.raises(TrainingFailed, match="parity"):
            evaluate(world, prepared, TRAINED, networks)
