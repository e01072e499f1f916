import json
from dataclasses import replace
from pathlib import Path

import pytest
from oriel.domain.augmentation import Augmentation, TrainingSetting
from oriel.domain.errors import Conflict, ImagesStillProcessing, OrielError, TooFewImages
from oriel.domain.page import MAX_PAGE_SIZE, PageRequest
from oriel.domain.snapshot import from_json
from oriel.domain.split import Side
from oriel.domain.task import TrainStatus
from oriel.domain.training_capacity import TrainingCapacity
from oriel.domain.training_report import Use
from oriel.services.training_reports import TrainingReports
from oriel_vision.holdout import held_out_groups

from tests.functional.training.steps import PLACES, prepare
from tests.functional.training.world import BACKBONE, STRANGER, WORKSPACE, World

DEFINITION = Path("stepfunctions/train_model/definition.asl.json")


def test_the_snapshot_holds_every_usable_picture_once() -> None:
    world = World().fill(30)
    prepared = prepare(world)
    snapshot = from_json(world.datasets.get(prepared["snapshot_key"]))
    assert {item.image_id for item in snapshot.items} == set(world.core.images)
    assert [label.name for label in snapshot.labels] == ["Boots", "Shirts"]
    assert prepared["train_count"] == len(snapshot.side(Side.TRAIN))
    assert prepared["test_count"] == len(snapshot.side(Side.TEST))


def test_the_model_is_in_training_once_its_snapshot_is_there() -> None:
    world = World().fill()
    prepared = prepare(world)
    assert world.now().train_status is TrainStatus.IN_TRAINING
    assert world.now().snapshot_key == prepared["snapshot_key"]


def test_a_repeat_writes_the_same_objects() -> None:
    world = World().fill()
    first = prepare(world)
    before = dict(world.datasets.objects)
    assert prepare(world) == first
    assert world.datasets.objects == before


def test_the_result_is_exactly_what_the_machine_selects() -> None:
    selector = json.loads(DEFINITION.read_text())["States"]["Prepare"]["ResultSelector"]
    assert {f"{name}.$" for name in prepare(World().fill())} == set(selector)


def test_the_training_job_is_told_where_everything_is() -> None:
    world = World().fill()
    prepared = prepare(world, mode="full", epochs=4)
    assert prepared["snapshot_uri"] == f"s3://{PLACES.datasets_bucket}/{prepared['snapshot_key']}"
    listing = prepared["manifest_uri"].removeprefix(f"s3://{PLACES.datasets_bucket}/")
    manifest = json.loads(world.datasets.get(listing))
    assert manifest[0] == {"prefix": f"s3://images-bucket/ws/{WORKSPACE}/images/"}
    assert set(manifest[1:]) == set(world.core.images)
    assert prepared["output_uri"] == "s3://models-bucket/training-jobs/"
    assert prepared["checkpoint_uri"] == f"s3://models-bucket/checkpoints/oriel-{world.model.id}/"
    told = json.loads(prepared["job_options"])
    assert told == {
        "time_budget_seconds": 600,
        "seed": 3,
        "search": False,
        "epochs": 4,
        "augmentation": ["horizontal_flip", "rotation", "crop", "brightness", "contrast", "color"],
        "augmentation_unused": {"vertical_flip": "most pictures have an upper side"},
    }
    assert prepared["instance_count"] == 1
    stopping = prepared["stopping_condition"]
    assert 600 < stopping["MaxRuntimeInSeconds"] < stopping["MaxWaitTimeInSeconds"]


def test_without_spot_nothing_is_waited_for_and_a_cost_ends_the_job() -> None:
    capacity = TrainingCapacity(price_micros=3_600_000, most_instances=2, spot=False)
    prepared = prepare(
        World().fill(), capacity, mode="full", instance_count=2, max_cost_micros=2_000_000
    )
    assert prepared["stopping_condition"] == {"MaxRuntimeInSeconds": 1000}
    assert (prepared["spot"], prepared["instance_count"]) == (False, 2)
    assert json.loads(prepared["job_options"])["price_micros_per_hour"] == 7_200_000


def test_the_names_of_labels_turn_off_what_would_change_the_answer() -> None:
    world = World(label_names=("Left boot", "Right boot")).fill()
    told = json.loads(prepare(world, mode="full")["job_options"])
    assert "horizontal_flip" not in told["augmentation"]
    report = TrainingReports(world.artifacts).find(world.now())
    assert report is not None
    assert report.augmentation["unused"]["horizontal_flip"] == (
        "the label 'Left boot' has the word 'left'"
    )
    world.tasks.update(
        *(WORKSPACE, world.task.id),
        training=TrainingSetting(Augmentation(horizontal_flip=True, crop=False)),
    )
    told = json.loads(prepare(world, mode="full")["job_options"])
    assert "horizontal_flip" in told["augmentation"]
    assert "crop" not in told["augmentation"]


def test_a_label_with_too_few_usable_pictures_is_named_with_what_is_missing() -> None:
    world = World()
    world.add(world.boots, 30)
    world.add(world.shirts, 17)
    with pytest.raises(TooFewImages, match="at least 20 usable pictures: 'Shirts' is 3 short"):
        prepare(world)
    assert world.now().train_status is TrainStatus.CREATED


def test_a_task_with_one_label_cannot_be_trained() -> None:
    world = World().fill()
    world.tasks.detach_label(WORKSPACE, world.task.id, world.shirts.id)
    with pytest.raises(TooFewImages, match="at least 2 labels"):
        prepare(world)


def test_uploads_that_are_being_ingested_are_waited_for() -> None:
    world = World().fill()
    waiting = world.upload(world.boots)
    with pytest.raises(ImagesStillProcessing, match="being processed: 1"):
        prepare(world)
    world.ready(waiting)
    assert prepare(world)["left_out"] == {}


def test_an_upload_that_never_got_ready_is_left_out_and_counted() -> None:
    world = World().fill()
    stuck = world.upload(world.boots)
    world.clock.advance(16 * 60)
    prepared = prepare(world)
    assert prepared["left_out"] == {"never_ingested": 1}
    assert stuck.id.encode() not in world.datasets.get(prepared["snapshot_key"])


def test_a_rejected_picture_is_left_out_and_counted() -> None:
    world = World().fill()
    world.images.mark_rejected(WORKSPACE, world.upload(world.boots).id, "no picture")
    assert prepare(world)["left_out"] == {"rejected": 1}


def test_a_picture_with_two_answers_is_left_out_and_counted_once() -> None:
    world = World().fill()
    both = world.ready(world.upload(world.boots, world.shirts))
    prepared = prepare(world)
    assert prepared["left_out"] == {"two_labels": 1}
    assert both.id.encode() not in world.datasets.get(prepared["snapshot_key"])


def test_more_pictures_than_fit_on_a_page_are_all_read() -> None:
    world = World().fill(501)
    prepared = prepare(world)
    assert prepared["train_count"] + prepared["test_count"] == 1002


def test_a_foreign_workspace_sees_none_of_it() -> None:
    world = World().fill()
    with pytest.raises(OrielError):
        prepare(world, workspace_id=STRANGER)
    assert world.datasets.objects == {}


def test_a_training_that_was_ended_meanwhile_stays_ended() -> None:
    world = World().fill()
    world.models.mark_failed(WORKSPACE, world.model.id, "stopped", world.clock())
    with pytest.raises(Conflict):
        prepare(world)


def test_copies_of_a_picture_stay_on_one_side_and_are_one_group() -> None:
    world = World().fill()
    first = world.ready(world.upload(world.boots))
    vector = world.core.embeddings[WORKSPACE, first.id, BACKBONE]
    copies = [first]
    for number in range(6):
        world.clock.advance(1)
        copy = world.ready(world.upload(world.boots if number % 2 else world.shirts))
        look = f"{int(first.perceptual_hash or '', 16) ^ (3 << number):016x}"
        world.images.mark_ready(replace(copy, perceptual_hash=look))
        world.embeddings.put(WORKSPACE, copy.id, BACKBONE, vector)
        copies.append(copy)
    snapshot = from_json(world.datasets.get(prepare(world)["snapshot_key"]))
    items = [item for item in snapshot.items if item.image_id in {copy.id for copy in copies}]
    assert {(item.group, item.split) for item in items} == {(first.sha256, items[0].split)}
    assert snapshot.near_duplicates() == len(copies)


def reported(world: World) -> dict[str, tuple[Use, str | None]]:
    reports, model = TrainingReports(world.artifacts), world.now()
    report = reports.find(model)
    assert report is not None
    page = reports.images(model, report, None, PageRequest(MAX_PAGE_SIZE))
    return {one.image_id: (one.use, one.reason) for one in page.items}


def test_the_report_names_every_picture_as_used_or_skipped() -> None:
    world = World().fill()
    both = world.ready(world.upload(world.boots, world.shirts))
    broken = world.upload(world.boots)
    world.images.mark_rejected(WORKSPACE, broken.id, "no picture")
    snapshot = from_json(world.datasets.get(prepare(world)["snapshot_key"]))
    assert reported(world) == {
        both.id: (Use.SKIPPED, "two_labels"),
        broken.id: (Use.SKIPPED, "rejected"),
        **{item.image_id: (Use(item.split), None) for item in snapshot.items},
    }


def test_the_report_of_a_network_names_what_its_job_validates_with() -> None:
    world = World().fill()
    snapshot = from_json(world.datasets.get(prepare(world, mode="full")["snapshot_key"]))
    train = snapshot.side(Side.TRAIN)
    groups = held_out_groups(((one.group, frozenset(one.columns)) for one in train), (), 3)
    expected = {one.image_id for one in train if one.group in groups}
    found = reported(world)
    assert {name for name, (use, _) in found.items() if use is Use.VALIDATION} == expected
    assert 4 <= len(expected) <= 10
    assert sum(use is Use.TRAIN for use, _ in found.values()) == len(train) - len(expected)
