"""A new model beside the production version, from Evaluate to what Publish makes of it."""

from dataclasses import replace
from typing import Any

import pytest
from oriel.domain.activation import AGAINST
from oriel.domain.model import Model, ModelLabel, TrainMode
from oriel.domain.task import TaskType
from oriel.services.beside_production import in_columns

from tests.functional.training.steps import (
    PretendNetwork,
    PretendNetworks,
    evaluate,
    fit_head,
    prepare,
)
from tests.functional.training.test_evaluate_network import TRAINED, put_package
from tests.functional.training.world import WORKSPACE, World

ALL_BOOTS = [2.0, 1.0]


def train_head(world: World) -> Model:
    world.model = world.begin()
    prepared = prepare(world)
    evaluate(world, prepared, fit_head(world, prepared))
    return publish(world)


def train_network(world: World, row: list[float]) -> Model:
    """Publish a network that answers the same to every picture."""
    world.model = world.begin(TrainMode.FULL)
    prepared = prepare(world, mode="full")
    put_package(world, [image.id for image in world.core.images.values()][:8], row)
    evaluate(world, prepared, TRAINED, PretendNetworks(PretendNetwork(row)))
    return publish(world)


def publish(world: World) -> Model:
    return world.models.publish(WORKSPACE, world.model.id, world.clock())


def beside(model: Model) -> dict[str, Any]:
    return dict(model.metrics[AGAINST])


@pytest.fixture
def world() -> World:
    world = World().fill()
    world.models.mark_failed(WORKSPACE, world.model.id, "not wanted here", world.clock())
    return world


def test_a_first_version_has_nothing_beside_it(world: World) -> None:
    model = train_head(world)
    assert AGAINST not in model.metrics
    assert world.tasks.get(WORKSPACE, world.task.id).production_version == 1


def test_a_version_that_does_as_well_is_activated(world: World) -> None:
    train_head(world)
    world.add(world.boots, 10)
    second = train_head(world)
    known = beside(second)
    assert (known["version"], known["gains"], known["losses"]) == (1, 0, 0)
    assert known["count"] == second.metrics["test_count"]
    assert world.tasks.get(WORKSPACE, world.task.id).production_version == 2


def test_a_worse_version_is_published_and_production_stays(world: World) -> None:
    train_head(world)
    worse = train_network(world, ALL_BOOTS)
    known, task = beside(worse), world.tasks.get(WORKSPACE, world.task.id)
    assert known["losses"] == round(known["count"] * -known["difference"]) > 3
    assert (worse.version, task.production_version, task.latest_version) == (2, 1, 2)
    assert task.production_reason == worse.production_reason
    assert "version 1 stays" in (task.production_reason or "")


def test_a_better_head_takes_over_from_a_network(world: World) -> None:
    train_network(world, ALL_BOOTS)
    better = train_head(world)
    assert beside(better)["gains"] > 3
    assert world.tasks.get(WORKSPACE, world.task.id).production_version == 2


def test_pictures_of_a_label_that_production_does_not_know_count_against_it(world: World) -> None:
    train_head(world)
    hats = world._label("Hats")
    world.add(hats, 30)
    model = train_network(world, [0.0, 0.0, 1.0])
    known = beside(model)
    assert known["gains"] > 3
    assert known["gains"] + known["losses"] == known["count"]


def test_a_production_version_of_another_backbone_stays(world: World) -> None:
    first = train_head(world)
    assert first.artifact is not None
    world.core.models[first.id] = replace(first, artifact=replace(first.artifact, backbone="other"))
    second = train_head(world)
    assert "another backbone" in beside(second)["problem"]
    assert world.tasks.get(WORKSPACE, world.task.id).production_version == 1


def test_a_production_version_whose_file_is_gone_does_not_stop_the_training(world: World) -> None:
    first = train_head(world)
    assert first.artifact is not None
    world.artifacts.delete([first.artifact.key])
    worse = train_network(world, ALL_BOOTS)
    assert "could not be run" in beside(worse)["problem"]
    assert worse.version == 2


A, B, C = (ModelLabel(name, name) for name in "ABC")


@pytest.mark.parametrize(
    ("row", "expected"),
    [([1.0, 5.0, 2.0], [2.0, 1.0, 5.0]), ([1.0, -5.0, 2.0], [2.0, 1.0, -5.0])],
)
def test_an_answer_that_is_no_longer_asked_for_is_a_wrong_one(
    row: list[float], expected: list[float]
) -> None:
    assert in_columns(row, (A, B, C), (C, A), TaskType.MULTI_CLASS) == expected


def test_a_tag_that_a_model_does_not_know_is_one_that_it_does_not_give() -> None:
    known, unknown = in_columns([1.5], (A,), (A, B), TaskType.MULTI_LABEL)
    assert known == 1.5
    assert unknown < -1000
