import hashlib

import pytest
from oriel.domain.errors import TrainingFailed
from oriel.domain.model import artifact_key
from oriel.domain.snapshot import from_json
from oriel.domain.split import Side

from tests.functional.training.steps import fit_head, prepare
from tests.functional.training.world import WORKSPACE, World


def test_the_head_lies_under_its_content() -> None:
    world = World().fill()
    artifact = fit_head(world, prepare(world))["artifact"]
    data = world.artifacts.get(artifact["key"])
    assert artifact["sha256"] == hashlib.sha256(data).hexdigest()
    assert artifact["key"] == artifact_key(
        WORKSPACE, world.model.task_id, artifact["sha256"], "npy"
    )
    assert artifact["size_bytes"] == len(data)
    assert (artifact["kind"], artifact["backbone"]) == ("head", "lite0-int8")
    assert artifact["input_size"] == 224
    assert artifact["temperature"] > 0


def test_a_repeat_gives_the_same_head() -> None:
    world = World().fill()
    prepared = prepare(world)
    assert fit_head(world, prepared) == fit_head(world, prepared)
    assert sum(key.endswith(".npy") for key in world.artifacts.objects) == 1


def test_only_training_pictures_are_learned_from() -> None:
    world = World().fill()
    prepared = prepare(world)
    before = fit_head(world, prepared)
    snapshot = from_json(world.datasets.get(prepared["snapshot_key"]))
    for item in snapshot.side(Side.TEST):
        world.embeddings.put(WORKSPACE, item.image_id, "lite0-int8", b"\0" * 32)
    assert fit_head(world, prepared) == before


def test_a_picture_that_was_deleted_meanwhile_is_done_without() -> None:
    world = World().fill()
    prepared = prepare(world)
    before = fit_head(world, prepared)
    snapshot = from_json(world.datasets.get(prepared["snapshot_key"]))
    world.images.delete(WORKSPACE, snapshot.side(Side.TRAIN)[0].image_id)
    assert fit_head(world, prepared) != before


def test_a_label_whose_pictures_were_all_deleted_fails_by_name() -> None:
    world = World().fill()
    prepared = prepare(world)
    for image_id, label_id in list(world.core.image_labels):
        if label_id == world.shirts.id:
            world.images.delete(WORKSPACE, image_id)
    with pytest.raises(TrainingFailed, match="'Shirts' were deleted"):
        fit_head(world, prepared)


def test_pictures_of_another_backbone_say_what_to_do() -> None:
    world = World().fill()
    with pytest.raises(TrainingFailed, match=r"no 'lite0-fp32' embedding.*Upload them again"):
        fit_head(world, prepare(world), backbone="lite0-fp32")
