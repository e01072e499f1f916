from typing import Any

import numpy as np
from oriel.domain.page import PageRequest
from oriel.domain.suspects import Suspects
from oriel.services.find_suspects import FindSuspects
from oriel.services.suspects import SuspectImage, SuspectLists

from functions.training_suspects import step
from functions.training_suspects.doubter import RidgeDoubter
from tests.functional.training.kinds import TagWorld, ValueWorld
from tests.functional.training.steps import prepare
from tests.functional.training.world import BACKBONE, DIMENSIONS, WORKSPACE, World


def look(world: World, prepared: dict[str, Any]) -> dict[str, Any]:
    service = FindSuspects(
        world.tasks,
        world.models,
        world.datasets,
        world.artifacts,
        world.embeddings,
        BACKBONE,
        RidgeDoubter(),
    )
    event = {
        "workspace_id": WORKSPACE,
        "model_id": world.model.id,
        "snapshot_key": prepared["snapshot_key"],
    }
    return step.run(event, service)


def lists(world: World) -> SuspectLists:
    return SuspectLists(world.tasks, world.images, world.artifacts)


def found(world: World) -> Suspects:
    suspects = lists(world).find(WORKSPACE, world.task.id)
    assert suspects is not None
    return suspects


def shown(world: World) -> list[SuspectImage]:
    page = lists(world).page(WORKSPACE, world.task.id, found(world), PageRequest(50))
    return list(page.items)


def test_a_picture_with_the_wrong_class_is_named_with_the_right_one() -> None:
    world = World().fill()
    (wrong,) = world.add(world.boots, 1, towards=-1.0)
    assert look(world, prepare(world)) == {"suspects": 1}
    (one,) = shown(world)
    assert one.image.id == wrong.id
    assert one.suspect.label_id == world.boots.id
    assert one.suspect.suggested_label_id == world.shirts.id
    assert one.suspect.score < 0.5 < (one.suspect.suggested_score or 0)
    assert found(world).model_id == world.model.id


def test_pictures_of_both_sides_are_looked_at() -> None:
    world = World().fill()
    (wrong,) = world.add(world.boots, 1, towards=-1.0, test_image=True)
    look(world, prepare(world))
    assert [one.image.id for one in shown(world)] == [wrong.id]
    assert found(world).image_count == 61


def test_what_was_changed_or_deleted_since_is_not_shown() -> None:
    world = World().fill()
    first, second = world.add(world.boots, 2, towards=-1.0)
    look(world, prepare(world))
    assert {one.image.id for one in shown(world)} == {first.id, second.id}
    world.images.remove_label(WORKSPACE, first.id, world.boots.id, world.clock())
    world.images.add_label(WORKSPACE, first.id, world.shirts.id, world.clock())
    assert [one.image.id for one in shown(world)] == [second.id]
    world.images.hide(WORKSPACE, second.id)
    assert shown(world) == []


def test_tags_that_seem_to_be_missing_or_too_many_are_named() -> None:
    world = TagWorld().fill()
    lacks = world.show(world.neither)
    halves = np.repeat([True, False], DIMENSIONS // 2)
    world.embed(lacks, np.where(halves, 1.0, -1.0))
    look(world, prepare(world))
    (one,) = shown(world)
    assert (one.image.id, one.suspect.label_id, one.suspect.carried) == (
        lacks.id,
        world.boots.id,
        False,
    )
    world.images.remove_label(WORKSPACE, lacks.id, world.neither.id, world.clock())
    world.images.add_label(WORKSPACE, lacks.id, world.boots.id, world.clock())
    assert shown(world) == []


def test_values_that_are_far_off_are_named_with_what_they_seem_to_be() -> None:
    world = ValueWorld().fill()
    wrong = world.ready(world.upload(world.boots, value=3.0))
    world.embed(wrong, np.full(DIMENSIONS, 1.2**2))
    look(world, prepare(world))
    one = shown(world)[0]
    assert (one.image.id, one.suspect.value) == (wrong.id, 3.0)
    assert 0.8 < (one.suspect.suggested_value or 0) < 1.7
    world.images.add_label(WORKSPACE, wrong.id, world.boots.id, world.clock(), 1.2)
    assert wrong.id not in {one.image.id for one in shown(world)}


def test_pictures_without_an_embedding_are_left_out() -> None:
    world = World().fill()
    prepared = prepare(world)
    some = sorted(world.core.images)[:5]
    for image_id in some:
        world.embeddings.delete(WORKSPACE, image_id, BACKBONE)
    look(world, prepared)
    assert found(world).image_count == 55


def test_where_a_label_has_no_picture_left_it_says_so() -> None:
    world = World().fill()
    prepared = prepare(world)
    for image_id in list(world.core.images):
        if world.images.labels(WORKSPACE, image_id)[0].label.id == world.boots.id:
            world.embeddings.delete(WORKSPACE, image_id, BACKBONE)
    assert look(world, prepared) == {"suspects": 0}
    assert found(world).reason == "every class needs a picture"


def test_what_a_later_training_found_is_kept() -> None:
    world = World().fill()
    prepared, earlier = prepare(world), world.model
    world.models.mark_failed(WORKSPACE, earlier.id, "ended", world.clock())
    world.clock.advance(60)
    world.model = world.begin()
    look(world, prepare(world))
    later, world.model = world.model, earlier
    look(world, prepared)
    assert found(world).model_id == later.id


def test_nothing_is_left_of_a_task_that_was_deleted_meanwhile() -> None:
    world = World().fill()
    prepared = prepare(world)
    world.models.mark_failed(WORKSPACE, world.model.id, "ended", world.clock())
    world.tasks.hide(WORKSPACE, world.task.id)
    before = set(world.artifacts.objects)
    look(world, prepared)
    assert set(world.artifacts.objects) == before
